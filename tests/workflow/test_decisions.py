"""From proposal to decision: two people, hard limits, reasons and clauses, a letter that stays, the time limit."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.assessment import grounds, worksheet
from lending.basics.errors import NotAllowed, NotFound, Refused
from lending.cases import documents, timeline
from lending.cases.model import FrozenDocument, Notice
from lending.decisions.decision import Grant, Refusal, confirm_proposal, decide, decision_of, may_decide
from lending.decisions.letter import letter_facts
from lending.decisions.model import Decision
from lending.decisions.proposal import (
    open_proposal,
    proposals_of,
    propose_grant,
    propose_refusal,
    return_proposal,
    withdraw_proposal,
)
from lending.policy.figures import load_figures
from tests.builders import a_case, a_citizen, a_colleague
from tests.clock import NOW
from tests.workflow.cases_in_work import LATER, InWork, a_case_in_work, a_proposed_grant, assess

REFUSAL = {"clauses": ["4.5b", "4.6c"], "reasons": "Maksuvara ei riitä maksuerään."}


@pytest.fixture
def work(db: Session) -> InWork:
    return a_case_in_work(db)


def write(decision: Decision) -> str:
    """A letter for tests: what matters is that it sees every fact."""
    return f"<p>{decision.kind} {decision.amount_cents} {decision.last_day_to_claim} {decision.id}</p>"


# --- The proposal ----------------------------------------------------------------------------------------------------


def test_a_grant_is_proposed_on_a_settled_worksheet(db: Session, work: InWork) -> None:
    proposal = a_proposed_grant(db, work, conditions="Velat maksetaan suoraan velkojille.")
    assert (proposal.kind, proposal.amount_cents, proposal.months, proposal.purpose) == ("grant", 3000_00, 36, "debts")
    assert proposal.clauses == ["keusote-2025:3a"]
    assert work.case.state == "waiting_for_decision"
    sheet = worksheet.current(db, work.case)
    assert sheet is not None
    assert (sheet.id, sheet.state) == (proposal.worksheet_id, "settled")
    event = timeline.events_of(db, work.case, for_citizen=False)[0]
    assert (event.kind, event.facts) == ("proposal-made", {"proposed": "grant"})


def test_no_grant_is_proposed_without_a_worksheet_or_with_clauses_nobody_has_judged(db: Session, work: InWork) -> None:
    with pytest.raises(Refused, match="worksheet-missing"):
        propose_grant(db, work.case, amount_cents=3000_00, months=36, purpose="debts", by=work.preparer, at=NOW)
    worksheet.prepare_worksheet(db, work.case, work.preparer, NOW)
    with pytest.raises(Refused) as refused:
        propose_grant(db, work.case, amount_cents=3000_00, months=36, purpose="debts", by=work.preparer, at=NOW)
    assert refused.value.code == "grounds-not-judged"
    assert refused.value.facts["clauses"][:2] == ["keusote-2025:1b", "keusote-2025:1c"]
    assert work.case.state == "in_preparation"


def test_a_ground_judged_against_the_applicant_does_not_stop_a_grant_by_itself(db: Session, work: InWork) -> None:
    assess(db, work)
    grounds.judge_several(db, work.case, [("4.6b", "not_met", "Selviytyisi niukasti.")], work.preparer, LATER)
    proposal = propose_grant(
        db, work.case, amount_cents=3000_00, months=24, purpose="debts", by=work.preparer, at=LATER
    )
    assert proposal.state == "open"


def test_a_grant_of_less_than_was_asked_for_is_proposed_with_reasons_only(db: Session, work: InWork) -> None:
    assess(db, work)
    less = {"amount_cents": 2000_00, "months": 24, "purpose": "debts"}
    with pytest.raises(Refused, match="partial-grant-needs-reasons") as refused:
        propose_grant(db, work.case, **less, by=work.preparer, at=LATER)
    assert refused.value.field == "reasons"
    assert propose_grant(db, work.case, **less, reasons="Osa riittää.", by=work.preparer, at=LATER).state == "open"


@pytest.mark.parametrize(
    ("other", "code", "clause"),
    [
        ({"amount_cents": 199_99}, "amount-outside-limits", "keusote-2025:4.2a"),
        ({"amount_cents": 10_000_01}, "amount-outside-limits", "keusote-2025:4.2a"),
        ({"months": 97}, "term-outside-limits", "keusote-2025:4.2b"),
        ({"months": 0}, "term-outside-limits", "keusote-2025:4.2b"),
        ({"purpose": "holiday"}, "purpose-unknown", "keusote-2025:3a"),
        ({"amount_cents": 300_00, "months": 36}, "instalment-below-minimum", "keusote-2025:4.4a"),
    ],
)
def test_a_grant_past_a_hard_limit_is_refused_by_its_clause(
    db: Session, work: InWork, other: dict[str, object], code: str, clause: str
) -> None:
    with pytest.raises(Refused) as refused:
        a_proposed_grant(db, work, **other)
    assert (refused.value.code, refused.value.facts["clause"]) == (code, clause)


def test_a_second_loan_is_refused_by_its_clause(db: Session, work: InWork) -> None:
    a_case(db, work.citizen, state="running")
    with pytest.raises(Refused) as refused:
        a_proposed_grant(db, work)
    assert (refused.value.code, refused.value.facts["clause"]) == ("second-loan", "keusote-2025:4.6f")


def test_a_refusal_rests_on_clauses_and_reasons(db: Session, work: InWork) -> None:
    for wrong, code in [
        ({"clauses": []}, "clauses-missing"),
        ({"clauses": ["4.9z"]}, "clause-unknown"),
        ({"reasons": "  "}, "reasons-missing"),
    ]:
        with pytest.raises(Refused, match=code):
            propose_refusal(db, work.case, **(REFUSAL | wrong), by=work.preparer, at=NOW)
    proposal = propose_refusal(
        db, work.case, clauses=["4.6c", "keusote-2025:4.5b"], reasons="Maksuvara ei riitä.", by=work.preparer, at=NOW
    )
    assert proposal.clauses == ["keusote-2025:4.5b", "keusote-2025:4.6c"]
    assert proposal.worksheet_id is None


def test_only_the_preparer_of_the_case_proposes_and_only_in_preparation(db: Session, work: InWork) -> None:
    with pytest.raises(NotAllowed):
        propose_refusal(db, work.case, **REFUSAL, by=work.decider, at=NOW)
    with pytest.raises(Refused, match="case-not-yours"):
        propose_refusal(db, work.case, **REFUSAL, by=a_colleague(db).actor, at=NOW)
    propose_refusal(db, work.case, **REFUSAL, by=work.preparer, at=NOW)
    with pytest.raises(Refused, match="not-in-this-state"):
        propose_refusal(db, work.case, **REFUSAL, by=work.preparer, at=NOW)


def test_a_returned_proposal_tells_what_is_missing_and_opens_a_copy_of_the_worksheet(db: Session, work: InWork) -> None:
    proposal = a_proposed_grant(db, work)
    with pytest.raises(Refused, match="note-missing"):
        return_proposal(db, work.case, "", work.decider, LATER)
    with pytest.raises(Refused, match="not-in-this-state"):
        worksheet.prepare_worksheet(db, work.case, work.preparer, LATER)
    return_proposal(db, work.case, "Tarkistakaa vuokra.", work.decider, LATER)
    assert (work.case.state, proposal.state, proposal.return_note) == (
        "in_preparation",
        "returned",
        "Tarkistakaa vuokra.",
    )
    sheet = worksheet.current(db, work.case)
    assert sheet is not None
    assert (sheet.state, sheet.number, sheet.id == proposal.worksheet_id) == ("open", 2, False)
    worksheet.edit_line(db, work.case, sheet.of_side("cost")[0].id, 680_00, "Vuokra.", work.preparer, LATER)
    again = a_proposed_grant(db, work, amount_cents=2500_00)
    assert [found.state for found in proposals_of(db, work.case)].count("open") == 1
    assert open_proposal(db, work.case) is again


def test_a_preparer_takes_back_their_own_proposal_only(db: Session, work: InWork) -> None:
    proposal = a_proposed_grant(db, work)
    with pytest.raises(NotAllowed):
        withdraw_proposal(db, work.case, a_colleague(db).actor, LATER)
    withdraw_proposal(db, work.case, work.preparer, LATER)
    assert (work.case.state, proposal.state) == ("in_preparation", "withdrawn")
    with pytest.raises(Refused, match="not-in-this-state"):
        withdraw_proposal(db, work.case, work.preparer, LATER)


# --- The decision ----------------------------------------------------------------------------------------------------


def test_another_person_confirms_and_the_credit_is_granted(db: Session, work: InWork) -> None:
    proposal = a_proposed_grant(db, work)
    assert may_decide(db, work.case, work.decider)
    decision = confirm_proposal(db, work.case, write, work.decider, LATER)
    assert (work.case.state, proposal.state) == ("granted", "confirmed")
    assert (decision.amount_cents, decision.months, decision.purpose) == (3000_00, 36, "debts")
    assert (decision.prepared_by_id, decision.decided_by_id) == (work.preparer.id, work.decider.id)
    assert decision_of(db, work.case) is decision
    event = timeline.events_of(db, work.case, for_citizen=True)[0]
    assert (event.kind, event.facts) == ("credit-granted", {"amount_cents": 3000_00, "months": 36})
    assert [notice.kind for notice in db.scalars(select(Notice))] == ["decision-made"]


def test_the_preparer_cannot_decide_whatever_roles_they_have(db: Session) -> None:
    work = a_case_in_work(db)
    both = a_colleague(db, "preparer", "decider")
    work.case.handler_id = both.id
    db.flush()
    both_work = InWork(work.case, work.citizen, both.actor, work.decider)
    a_proposed_grant(db, both_work)
    assert not may_decide(db, work.case, both.actor)
    with pytest.raises(Refused, match="preparer-cannot-decide"):
        confirm_proposal(db, work.case, write, both.actor, LATER)
    with pytest.raises(Refused, match="preparer-cannot-decide"):
        decide(db, work.case, Refusal(["4.5b"], "Syy"), write, both.actor, LATER)
    assert work.case.state == "waiting_for_decision"


@pytest.mark.parametrize("role", ["preparer", "waiver_decider", "payments", "auditor"])
def test_nobody_without_the_right_decides(db: Session, work: InWork, role: str) -> None:
    a_proposed_grant(db, work)
    other = a_colleague(db, role).actor
    assert not may_decide(db, work.case, other)
    with pytest.raises(NotAllowed):
        confirm_proposal(db, work.case, write, other, LATER)
    with pytest.raises(NotAllowed):
        return_proposal(db, work.case, "Puuttuu", other, LATER)


def test_a_decider_of_another_unit_finds_no_case(db: Session, work: InWork) -> None:
    a_proposed_grant(db, work)
    with pytest.raises(NotFound):
        confirm_proposal(db, work.case, write, a_colleague(db, "decider", unit="team-2").actor, LATER)


def test_the_letter_is_frozen_as_it_was_written(db: Session, work: InWork) -> None:
    a_proposed_grant(db, work)
    decision = confirm_proposal(db, work.case, write, work.decider, LATER)
    document = db.get_one(FrozenDocument, decision.document_id)
    assert document.html == f"<p>grant 300000 2026-10-08 {decision.id}</p>"
    assert (document.kind, document.language, documents.is_intact(document)) == ("decision", "fi", True)


def test_the_letter_is_in_the_language_of_the_case(db: Session) -> None:
    work = a_case_in_work(db, a_citizen(db, language="sv"))
    propose_refusal(db, work.case, **REFUSAL, by=work.preparer, at=NOW)
    decision = confirm_proposal(db, work.case, write, work.decider, LATER)
    facts = letter_facts(db, decision)
    assert (decision.language, facts.citizen.id, facts.contact.id, facts.decider.id) == (
        "sv",
        work.citizen.id,
        work.preparer.id,
        work.decider.id,
    )
    assert [clause.id for clause in facts.clauses] == ["4.5b", "4.6c"]
    assert facts.purpose_name is None


@pytest.mark.parametrize(
    ("channel", "sent", "known", "last"),
    [
        ("letter", date(2026, 9, 1), date(2026, 9, 8), date(2026, 10, 8)),
        ("electronic", date(2026, 9, 1), date(2026, 9, 4), date(2026, 10, 5)),
    ],
)
def test_the_time_limit_runs_from_the_day_it_was_sent(
    db: Session, work: InWork, channel: str, sent: date, known: date, last: date
) -> None:
    a_proposed_grant(db, work)
    decision = confirm_proposal(db, work.case, write, work.decider, LATER, channel=channel)
    assert (decision.sent_on, decision.known_on, decision.last_day_to_claim) == (sent, known, last)


def test_a_refusal_is_confirmed_with_its_reasons_and_clauses(db: Session, work: InWork) -> None:
    propose_refusal(db, work.case, **REFUSAL, by=work.preparer, at=NOW)
    decision = confirm_proposal(db, work.case, write, work.decider, LATER)
    assert work.case.state == "refused"
    assert (decision.reasons, decision.clauses) == (REFUSAL["reasons"], ["keusote-2025:4.5b", "keusote-2025:4.6c"])
    event = timeline.events_of(db, work.case, for_citizen=True)[0]
    assert (event.kind, event.facts) == ("credit-refused", {"clauses": decision.clauses})


def test_a_decider_decides_otherwise_with_reasons_of_their_own(db: Session, work: InWork) -> None:
    proposal = a_proposed_grant(db, work)
    with pytest.raises(Refused, match="reasons-missing"):
        decide(db, work.case, Grant(2000_00, 24, "debts"), write, work.decider, LATER)
    with pytest.raises(Refused, match="clauses-missing"):
        decide(db, work.case, Refusal([], "Syy"), write, work.decider, LATER)
    decision = decide(
        db, work.case, Grant(2000_00, 24, "debts", reasons="Pienempi summa riittää."), write, work.decider, LATER
    )
    assert (decision.amount_cents, proposal.amount_cents, proposal.state) == (2000_00, 3000_00, "overruled")
    assert decision.clauses == ["keusote-2025:3a"]


def test_a_proposed_refusal_can_be_decided_as_a_grant_within_the_limits(db: Session, work: InWork) -> None:
    propose_refusal(db, work.case, **REFUSAL, by=work.preparer, at=NOW)
    with pytest.raises(Refused, match="amount-outside-limits"):
        decide(db, work.case, Grant(50_000_00, 60, "debts", reasons="Syy"), write, work.decider, LATER)
    decide(db, work.case, Grant(1000_00, 24, "debts", reasons="Tulot nousivat."), write, work.decider, LATER)
    assert work.case.state == "granted"


def test_a_limit_is_checked_again_when_the_decision_is_made(db: Session, work: InWork) -> None:
    a_proposed_grant(db, work)
    a_case(db, work.citizen, state="granted")
    with pytest.raises(Refused, match="second-loan"):
        confirm_proposal(db, work.case, write, work.decider, LATER)


def test_a_case_is_decided_once(db: Session, work: InWork) -> None:
    a_proposed_grant(db, work)
    confirm_proposal(db, work.case, write, work.decider, LATER)
    with pytest.raises(Refused, match="not-in-this-state"):
        confirm_proposal(db, work.case, write, work.decider, LATER)


def test_an_unconfirmed_rate_stops_a_grant_outside_the_demo_but_not_a_refusal(db: Session, work: InWork) -> None:
    assess(db, work)
    db.info["figures"] = load_figures(Path(__file__).parents[2] / "policies" / "figures", allow_unconfirmed=False)
    with pytest.raises(Refused) as refused:
        propose_grant(db, work.case, amount_cents=3000_00, months=36, purpose="debts", by=work.preparer, at=LATER)
    assert refused.value.code == "figure-not-confirmed"
    assert refused.value.facts == {"figure": "reference_rate", "valid_from": date(2026, 7, 1)}
    propose_refusal(db, work.case, **REFUSAL, by=work.preparer, at=LATER)
    assert confirm_proposal(db, work.case, write, work.decider, LATER).kind == "refusal"


def test_under_a_confirmed_rate_a_grant_goes_through_outside_the_demo(db: Session, work: InWork) -> None:
    db.info["figures"] = load_figures(Path(__file__).parents[2] / "policies" / "figures", allow_unconfirmed=False)
    in_june = datetime(2026, 6, 1, 9, tzinfo=UTC)
    a_proposed_grant(db, work, in_june)
    assert confirm_proposal(db, work.case, write, work.decider, in_june).last_day_to_claim == date(2026, 7, 8)
