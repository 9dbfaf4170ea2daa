"""Looking into a case: the worksheet and its edits, grounds judged with reasons, debts investigated by consent."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lending.applications.consent import give_consent, withdraw_consent
from lending.applications.model import Application, ConsentUse, MoneyLine
from lending.assessment import grounds, worksheet
from lending.assessment.checks import StayingDebt
from lending.assessment.investigation import investigate
from lending.assessment.model import Worksheet
from lending.basics.errors import NotAllowed, NotFound, Refused
from lending.cases import timeline
from lending.decisions.proposal import propose_grant
from lending.policy.figures import load_figures
from tests.builders import a_case, a_citizen, a_colleague
from tests.clock import NOW
from tests.workflow.cases_in_work import LATER, InWork, a_case_in_work, a_debt, an_application

#: 2100 − 719 − (464 − 94.88) − 650 − 160, and without the 120 arranged.
BEFORE, AFTER = 201_88, 321_88


@pytest.fixture
def work(db: Session) -> InWork:
    return a_case_in_work(db)


def kinds(db: Session, work: InWork) -> list[str]:
    return [event.kind for event in timeline.events_of(db, work.case, for_citizen=False)]


# --- The worksheet ---------------------------------------------------------------------------------------------------


def test_the_worksheet_is_prefilled_from_the_application_by_the_norm_of_the_day(db: Session, work: InWork) -> None:
    sheet = worksheet.prepare_worksheet(db, work.case, work.preparer, NOW)
    capacity = worksheet.capacity_on(sheet)
    assert (capacity.before_cents, capacity.after_cents) == (BEFORE, AFTER)
    assert (sheet.norm, sheet.norm_valid_from, sheet.norm_status) == ("debt_adjustment", date(2026, 1, 1), "computed")
    assert sheet.norm_row["alone"]["cents"] == 719_00
    assert [line.code for line in sheet.of_side("debt")] == ["consumer_credit", "consumer_credit"]
    assert [line.details for line in sheet.of_side("debt")] == ["Pikaluotto Oy", "Kauppa Oy"]
    assert kinds(db, work)[0] == "worksheet-prepared"


def test_the_day_of_the_worksheet_is_the_day_in_finland(db: Session) -> None:
    work = a_case_in_work(db)
    # Half past ten at night in Greenwich is already the next year in Finland.
    sheet = worksheet.prepare_worksheet(db, work.case, work.preparer, datetime(2025, 12, 31, 22, 30, tzinfo=UTC))
    assert sheet.computed_for == date(2026, 1, 1)
    assert sheet.norm_row["alone"]["cents"] == 719_00


def test_a_line_is_edited_with_a_reason_and_keeps_what_was_computed(db: Session, work: InWork) -> None:
    sheet = worksheet.prepare_worksheet(db, work.case, work.preparer, NOW)
    rent = sheet.of_side("cost")[0]
    worksheet.edit_line(db, work.case, rent.id, 700_00, "Vuokra nousi 1.9.", work.preparer, LATER)
    assert (rent.computed_cents, rent.cents, rent.reason, rent.edited_by_id) == (
        650_00,
        700_00,
        "Vuokra nousi 1.9.",
        work.preparer.id,
    )
    assert worksheet.capacity_on(sheet).before_cents == BEFORE - 50_00
    event = timeline.events_of(db, work.case, for_citizen=False)[0]
    assert (event.kind, event.facts) == (
        "worksheet-line-edited",
        {"line": "rent", "from_cents": 650_00, "to_cents": 700_00},
    )


def test_an_edit_without_a_reason_or_below_zero_is_refused(db: Session, work: InWork) -> None:
    rent = worksheet.prepare_worksheet(db, work.case, work.preparer, NOW).of_side("cost")[0]
    with pytest.raises(Refused, match="reason-missing"):
        worksheet.edit_line(db, work.case, rent.id, 700_00, "  ", work.preparer, LATER)
    with pytest.raises(Refused, match="amount-negative"):
        worksheet.edit_line(db, work.case, rent.id, -1, "Syy", work.preparer, LATER)
    assert rent.cents == 650_00


def test_a_debt_can_be_left_out_of_the_arrangement(db: Session, work: InWork) -> None:
    sheet = worksheet.prepare_worksheet(db, work.case, work.preparer, NOW)
    debt = sheet.of_side("debt")[0]
    worksheet.edit_line(db, work.case, debt.id, 120_00, "Velkoja ei suostu.", work.preparer, LATER, in_after=True)
    assert worksheet.capacity_on(sheet).after_cents == BEFORE


def test_a_line_that_the_application_lacks_is_added_with_a_reason(db: Session, work: InWork) -> None:
    sheet = worksheet.prepare_worksheet(db, work.case, work.preparer, NOW)
    worksheet.add_line(
        db, work.case, "debt", "Ulosotto", 85_00, "Ulosoton ilmoitus 28.8.", work.preparer, LATER, in_after=False
    )
    capacity = worksheet.capacity_on(sheet)
    assert (capacity.before_cents, capacity.after_cents) == (BEFORE - 85_00, AFTER)
    with pytest.raises(Refused, match="line-unknown"):
        worksheet.add_line(db, work.case, "norm", "Muu normi", 1_00, "Syy", work.preparer, LATER)


def test_computing_anew_keeps_edits_and_added_lines_and_replaces_the_old(db: Session, work: InWork) -> None:
    first = worksheet.prepare_worksheet(db, work.case, work.preparer, NOW)
    rent = first.of_side("cost")[0]
    worksheet.edit_line(db, work.case, rent.id, 700_00, "Vuokra nousi.", work.preparer, NOW)
    worksheet.add_line(db, work.case, "cost", "Lääkkeet", 30_00, "Resepti.", work.preparer, NOW)
    second = worksheet.prepare_worksheet(db, work.case, work.preparer, datetime(2026, 9, 20, 9, tzinfo=UTC))
    assert (first.state, second.state, second.number) == ("replaced", "open", 2)
    assert second.computed_for == date(2026, 9, 20)
    assert worksheet.capacity_on(second).before_cents == BEFORE - 80_00
    assert [(line.cents, line.reason) for line in second.of_side("cost")] == [
        (700_00, "Vuokra nousi."),
        (30_00, "Resepti."),
    ]
    assert worksheet.current(db, work.case) is second


def test_a_day_without_a_norm_stops_the_worksheet(db: Session, work: InWork) -> None:
    with pytest.raises(Refused, match="figure-missing"):
        worksheet.prepare_worksheet(db, work.case, work.preparer, datetime(2027, 1, 2, 9, tzinfo=UTC))
    assert db.scalar(select(func.count()).select_from(Worksheet)) == 0


def test_only_the_one_who_prepares_the_case_computes_it(db: Session, work: InWork) -> None:
    with pytest.raises(NotAllowed):
        worksheet.prepare_worksheet(db, work.case, work.decider, NOW)
    with pytest.raises(Refused, match="case-not-yours"):
        worksheet.prepare_worksheet(db, work.case, a_colleague(db).actor, NOW)
    with pytest.raises(NotFound):
        worksheet.prepare_worksheet(db, work.case, a_colleague(db, unit="team-2").actor, NOW)
    with pytest.raises(NotAllowed):
        worksheet.prepare_worksheet(db, work.case, work.citizen.actor, NOW)


def test_a_line_of_another_case_is_not_found(db: Session, work: InWork) -> None:
    worksheet.prepare_worksheet(db, work.case, work.preparer, NOW)
    other = a_case_in_work(db)
    foreign = worksheet.prepare_worksheet(db, other.case, other.preparer, NOW).lines[0]
    with pytest.raises(NotFound):
        worksheet.edit_line(db, work.case, foreign.id, 1_00, "Syy", work.preparer, NOW)


SMALL: dict[str, object] = {"amount_cents": 900_00, "months": 18}
WHY = "Pieni ja lyhyt luotto; hakija elää perusosalla."


def test_staff_choose_the_exception_for_a_small_loan_with_a_reason(db: Session) -> None:
    work = a_case_in_work(db, **SMALL)
    worksheet.prepare_worksheet(db, work.case, work.preparer, NOW)
    with pytest.raises(Refused) as refused:
        worksheet.choose_norm(db, work.case, "social_assistance", "  ", work.preparer, NOW)
    assert (refused.value.code, refused.value.field) == ("reason-missing", "reason")
    sheet = worksheet.choose_norm(db, work.case, "social_assistance", f" {WHY} ", work.preparer, NOW)
    assert (sheet.norm, sheet.norm_reason, sheet.norm_valid_from) == ("social_assistance", WHY, date(2026, 3, 1))
    # A single parent of a child under ten: 2100 − 665.19 − (375.98 − 94.88) − 650 − 160.
    assert worksheet.capacity_on(sheet).before_cents == 343_71
    assert [line.code for line in sheet.of_side("norm")] == ["norm_single_parent", "norm_child_under_10_first"]
    assert sheet.norm_row["single_parent"] == {
        "cents": 665_19,
        "status": "official",
        "source": "Kela, changes to social assistance from 1 March 2026",
    }
    event = timeline.events_of(db, work.case, for_citizen=False)[0]
    assert (event.kind, event.facts["norm"]) == ("worksheet-prepared", "social_assistance")


def test_the_norm_chosen_stays_until_the_main_norm_is_chosen_again(db: Session) -> None:
    work = a_case_in_work(db, **SMALL)
    worksheet.choose_norm(db, work.case, "social_assistance", WHY, work.preparer, NOW)
    again = worksheet.prepare_worksheet(db, work.case, work.preparer, LATER)
    assert (again.norm, again.norm_reason) == ("social_assistance", WHY)
    main = worksheet.choose_norm(db, work.case, "debt_adjustment", "Ei tarvita.", work.preparer, LATER)
    assert (main.norm, main.norm_reason, main.number) == ("debt_adjustment", None, 3)
    assert worksheet.capacity_on(main).before_cents == BEFORE


def test_the_exception_is_refused_by_its_clause_for_a_larger_loan(db: Session, work: InWork) -> None:
    worksheet.prepare_worksheet(db, work.case, work.preparer, NOW)
    with pytest.raises(Refused) as refused:
        worksheet.choose_norm(db, work.case, "social_assistance", WHY, work.preparer, NOW)
    assert (refused.value.code, refused.value.facts["clause"]) == (
        "norm-exception-outside-limits",
        "keusote-2025:4.5d",
    )
    sheet = worksheet.current(db, work.case)
    assert sheet is not None
    assert (sheet.norm, sheet.number) == ("debt_adjustment", 1)


def test_no_more_is_proposed_on_the_exception_than_it_is_for(db: Session) -> None:
    work = a_case_in_work(db, **SMALL)
    worksheet.choose_norm(db, work.case, "social_assistance", WHY, work.preparer, NOW)
    findings = grounds.check_grounds(db, work.case, work.preparer, NOW)
    judgments = [(clause, "met", "Selvitetty.") for clause in grounds.open_clauses(findings)]
    grounds.judge_several(db, work.case, judgments, work.preparer, NOW)
    grant: dict[str, Any] = {"purpose": "debts", "reasons": "Perusteet ovat.", "by": work.preparer, "at": NOW}
    for amount, months in ((1000_01, 24), (900_00, 25)):
        with pytest.raises(Refused, match="norm-exception-outside-limits"):
            propose_grant(db, work.case, amount_cents=amount, months=months, **grant)
    assert propose_grant(db, work.case, amount_cents=900_00, months=24, **grant).amount_cents == 900_00


def test_a_change_of_one_norms_figure_says_nothing_of_the_other(db: Session) -> None:
    work = a_case_in_work(db, **SMALL)
    sheet = worksheet.prepare_worksheet(db, work.case, work.preparer, NOW)
    own, rent = sheet.of_side("norm")[0], sheet.of_side("cost")[0]
    worksheet.edit_line(db, work.case, own.id, 600_00, "Laitoshoidossa.", work.preparer, NOW)
    worksheet.edit_line(db, work.case, rent.id, 700_00, "Vuokra nousi.", work.preparer, NOW)
    other = worksheet.choose_norm(db, work.case, "social_assistance", WHY, work.preparer, NOW)
    assert (other.of_side("norm")[0].cents, other.of_side("norm")[0].edited) == (665_19, False)
    assert other.of_side("cost")[0].cents == 700_00
    kept = worksheet.prepare_worksheet(db, work.case, work.preparer, NOW)
    assert kept.of_side("cost")[0].reason == "Vuokra nousi."


def test_an_income_told_by_the_year_says_so_on_its_line(db: Session) -> None:
    told = MoneyLine(
        section="income", position=0, kind="wage", amount_cents=1666_67, told_per="year", told_cents=20_000_00
    )
    work = a_case_in_work(db, lines=[told])
    line = worksheet.prepare_worksheet(db, work.case, work.preparer, NOW).of_side("income")[0]
    assert (line.cents, line.facts) == (1666_67, {"as_told_cents": 20_000_00, "told_per": "year"})


# --- Grounds and obstacles -------------------------------------------------------------------------------------------


def results(db: Session, work: InWork) -> dict[str, str]:
    return {finding.clause: finding.result for finding in grounds.check_grounds(db, work.case, work.preparer, LATER)}


def test_data_answers_what_it_can_and_leaves_the_rest_to_a_person(db: Session, work: InWork) -> None:
    worksheet.prepare_worksheet(db, work.case, work.preparer, NOW)
    found = results(db, work)
    assert [clause for clause, result in found.items() if result == "needs_judgment"] == [
        "1b",
        "1c",
        "3c",
        "4.1f",
        "4.5a",
        "4.6b",
        "4.6c",
    ]
    assert set(found.values()) == {"met", "needs_judgment"}


def test_before_the_worksheet_capacity_is_not_known(db: Session, work: InWork) -> None:
    found = results(db, work)
    assert (found["4.5b"], found["4.6b"]) == ("not_known", "not_known")


def test_what_is_wrong_is_found_by_its_clause_and_refuses_nothing(db: Session) -> None:
    citizen = a_citizen(db, municipality="091")
    a_case(db, citizen, state="running")
    work = a_case_in_work(
        db,
        citizen,
        amount_cents=150_00,
        months=100,
        entrepreneur=True,
        how_it_helps="",
        lines=[MoneyLine(section="assets", position=0, kind="securities", amount_cents=9000_00)],
        debts=[a_debt(0, "Naapuri", 50_00, arranged=True, basis="private_person")],
    )
    found = results(db, work)
    assert [clause for clause, result in found.items() if result == "not_met"] == [
        "1a",
        "4.1d",
        "4.2a",
        "4.2b",
        "4.4a",
        "4.5a",
        "4.6d",
        "4.6e",
        "4.6f",
    ]
    assert work.case.state == "in_preparation"


def test_a_protected_municipality_is_never_among_the_facts(db: Session) -> None:
    work = a_case_in_work(db, a_citizen(db, municipality="186", safety_ban=True))
    findings = grounds.check_grounds(db, work.case, work.preparer, LATER)
    assert findings[0].facts == {"home-municipality": {"in_area": True}}


def test_a_loan_of_somebody_else_is_no_second_loan(db: Session, work: InWork) -> None:
    a_case(db, a_citizen(db), state="running")
    a_case(db, work.citizen, state="closed")
    assert results(db, work)["4.6f"] == "met"


def test_the_debts_that_stay_are_those_of_the_worksheet(db: Session, work: InWork) -> None:
    application = db.get_one(Application, work.case.id)
    assert [debt.creditor for debt in grounds.staying_debts(application, None)] == ["Kauppa Oy"]
    sheet = worksheet.prepare_worksheet(db, work.case, work.preparer, NOW)
    arranged = sheet.of_side("debt")[0]
    worksheet.edit_line(db, work.case, arranged.id, 110_00, "Velkoja ei suostu.", work.preparer, NOW, in_after=True)
    for details, stays in (("Ulosotto", True), ("Pikavippi", False)):
        worksheet.add_line(db, work.case, "debt", details, 85_00, "Selvitetty.", work.preparer, NOW, in_after=stays)
    assert grounds.staying_debts(application, sheet) == (
        StayingDebt("Pikaluotto Oy", 3000_00, 110_00),
        StayingDebt("Kauppa Oy", 3000_00, 40_00),
        StayingDebt("Ulosotto", None, 85_00),
    )


def test_a_judgment_needs_reasons_and_stays_when_data_is_checked_again(db: Session, work: InWork) -> None:
    grounds.check_grounds(db, work.case, work.preparer, NOW)
    with pytest.raises(Refused) as refused:
        grounds.judge_several(db, work.case, [("1b", "met", " ")], work.preparer, NOW)
    assert (refused.value.code, refused.value.facts["clause"]) == ("reasons-missing", "keusote-2025:1b")
    [finding] = grounds.judge_several(
        db, work.case, [("1b", "met", "Pankki on hylännyt hakemuksen.")], work.preparer, NOW
    )
    grounds.check_grounds(db, work.case, work.preparer, LATER)
    assert (finding.outcome, finding.judged_by_id, finding.is_open) == ("met", work.preparer.id, False)
    assert kinds(db, work)[0] == "ground-judged"


def test_a_person_may_judge_otherwise_than_data(db: Session, work: InWork) -> None:
    work.case.policy = "keusote-2025"
    db.get_one(type(an_application(work.case)), work.case.id).months = 120
    finding = next(
        found for found in grounds.check_grounds(db, work.case, work.preparer, NOW) if found.clause == "4.2b"
    )
    assert (finding.result, finding.is_open) == ("not_met", True)
    grounds.judge_several(db, work.case, [("4.2b", "met", "Aika sovitaan kahdeksaan vuoteen.")], work.preparer, NOW)
    assert (finding.result, finding.outcome) == ("not_met", "met")


def test_judging_several_is_all_or_nothing(db: Session, work: InWork) -> None:
    grounds.check_grounds(db, work.case, work.preparer, NOW)
    for wrong, code in [
        (("6a", "met", "Syy"), "clause-not-assessed"),
        (("1c", "perhaps", "Syy"), "judgment-missing"),
        (("1c", "met", ""), "reasons-missing"),
    ]:
        with pytest.raises(Refused, match=code), db.begin_nested():
            grounds.judge_several(db, work.case, [("1b", "met", "Syy"), wrong], work.preparer, NOW)
        db.expire_all()
        assert all(finding.judgment is None for finding in grounds.findings_of(db, work.case))


def test_grounds_are_judged_only_in_preparation_and_by_the_preparer(db: Session, work: InWork) -> None:
    grounds.check_grounds(db, work.case, work.preparer, NOW)
    with pytest.raises(NotAllowed):
        grounds.judge_several(db, work.case, [("1b", "met", "Syy")], work.decider, NOW)
    work.case.state = "waiting_for_citizen"
    db.flush()
    with pytest.raises(Refused, match="not-in-this-state"):
        grounds.judge_several(db, work.case, [("1b", "met", "Syy")], work.preparer, NOW)


def test_without_a_confirmed_rate_the_check_of_capacity_is_not_known(db: Session, work: InWork) -> None:
    db.info["figures"] = load_figures(Path(__file__).parents[2] / "policies" / "figures", allow_unconfirmed=False)
    worksheet.prepare_worksheet(db, work.case, work.preparer, NOW)
    assert results(db, work)["4.5b"] == "not_known"


# --- Debt investigation ----------------------------------------------------------------------------------------------


def test_debts_are_investigated_only_with_a_consent_in_force(db: Session, work: InWork) -> None:
    with pytest.raises(Refused, match="consent-missing"):
        investigate(db, work.case, "Pikaluotto Oy", "Loppusaldo", work.preparer, NOW)
    give_consent(db, work.case, "fi", work.citizen.actor, NOW)
    investigate(db, work.case, "Pikaluotto Oy", "Loppusaldo", work.preparer, LATER)
    withdraw_consent(db, work.case, work.citizen.actor, LATER)
    with pytest.raises(Refused, match="consent-missing"):
        investigate(db, work.case, "Kauppa Oy", "Loppusaldo", work.preparer, LATER)
    assert [use.asked_of for use in db.scalars(select(ConsentUse))] == ["Pikaluotto Oy"]


def test_debts_are_not_investigated_after_the_preparation(db: Session, work: InWork) -> None:
    give_consent(db, work.case, "fi", work.citizen.actor, NOW)
    work.case.state = "waiting_for_decision"
    db.flush()
    with pytest.raises(Refused, match="not-in-this-state"):
        investigate(db, work.case, "Pikaluotto Oy", "Loppusaldo", work.preparer, NOW)
