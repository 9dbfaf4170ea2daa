"""An application: begun once, told section by section, sent whole, withdrawn."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.applications import consent, sections, submission, supplements
from lending.applications.model import Child, Debt, MoneyLine
from lending.applications.progress import SECTIONS, Missing
from lending.applications.sections import ChildAnswer, DebtAnswer, LineAnswer
from lending.basics.actor import Actor
from lending.basics.errors import NotFound, Refused
from lending.cases import attachments, casework
from lending.cases.model import Case, Event, Notice
from lending.policy.policies import policies_of
from tests.builders import a_citizen, a_colleague
from tests.clock import NOW
from tests.workflow.applying import (
    DEBTS,
    HOUSEHOLD,
    INCOME,
    PURPOSE,
    a_draft,
    a_full_draft,
    a_sent_application,
    attached,
    told,
)

LATER = NOW + timedelta(days=1)


def own(case: Case) -> Actor:
    return Actor("citizen", case.citizen_id)


def events(db: Session, case: Case) -> list[str]:
    return list(db.scalars(select(Event.kind).where(Event.case_id == case.id).order_by(Event.id)))


class TestStarting:
    def test_a_second_start_gives_the_draft_that_is_there(self, db: Session) -> None:
        citizen = a_citizen(db)
        first = a_draft(db, citizen)
        assert a_draft(db, citizen, LATER) is first
        assert events(db, first) == ["application-started"]

    def test_a_new_one_can_be_started_when_the_earlier_has_been_sent(self, db: Session) -> None:
        citizen = a_citizen(db)
        sent = a_sent_application(db, citizen)
        assert a_draft(db, citizen, LATER) is not sent

    def test_nobody_starts_one_for_another(self, db: Session) -> None:
        policy = policies_of(db).by_id("keusote-2025")
        for stranger in (a_citizen(db).actor, a_colleague(db).actor):
            with pytest.raises(NotFound):
                submission.start_application(db, a_citizen(db), policy, stranger, NOW)


class TestSections:
    def test_what_was_told_is_there_in_its_order(self, db: Session) -> None:
        case = a_draft(db)
        told(db, case)
        db.flush()
        db.expire_all()
        application = sections.application_of(db, case)
        assert [child.age for child in application.children] == [7, 16]
        assert [line.kind for line in application.of_section("income")] == ["wage", "housing_allowance"]
        assert [debt.creditor for debt in application.debts] == [debt.creditor for debt in DEBTS]
        assert (application.amount_cents, application.months) == (4_000_00, 48)
        assert application.purpose_saved_at == NOW

    def test_saving_again_replaces_the_rows_of_that_section_only(self, db: Session) -> None:
        case = a_draft(db)
        told(db, case)
        sections.save_income(db, case, [LineAnswer("pension", 1_400_00)], own(case), LATER)
        sections.save_debts(db, case, DEBTS[:1], own(case), LATER)
        sections.save_household(db, case, replace(HOUSEHOLD, children=()), own(case), LATER)
        db.expire_all()
        kinds = db.scalars(select(MoneyLine.kind).where(MoneyLine.case_id == case.id)).all()
        assert sorted(kinds) == ["bank_account", "electricity", "pension", "rent"]
        assert len(db.scalars(select(Debt).where(Debt.case_id == case.id)).all()) == 1
        assert not db.scalars(select(Child).where(Child.case_id == case.id)).all()

    def test_an_empty_list_tells_that_there_are_none(self, db: Session) -> None:
        case = a_draft(db)
        application = sections.save_debts(db, case, [], own(case), NOW)
        assert application.debts_saved_at == NOW
        assert application.debts == []

    def test_anothers_application_does_not_exist(self, db: Session) -> None:
        case = a_draft(db)
        for stranger in (a_citizen(db).actor, a_colleague(db).actor):
            with pytest.raises(NotFound):
                sections.save_income(db, case, INCOME, stranger, NOW)

    def test_nothing_changes_once_it_has_been_sent(self, db: Session) -> None:
        case = a_sent_application(db)
        with pytest.raises(Refused, match="application-sent"):
            sections.save_household(db, case, HOUSEHOLD, own(case), LATER)
        with pytest.raises(Refused, match="application-sent"):
            sections.save_debts(db, case, [], own(case), LATER)

    @pytest.mark.parametrize(
        ("change", "code", "field"),
        [
            ({"purpose": "a-boat"}, "purpose-unknown", "purpose"),
            ({"amount_cents": 199_99}, "asked-amount-outside-limits", "amount"),
            ({"amount_cents": 10_000_01}, "asked-amount-outside-limits", "amount"),
            ({"months": 0}, "asked-months-outside-limits", "months"),
            ({"months": 97}, "asked-months-outside-limits", "months"),
            ({"purpose_details": "  "}, "text-missing", "purpose_details"),
            ({"how_it_helps": "x" * 4001}, "text-too-long", "how_it_helps"),
        ],
    )
    def test_the_purpose_stays_within_the_policy(self, db: Session, change: dict, code: str, field: str) -> None:
        case = a_draft(db)
        with pytest.raises(Refused) as refused:
            sections.save_purpose(db, case, replace(PURPOSE, **change), own(case), NOW)
        assert (refused.value.code, refused.value.field) == (code, field)
        assert sections.application_of(db, case).purpose_saved_at is None

    @pytest.mark.parametrize("change", [{"amount_cents": 200_00}, {"amount_cents": 10_000_00}, {"months": 96}])
    def test_the_limits_of_the_policy_are_within_it(self, db: Session, change: dict) -> None:
        case = a_draft(db)
        assert sections.save_purpose(db, case, replace(PURPOSE, **change), own(case), NOW).purpose_saved_at

    @pytest.mark.parametrize(
        ("change", "code", "field"),
        [
            ({"creditor": " "}, "text-missing", "debts-1-creditor"),
            ({"creditor": "x" * 121}, "text-too-long", "debts-1-creditor"),
            ({"basis": "gambling"}, "choice-unknown", "debts-1-basis"),
            ({"amount_cents": 0}, "amount-out-of-range", "debts-1-amount"),
            ({"monthly_cents": -1}, "amount-out-of-range", "debts-1-monthly"),
            ({"stage": "lost"}, "choice-unknown", "debts-1-stage"),
            ({"amount_cents": 10_000_000_01}, "amount-out-of-range", "debts-1-amount"),
        ],
    )
    def test_a_wrong_row_is_named_by_its_place(self, db: Session, change: dict, code: str, field: str) -> None:
        case = a_draft(db)
        with pytest.raises(Refused) as refused:
            sections.save_debts(db, case, [DEBTS[0], replace(DEBTS[1], **change)], own(case), NOW)
        assert (refused.value.code, refused.value.field) == (code, field)

    def test_an_expense_is_no_income(self, db: Session) -> None:
        case = a_draft(db)
        with pytest.raises(Refused) as refused:
            sections.save_income(db, case, [LineAnswer("rent", 1)], own(case), NOW)
        assert refused.value.field == "income-0-kind"

    def test_the_income_of_a_partner_is_needed_and_of_another_adult_it_is_not_kept(self, db: Session) -> None:
        case = a_draft(db)
        with pytest.raises(Refused) as refused:
            sections.save_household(db, case, replace(HOUSEHOLD, adults="spouse"), own(case), NOW)
        assert (refused.value.code, refused.value.field) == ("answer-missing", "partner_net_income")
        household = replace(HOUSEHOLD, adults="other_adult", partner_net_income_cents=1_000_00)
        assert sections.save_household(db, case, household, own(case), NOW).partner_net_income_cents is None

    def test_an_income_by_the_year_or_the_benefit_day_is_kept_as_told_and_as_a_months(self, db: Session) -> None:
        case = a_draft(db)
        lines = [
            LineAnswer("business_income", 20_000_00, per="year"),
            LineAnswer("unemployment_allowance", 37_21, per="benefit_day"),
            LineAnswer("wage", 500_00),
        ]
        sections.save_income(db, case, lines, own(case), NOW)
        db.expire_all()
        told_lines = sections.application_of(db, case).of_section("income")
        assert [(line.amount_cents, line.told_per, line.told_cents) for line in told_lines] == [
            (1_666_67, "year", 20_000_00),
            (800_02, "benefit_day", 37_21),
            (500_00, None, None),
        ]

    @pytest.mark.parametrize(
        ("line", "code", "field"),
        [
            (LineAnswer("sickness_allowance", 40_00, per="benefit_day"), "not-paid-by-benefit-day", "income-0-per"),
            (LineAnswer("wage", 40_00, per="week"), "choice-unknown", "income-0-per"),
            # What a month comes to must be an amount that can be told, too.
            (
                LineAnswer("unemployment_allowance", 9_000_000_00, per="benefit_day"),
                "amount-out-of-range",
                "income-0-amount",
            ),
        ],
    )
    def test_only_an_unemployment_allowance_is_told_by_the_day(
        self, db: Session, line: LineAnswer, code: str, field: str
    ) -> None:
        case = a_draft(db)
        with pytest.raises(Refused) as refused:
            sections.save_income(db, case, [line], own(case), NOW)
        assert (refused.value.code, refused.value.field) == (code, field)

    def test_an_expense_is_told_by_the_month_only(self, db: Session) -> None:
        case = a_draft(db)
        with pytest.raises(Refused) as refused:
            sections.save_expenses(db, case, [LineAnswer("rent", 8_000_00, per="year")], own(case), NOW)
        assert (refused.value.code, refused.value.field) == ("choice-unknown", "expenses-0-per")

    def test_a_credit_ban_is_asked_about_only_where_the_criteria_look_at_it(self, db: Session) -> None:
        case = a_draft(db)
        household = replace(HOUSEHOLD, credit_ban=True)
        assert sections.save_household(db, case, household, own(case), NOW).credit_ban is None
        citizen = a_citizen(db)
        looks = next(policy for policy in policies_of(db).versions() if sections.asks_credit_ban(policy))
        case = submission.start_application(db, citizen, looks, citizen.actor, NOW)
        with pytest.raises(Refused) as refused:
            sections.save_household(db, case, HOUSEHOLD, own(case), NOW)
        assert (refused.value.code, refused.value.field) == ("answer-missing", "credit_ban")
        assert sections.save_household(db, case, household, own(case), NOW).credit_ban is True
        no_ban = replace(HOUSEHOLD, credit_ban=False, adults="parents")
        assert sections.save_household(db, case, no_ban, own(case), NOW).credit_ban is False

    def test_a_child_is_at_most_twenty_five(self, db: Session) -> None:
        case = a_draft(db)
        with pytest.raises(Refused) as refused:
            sections.save_household(db, case, replace(HOUSEHOLD, children=(ChildAnswer(26),)), own(case), NOW)
        assert refused.value.field == "children-0-age"

    def test_a_list_has_an_end(self, db: Session) -> None:
        case = a_draft(db)
        with pytest.raises(Refused, match="too-many-rows"):
            sections.save_income(db, case, [LineAnswer("wage", 1)] * 51, own(case), NOW)


class TestProgress:
    def test_an_empty_application_lacks_everything(self, db: Session) -> None:
        found = submission.progress_of(db, a_draft(db), NOW)
        assert not found.is_complete
        assert {each.section for each in found.missing} == set(SECTIONS)
        assert {found.state_of(section) for section in SECTIONS} == {"not_begun"}

    def test_a_whole_application_lacks_nothing(self, db: Session) -> None:
        found = submission.progress_of(db, a_full_draft(db), NOW)
        assert found.is_complete
        assert found.complete == set(SECTIONS)

    def test_documents_are_asked_for_by_the_situation(self, db: Session) -> None:
        case = a_draft(db)

        def asked() -> set[str | None]:
            missing = submission.progress_of(db, case, NOW).missing
            return {each.attachment_kind for each in missing if each.code == "attachment-missing"}

        always = {"income", "expenses", "tax-return", "bank-statements"}
        assert asked() == always
        told(db, case)
        assert asked() == always | {"assets", "debts"}
        business = replace(HOUSEHOLD, entrepreneur=True, owns_property=True)
        sections.save_household(db, case, business, own(case), NOW)
        assert asked() > always | {"assets", "debts", "property-tax", "trade-register", "financial-statements"}
        attached(db, case)
        assert not asked()

    def test_a_loan_for_arranging_debts_needs_a_debt_to_arrange(self, db: Session) -> None:
        case = a_full_draft(db)
        kept = [replace(debt, to_be_arranged=False) for debt in DEBTS]
        sections.save_debts(db, case, kept, own(case), NOW)
        assert submission.progress_of(db, case, NOW).missing == (Missing("debts", "no-debt-to-arrange"),)
        assert submission.progress_of(db, case, NOW).state_of("debts") == "begun"
        sections.save_purpose(db, case, replace(PURPOSE, purpose="home"), own(case), NOW)
        assert submission.progress_of(db, case, NOW).is_complete

    def test_a_removed_document_is_missing_again(self, db: Session) -> None:
        case = a_full_draft(db)
        (income,) = [each for each in attachments.attachments_of(db, case) if each.kind == "income"]
        attachments.remove_attachment(db, case, income, own(case), NOW)
        assert submission.progress_of(db, case, NOW).missing == (
            Missing("attachments", "attachment-missing", "income"),
        )

    def test_a_withdrawn_consent_is_missing(self, db: Session) -> None:
        case = a_full_draft(db)
        consent.withdraw_consent(db, case, own(case), NOW)
        assert submission.progress_of(db, case, NOW).missing == (Missing("consent", "consent-missing"),)


class TestSending:
    def test_a_sent_application_is_pending_numbered_and_placed(self, db: Session) -> None:
        case = a_full_draft(db, a_citizen(db, municipality="186", language="sv"))
        submission.submit(db, case, own(case), LATER)
        assert (case.state, case.unit, case.language) == ("submitted", "team-2", "sv")
        assert case.number is not None
        assert case.pending_since == case.complete_since == case.state_since == LATER
        assert sections.application_of(db, case).submitted_at == LATER
        assert events(db, case)[-1] == "application-submitted"
        notice = db.scalars(select(Notice).where(Notice.case_id == case.id)).one()
        assert (notice.kind, notice.language, notice.facts) == ("application-received", "sv", {"number": case.number})

    def test_an_incomplete_one_is_refused_with_what_is_missing_and_stays_a_draft(self, db: Session) -> None:
        case = a_draft(db)
        told(db, case)
        with pytest.raises(Refused) as refused:
            submission.submit(db, case, own(case), NOW)
        assert refused.value.code == "application-incomplete"
        assert Missing("consent", "consent-missing") in refused.value.facts["missing"]
        assert (case.state, case.number, case.pending_since) == ("draft", None, None)

    def test_it_is_sent_once(self, db: Session) -> None:
        case = a_sent_application(db)
        number = case.number
        with pytest.raises(Refused, match="application-sent"):
            submission.submit(db, case, own(case), LATER)
        assert case.number == number

    def test_nobody_sends_anothers(self, db: Session) -> None:
        case = a_full_draft(db)
        with pytest.raises(NotFound):
            submission.submit(db, case, a_citizen(db).actor, NOW)

    def test_the_policy_in_force_when_it_is_sent_stays_on_the_case(self, db: Session) -> None:
        assert a_sent_application(db).policy == "keusote-2025"

    def test_the_policy_of_the_day_in_finland_counts(self, db: Session) -> None:
        # 22.30 UTC on the last day of May is the first of June in Finland, when the criteria came into force.
        case = a_full_draft(db)
        submission.submit(db, case, own(case), datetime(2025, 5, 31, 22, 30, tzinfo=UTC))
        assert case.policy == "keusote-2025"

    def test_before_the_policy_is_in_force_nothing_can_be_sent(self, db: Session) -> None:
        case = a_full_draft(db)
        with pytest.raises(Refused, match="no-policy-in-force"):
            submission.submit(db, case, own(case), datetime(2025, 5, 31, 20, 30, tzinfo=UTC))


class TestWithdrawing:
    @pytest.mark.parametrize("state", ["draft", "submitted", "in_preparation", "waiting_for_decision", "granted"])
    def test_an_application_can_be_withdrawn_until_the_agreement(self, db: Session, state: str) -> None:
        case = a_sent_application(db)
        case.state = state
        submission.withdraw_application(db, case, own(case), LATER)
        assert case.state == "withdrawn"
        assert events(db, case)[-1] == "application-withdrawn"

    @pytest.mark.parametrize("state", ["refused", "running", "agreement_concluded", "closed", "withdrawn"])
    def test_what_has_been_decided_for_good_cannot_be_withdrawn(self, db: Session, state: str) -> None:
        case = a_sent_application(db)
        case.state = state
        with pytest.raises(Refused, match="not-in-this-state"):
            submission.withdraw_application(db, case, own(case), LATER)

    def test_nobody_withdraws_anothers(self, db: Session) -> None:
        with pytest.raises(NotFound):
            submission.withdraw_application(db, a_sent_application(db), a_citizen(db).actor, NOW)

    def test_an_open_request_for_more_information_ends_with_it(self, db: Session) -> None:
        case, colleague = a_sent_application(db), a_colleague(db)
        casework.take_case(db, case, colleague.actor, NOW)
        wishes = [supplements.Wish("explanation", "What happened to the car?")]
        request = supplements.request_supplement(
            db, case, "Please tell", wishes, (NOW + timedelta(days=14)).date(), colleague.actor, NOW
        )
        submission.withdraw_application(db, case, own(case), LATER)
        assert (request.state, request.ended_at) == ("lapsed", LATER)
        assert supplements.open_request(db, case) is None


def test_a_debt_to_a_private_person_can_be_told(db: Session) -> None:
    case = a_draft(db)
    debt = DebtAnswer("My brother", "private_person", 100_00, 0, "on_time", False)
    assert sections.save_debts(db, case, [debt], own(case), NOW).debts[0].basis == "private_person"
