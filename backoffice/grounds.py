"""Grounds and obstacles: what data says of each clause, and what a person judges of it, with reasons."""

from typing import Any
from uuid import UUID

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import office
from backoffice.acting import acted, done
from backoffice.case_page import CasePage
from backoffice.facts import in_words
from lending.assessment import grounds as findings
from lending.assessment import worksheet
from lending.assessment.model import GroundFinding
from lending.people import staff
from lending.policy.policies import Policy
from web.forms import ChoiceField, Form, LongText
from web.guard import staff_may
from web.labels import label
from web.render import see_other

#: The order in which the roles of clauses are shown.
ROLES = ("ground", "obstacle", "condition", "rule")


class JudgmentForm(Form):
    """Judgments of several clauses at once: a choice and its reasons for each. What is left empty is not judged."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Also that a choice has its reasons and reasons their choice."""
        sound = super().validate(extra_validators)
        for clause, choice, reasons in self.pairs():
            if choice.data and not reasons.data:
                reasons.errors = [*reasons.errors, _l("Write the reasons for clause %(clause)s.", clause=clause)]
                sound = False
            if reasons.data and not choice.data:
                choice.errors = [*choice.errors, _l("Choose what you judge of clause %(clause)s.", clause=clause)]
                sound = False
        return sound

    def pairs(self) -> list[tuple[str, Any, Any]]:
        """The clauses with their two fields."""
        names = [name.removeprefix("judgment-") for name in self._fields if name.startswith("judgment-")]
        return [(name, self[f"judgment-{name}"], self[f"reasons-{name}"]) for name in names]

    def changed(self, known: dict[str, GroundFinding]) -> list[tuple[str, str, str]]:
        """The judgments that are new or differ from what stands."""
        given = [(clause, choice.data, reasons.data) for clause, choice, reasons in self.pairs() if choice.data]
        return [
            (clause, judgment, reasons)
            for clause, judgment, reasons in given
            if (known[clause].judgment, known[clause].reasons) != (judgment, reasons)
        ]


@office.get("/cases/<uuid:case_id>/grounds")
@staff_may("view-case")
def grounds(case_id: UUID) -> ResponseReturnValue:
    """Every clause the application is held against."""
    page = CasePage(case_id)
    found = findings.findings_of(g.db, page.case)
    return _show(page, form_for(page.policy, found), found)


@office.post("/cases/<uuid:case_id>/grounds")
@staff_may("prepare")
def judge_grounds(case_id: UUID) -> ResponseReturnValue:
    """Judge what data cannot tell."""
    page = CasePage(case_id, "prepare")
    found = findings.findings_of(g.db, page.case)
    form = form_for(page.policy, found)

    def judge() -> None:
        known = {finding.clause: finding for finding in found}
        findings.judge_several(g.db, page.case, form.changed(known), g.actor, g.now)

    if acted(form, judge):
        done(_("The judgments have been saved."))
        return see_other("office.grounds", case_id=case_id)
    page.reload()
    return _show(page, form, findings.findings_of(g.db, page.case))


@office.post("/cases/<uuid:case_id>/grounds/check")
@staff_may("prepare")
def check_grounds(case_id: UUID) -> ResponseReturnValue:
    """Check every clause from the data of the moment."""
    page = CasePage(case_id, "prepare")
    findings.check_grounds(g.db, page.case, g.actor, g.now)
    done(_("The grounds have been checked from the application and the worksheet."))
    return see_other("office.grounds", case_id=case_id)


def form_for(policy: Policy, found: list[GroundFinding]) -> JudgmentForm:
    """A form with two fields for every clause that a person judges, filled with what has been judged."""
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for finding in (each for each in found if needs_person(each)):
        kind = f"judgment-{policy.clause(finding.clause).role}"
        choices = [(code, label(kind, code)) for code in ("met", "not_met")]
        fields[f"judgment-{finding.clause}"] = ChoiceField(
            _l("Judgment of clause %(clause)s", clause=finding.clause), optional=True, choices=choices
        )
        fields[f"reasons-{finding.clause}"] = LongText(_l("Reasons"), optional=True)
        data |= {f"judgment-{finding.clause}": finding.judgment, f"reasons-{finding.clause}": finding.reasons or ""}
    form_class = type("CaseJudgmentForm", (JudgmentForm,), fields)
    return form_class(data=data)


def needs_person(finding: GroundFinding) -> bool:
    """Whether a person may have something to say of the clause: data does not settle it, or somebody has judged it."""
    return finding.result != "met" or finding.judgment is not None


def _show(page: CasePage, form: JudgmentForm, found: list[GroundFinding]) -> ResponseReturnValue:
    case, policy = page.case, page.policy
    by_role = [(role, [each for each in found if policy.clause(each.clause).role == role]) for role in ROLES]
    return page.show(
        "grounds",
        form=form,
        groups=[(role, group) for role, group in by_role if group],
        findings=found,
        needs_person=needs_person,
        wrong=lambda finding: any(form[f"{name}-{finding.clause}"].errors for name in ("judgment", "reasons")),
        facts=lambda finding: in_words(finding.facts, policy),
        has_worksheet=worksheet.current(g.db, case) is not None,
        open_count=len(findings.open_clauses(found)),
        names=staff.names_of(g.db, [finding.judged_by_id for finding in found]),
        may_judge=page.may("prepare") and case.handler_id == g.actor.id and case.state == "in_preparation",
    )
