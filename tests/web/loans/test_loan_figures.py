"""What a borrower reckons before paying: a pay-off quote, an extra payment's effect by each choice, and the choice."""

from datetime import timedelta
from uuid import UUID

import pytest

from lending.cases.model import Case
from lending.cases.timeline import events_of
from lending.loans.billing import bring_up_to
from lending.loans.model import Loan
from lending.loans.payments import Payment, record_payment
from lending.loans.position import position
from lending.people.model import Citizen
from tests.clock import Clock
from tests.web.conftest import SignIn
from tests.web.loans.sights import TODAY, Sessions, euros
from tests.web.police import Police, page_of, text_of
from tests.workflow.loan_life import LATE, noon, some_staff
from web.formats import day


def chosen_on(page) -> str:
    """The choice that a form shows as made."""
    (checked,) = [each for each in page.findall(".//input[@name='effect']") if each.get("checked") is not None]
    return checked.get("value")


def test_a_pay_off_quote_is_for_the_day_that_is_chosen(
    citizen_client: Police, staff_client, mine: str, office_page: str, sessions: Sessions, loan_id: UUID
):
    chosen = TODAY + timedelta(days=20)
    with sessions() as db:
        owed = position(db, db.get_one(Loan, loan_id), chosen).payoff
    assert owed.accrued_cents > 0
    for client, address in ((citizen_client, f"{mine}/pay-off"), (staff_client("payments"), office_page)):
        text = text_of(page_of(client.get(address, query_string={"on": day(chosen)})))
        assert all(euros(each) in text for each in (owed.principal_cents, owed.accrued_cents, owed.total_cents))


@pytest.mark.parametrize("wrong", ["10.1.2026", "x", "", "1.1.2099"])
def test_a_wrong_day_gets_a_sentence_and_is_kept(
    citizen_client: Police, staff_client, mine: str, office_page: str, wrong: str
):
    for client, address in ((citizen_client, f"{mine}/pay-off"), (staff_client("payments"), office_page)):
        found = page_of(client.get(address, query_string={"on": wrong}))
        assert found.find(".//*[@id='error-summary']") is not None
        assert found.find(".//input[@name='on']").get("value", "") == wrong
        assert found.find(".//*[@id='quote-sum']") is None


def test_a_borrower_who_is_late_is_told_that_the_figures_take_it_as_paid(
    sign_in: SignIn, citizen: Citizen, mine: str, sessions: Sessions, loan_id: UUID, clock: Clock
):
    clock.now = noon(LATE)
    with sessions.begin() as db:
        bring_up_to(db, db.get_one(Loan, loan_id), LATE, clock.now)
        late = position(db, db.get_one(Loan, loan_id), LATE).overdue_cents
    assert late
    client, told = sign_in(citizen), f"Luvuissa oletetaan, että maksat ensin myöhässä olevat {euros(late)}."
    later = client.get(f"{mine}/extra-payment", query_string={"amount": "500", "on": day(LATE + timedelta(days=9))})
    assert told in text_of(page_of(later))
    now = client.get(f"{mine}/extra-payment", query_string={"amount": "500", "on": day(LATE)})
    assert "Luvuissa oletetaan" not in text_of(page_of(now)), "of what is paid today the late part is paid first"


@pytest.mark.parametrize("effect", ["shorten_term", "lower_instalment"])
def test_the_effect_of_an_extra_payment_is_shown_by_each_choice_and_the_chosen_one_comes_true(
    citizen_client: Police, staff_client, mine: str, office_page: str, sessions: Sessions, loan_id: UUID, effect: str
):
    page = f"{mine}/extra-payment?amount=500&on={day(TODAY)}"
    chosen = citizen_client.send_form(page, {"effect": effect})
    assert chosen.status_code == 303 and chosen.location.endswith(page)
    found = page_of(citizen_client.get(page))
    assert chosen_on(found) == effect
    shown = text_of(found.find(".//*[@id='effect-table']"))
    client = staff_client("payments")
    form = page_of(client.get(office_page))
    assert chosen_on(form) == effect
    # Nothing is said of the effect with the payment: it follows the choice.
    with sessions.begin() as db:
        loan = db.get_one(Loan, loan_id)
        assert loan.extra_effect == effect
        staff = some_staff(db)
        record_payment(db, loan, Payment(500_00, TODAY), staff.payments.actor, noon(TODAY))
        stands = position(db, loan, TODAY)
        assert euros(stands.instalment_cents) in shown
        assert day(stands.last_due) in shown
        kinds = [event.kind for event in events_of(db, db.get_one(Case, loan.case_id), for_citizen=True)]
    assert kinds.count("extra-effect-chosen") == 1


def test_extra_payments_shorten_the_loan_until_the_borrower_chooses_otherwise(
    citizen_client: Police, staff_client, mine: str, office_page: str
):
    found = page_of(citizen_client.get(f"{mine}/extra-payment"))
    assert chosen_on(found) == "shorten_term"
    assert chosen_on(page_of(staff_client("payments").get(office_page))) == "shorten_term"


@pytest.mark.parametrize("wrong", [{}, {"effect": ""}, {"effect": "vanish"}])
def test_a_choice_of_neither_gets_a_sentence_and_changes_nothing(
    citizen_client: Police, mine: str, sessions: Sessions, loan_id: UUID, wrong: dict[str, str]
):
    answer = citizen_client.send_form(f"{mine}/extra-payment", wrong)
    assert answer.status_code == 422
    assert page_of(answer).find(".//*[@id='error-summary']") is not None
    with sessions() as db:
        assert db.get_one(Loan, loan_id).extra_effect is None


def test_nobody_chooses_for_a_loan_that_has_ended_or_is_anothers(
    citizen_client: Police, other_client: Police, mine: str, sessions: Sessions, loan_id: UUID
):
    token = {"csrf_token": other_client.token(), "effect": "lower_instalment"}
    assert other_client.post(f"{mine}/extra-payment", data=token).status_code == 404
    with sessions.begin() as db:
        loan = db.get_one(Loan, loan_id)
        total = position(db, loan, TODAY).payoff.total_cents
        record_payment(db, loan, Payment(total, TODAY), some_staff(db).payments.actor, noon(TODAY))
    token = {"csrf_token": citizen_client.token(), "effect": "lower_instalment"}
    answer = citizen_client.post(f"{mine}/extra-payment", data=token)
    assert answer.status_code == 422
    assert page_of(answer).find(".//input[@name='effect']") is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "", "on": "11.1.2026"},
        {"amount": "x", "on": "11.1.2026"},
        {"amount": "0", "on": "11.1.2026"},
        {"amount": "500", "on": "10.1.2026"},
        {"amount": "500", "on": "31.2.2026"},
    ],
)
def test_a_wrong_extra_payment_gets_a_sentence_and_is_kept(citizen_client: Police, mine: str, wrong: dict[str, str]):
    found = page_of(citizen_client.get(f"{mine}/extra-payment", query_string=wrong))
    assert found.find(".//*[@id='error-summary']") is not None
    assert found.find(".//input[@name='amount']").get("value", "") == wrong["amount"]
    assert found.find(".//input[@name='on']").get("value", "") == wrong["on"]
    assert found.find(".//*[@id='effect-table']") is None
