"""Change requests: new terms decided by an official; a waiver proposed by one and decided by another.

So is a longer repayment time where the criteria want a second official to approve it.
"""

from collections.abc import Callable
from types import new_class
from typing import Any, ClassVar
from uuid import UUID

from flask import Response, g
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import office
from backoffice.acting import acted, done
from backoffice.decision_forms import clause_choice
from backoffice.loan import LoanPage, loan_page
from lending.basics.errors import NotFound, Refused
from lending.cases import authority
from lending.changes import grace, new_terms, requests, waiver
from lending.changes.grace import GracePreview
from lending.changes.model import ChangeRequest
from lending.changes.new_terms import Approval, Preview
from lending.changes.states import CHANGE_REQUEST, deciding_act
from lending.changes.waiver import Release
from lending.loans.book import Book, open_book
from lending.loans.model import EFFECTS
from lending.people import staff
from lending.policy.policies import Policy, policies_of
from web.clock import today
from web.forms import ChecksField, ChoiceField, Form, LongText, MoneyField
from web.guard import staff_may
from web.labels import label
from web.refusals import say
from web.render import see_other
from web.wishes import WISHES, rows_after

PROPOSED = _l("The proposal has been made. Another person decides on it.")
DECIDED = _l("The decision has been made. The borrower has been told.")
#: What clauses on changes of a running loan rule: the clauses of their chapters are offered for citing.
CHANGE_TOPICS = (
    "change-of-terms",
    "grace",
    "extension",
    "extension-approval",
    "postponement",
    "waiver-part",
    "waiver-all",
)


class OutcomeForm(Form):
    """Grant or refuse, with reasons and the clauses they rest on."""

    outcome = ChoiceField(_l("Decision"), missing=_l("Choose whether to grant or to refuse."))
    reasons = LongText(
        _l("Reasons"),
        optional=True,
        hint=_l("The borrower reads them, so write in the borrower's language. A refusal always needs its reasons."),
    )
    clauses = ChecksField(
        _l("Clauses that the decision rests on"), optional=True, hint=_l("A refusal needs at least one.")
    )

    def offer(self, policy: Policy) -> None:
        """Give the form its choices."""
        self.outcome.choices = [(each, label("change-outcome", each)) for each in ("grant", "refuse")]
        chapters = {clause.chapter for topic in CHANGE_TOPICS if (clause := policy.clause_governing(topic))}
        clauses = [each for each in policy.clauses.values() if each.chapter in chapters]
        self.clauses.choices = [(each.id, clause_choice(each)) for each in clauses or policy.clauses.values()]


class WishDecision(OutcomeForm):
    """The decision on a wish; something else of the same kind may be granted. Mixed with a ``Wished``."""

    names: ClassVar[tuple[str, ...]]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # A refusal needs none of them.
        for name in self.names:
            self[name].optional = True

    def validate(self, extra_validators: Any = None) -> bool:
        """Where it is granted, what is granted is needed too."""
        sound = super().validate(extra_validators)
        missing = [self[name] for name in self.names if not self[name].data and not self[name].errors]
        if self.outcome.data != "grant" or not missing:
            return bool(sound)
        for field in missing:
            field.errors = [_("Fill this in when you grant the request.")]
        return False


#: The form of each kind of wish.
DECISIONS: dict[str, Any] = {
    kind: new_class(f"{wish.__name__}Decision", (wish, WishDecision)) for kind, wish in WISHES.items()
}


class WaiverForm(OutcomeForm):
    """A proposal or a decision on a waiver."""

    clauses = ChecksField(
        _l("Clauses that the decision rests on"), optional=True, hint=_l("Choose at least one clause.")
    )
    scope = ChoiceField(
        _l("How much is waived"),
        choices=[("part", _l("A part")), ("everything", _l("All that is owed"))],
        default="part",
        optional=True,
    )
    principal = MoneyField(_l("How much of the principal is waived"), optional=True)
    interest = MoneyField(_l("How much of the interest is waived"), optional=True)
    effect = ChoiceField(
        _l("What happens to the plan"),
        choices=[(each, label("effect", each)) for each in reversed(EFFECTS)],
        default="lower_instalment",
        optional=True,
    )

    def release(self) -> Release:
        """What the form releases."""
        if self.scope.data == "everything":
            return Release(everything=True)
        return Release(self.principal.data or 0, self.interest.data or 0, effect=self.effect.data or "lower_instalment")


@office.get("/loans/<uuid:loan_id>/changes/<uuid:request_id>")
@staff_may("view-case")
def change_request(loan_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """What is asked, what it would do, where it stands."""
    page, request = _found(loan_id, request_id)
    return _show(page, request, _fresh_form(page, request))


@office.post("/loans/<uuid:loan_id>/changes/<uuid:request_id>/take")
@staff_may("take-case")
def take_change_request(loan_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """Take the request to work on."""
    _page, request = _found(loan_id, request_id, "take-case")
    requests.take_request(g.db, request, g.actor, g.now)
    done(_("You have taken the request."))
    return see_other("office.change_request", loan_id=loan_id, request_id=request_id)


@office.post("/loans/<uuid:loan_id>/changes/<uuid:request_id>/decide")
@staff_may("decide-change", "decide-extension", "approve-extension")
def decide_change(loan_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """Grant or refuse grace months or new terms; approve or refuse a proposed extension."""
    page, request = _found(loan_id, request_id, "", *WISHES)
    form = _wish_form(page, request)

    def decide() -> None:
        if form.outcome.data == "grant":
            form.grant(g.db, request, g.actor, g.now, form.reasons.data, form.clauses.data)
        else:
            refuse = grace.refuse_grace if request.kind == "grace" else new_terms.refuse_change
            refuse(g.db, request, g.actor, g.now, form.reasons.data, form.clauses.data)

    return _answer(loan_id, request_id, form, decide, DECIDED)


@office.post("/loans/<uuid:loan_id>/changes/<uuid:request_id>/propose-extension")
@staff_may("decide-extension")
def propose_extension(loan_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """Propose a longer repayment time for another official to approve, or refuse it."""
    page, request = _found(loan_id, request_id, "decide-extension", "extension")
    form = _wish_form(page, request)
    grants = form.outcome.data == "grant"

    def propose() -> None:
        reasons, clauses = form.reasons.data, form.clauses.data
        if grants:
            new_terms.propose_extension(g.db, request, reasons, clauses, g.actor, g.now, form.wish())
        else:
            new_terms.refuse_change(g.db, request, g.actor, g.now, reasons, clauses)

    return _answer(loan_id, request_id, form, propose, PROPOSED if grants else DECIDED)


@office.post("/loans/<uuid:loan_id>/changes/<uuid:request_id>/propose-waiver")
@staff_may("propose-waiver")
def propose_waiver(loan_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """Propose to grant or to refuse the waiver."""
    page, request = _found(loan_id, request_id, "propose-waiver", "waiver")
    form = _waiver_form(page, request)

    def propose() -> None:
        release = form.release() if form.outcome.data == "grant" else None
        waiver.propose_waiver(g.db, request, release, form.reasons.data, form.clauses.data, g.actor, g.now)

    return _answer(loan_id, request_id, form, propose, PROPOSED)


@office.post("/loans/<uuid:loan_id>/changes/<uuid:request_id>/decide-waiver")
@staff_may("decide-waiver")
def decide_waiver(loan_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """Decide on the waiver: another person than the one who proposed."""
    page, request = _found(loan_id, request_id, "decide-waiver", "waiver")
    form = _waiver_form(page, request)

    def decide() -> None:
        reasons, clauses = form.reasons.data, form.clauses.data
        if form.outcome.data == "grant":
            waiver.grant_waiver(g.db, request, form.release(), g.actor, g.now, reasons, clauses)
        else:
            waiver.refuse_waiver(g.db, request, g.actor, g.now, reasons, clauses)

    return _answer(loan_id, request_id, form, decide, DECIDED)


def _answer(
    loan_id: UUID, request_id: UUID, form: Form, act: Callable[[], object], told: LazyString
) -> ResponseReturnValue:
    """Do what the form asks and say so on the page of the request; or show the request and what is wrong."""
    if acted(form, act):
        done(str(told))
        return see_other("office.change_request", loan_id=loan_id, request_id=request_id)
    return _show(*_found(loan_id, request_id), form)


def _found(loan_id: UUID, request_id: UUID, act: str = "view-case", *kinds: str) -> tuple[LoanPage, ChangeRequest]:
    """The loan and its request, of ``kinds`` where that matters: a waiver is not decided as grace months are.

    ``act``: what the reader must be allowed to do; "": what takes the request on from where it stands.
    """
    page = loan_page(loan_id)
    request = requests.staff_request(g.db, request_id, g.actor)
    if request.loan_id != page.loan.id or (kinds and request.kind not in kinds):
        raise NotFound
    authority.require(g.db, g.actor, act or deciding_act(request.kind, request.state), page.case)
    return page, request


def _fresh_form(page: LoanPage, request: ChangeRequest) -> Form:
    return _waiver_form(page, request) if request.kind == "waiver" else _wish_form(page, request)


def _wish_form(page: LoanPage, request: ChangeRequest) -> Any:
    wish = DECISIONS[request.kind]
    data = wish.filled(request)
    if request.state == "proposed":
        data |= _proposed(request) | {"months": (request.proposed_terms or request.asked_terms).get("months")}
    form = wish(data=data)
    form.offer(page.policy)
    if request.state != "proposed" and new_terms.needs_approval(page.policy, request.kind):
        form.outcome.choices = [("grant", _l("Propose that it be granted")), ("refuse", _l("Refuse"))]
    form.offer_wishes(open_book(g.db, page.loan), today(), request)
    return form


def _waiver_form(page: LoanPage, request: ChangeRequest) -> WaiverForm:
    proposed = request.state == "proposed"
    form = WaiverForm(
        data={
            "scope": "everything" if request.everything else "part",
            "principal": request.proposed_principal_cents if proposed else request.asked_principal_cents,
            "interest": request.proposed_interest_cents if proposed else request.asked_interest_cents,
            "effect": request.effect or "lower_instalment",
            **(_proposed(request) if proposed else {}),
        }
    )
    form.offer(page.policy)
    return form


def _proposed(request: ChangeRequest) -> dict[str, Any]:
    """What the proposer has put forward, for the one who decides to confirm or to change."""
    clauses = [each.partition(":")[2] for each in request.proposal_clauses]
    return {"outcome": request.proposal, "reasons": request.proposal_reasons, "clauses": clauses}


def _show(page: LoanPage, request: ChangeRequest, form: Form) -> Response:
    book = open_book(g.db, page.loan)
    is_open = not CHANGE_REQUEST.states[request.state].final
    people = [request.handler_id, request.proposed_by_id, request.decided_by_id]
    facts = _waiver_facts if request.kind == "waiver" else _wish_facts
    return page.show(
        "waiver_request" if request.kind == "waiver" else "terms_request",
        "change-request",
        form=form,
        request_=request,
        names=staff.names_of(g.db, people),
        is_open=is_open,
        may_take=is_open and request.handler_id is None and _may_take(page, request),
        is_mine=request.handler_id == g.actor.id,
        proposed_it=request.state == "proposed" and request.proposed_by_id == g.actor.id,
        **facts(page, book, request, is_open),
    )


def _may_take(page: LoanPage, request: ChangeRequest) -> bool:
    also = [deciding_act(request.kind, request.state)]
    return authority.allows(g.db, g.actor, "take-case", page.case, also)


def _wish_facts(page: LoanPage, book: Book, request: ChangeRequest, is_open: bool) -> dict[str, Any]:
    approval = new_terms.approval_of(book, request, today()) if is_open else None
    facts: dict[str, Any] = {
        "left": grace.grace_left(book),
        "room": new_terms.room_left(book, today()),
        "preview": None,
        "rows": (),
        "problem": None,
        "may_decide": is_open and page.may(deciding_act(request.kind, request.state)),
        "clause": book.policy.clause_governing(request.kind),
        "approval": approval,
        "proposes": approval is not None and request.state != "proposed",
        "approvers": _approvers(page, approval) if approval else [],
    }
    if is_open:
        try:
            facts["preview"] = _asked_preview(book, request)
            facts["rows"] = rows_after(facts["preview"])
        except Refused as refused:
            facts["problem"] = say(refused)
    return facts


def _approvers(page: LoanPage, approval: Approval) -> list[tuple[Any, str, str | None]]:
    """Who may approve: the name of each role, the people who have it, and the clause that says so."""
    arrangement = policies_of(g.db).organisation(page.case.organisation).arrangement
    unit = arrangement.unit_for("approve-extension", page.case.unit)
    people = staff.with_roles(g.db, page.case.organisation, unit, approval.roles)
    return [
        (
            label("role", role),
            ", ".join(each.display_name for each in people if role in each.actor.roles),
            mandate.clause,
        )
        for mandate in approval.mandates
        for role in sorted(mandate.roles)
    ]


def _asked_preview(book: Book, request: ChangeRequest) -> GracePreview | Preview:
    if request.kind == "grace":
        return grace.preview_grace(book, grace.asked_dates(request), today())
    wish = new_terms.wish_from(request.proposed_terms) if request.proposed_terms else new_terms.asked_wish(request)
    return new_terms.preview_change(book, wish, today())


def _waiver_facts(page: LoanPage, book: Book, request: ChangeRequest, is_open: bool) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "preview": None,
        "problem": None,
        "may_propose": request.state in ("requested", "in_preparation") and page.may("propose-waiver"),
        "may_decide": request.state == "proposed" and page.may("decide-waiver"),
    }
    if is_open:
        release = waiver.proposed_release(request) if request.state == "proposed" else _asked(request)
        if release is not None:
            try:
                facts["preview"] = waiver.preview_waiver(book, release, today())
            except Refused as refused:
                facts["problem"] = say(refused)
    return facts


def _asked(request: ChangeRequest) -> Release:
    return Release(request.asked_principal_cents, request.asked_interest_cents, request.everything)
