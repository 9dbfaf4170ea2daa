"""The whole service in one thread, from the front page to a waiver: once in Finnish, once in Swedish.

Every page on the way is examined with axe: the wide window in one language, the narrow one in the other.
"""

import pytest

from tests.browser import applying, borrowing, handling
from tests.browser.conftest import Visit


@pytest.mark.parametrize(
    ("language", "width", "citizen", "preparer"), [("fi", 1280, "aino", "elina"), ("sv", 320, "astrid", "mikael")]
)
def test_a_loan_from_the_front_page_to_a_waiver(
    visit: Visit, language: str, width: int, citizen: str, preparer: str
) -> None:
    applicant, worker, decider, payer, waiver_decider = (
        visit(who, language=language, width=width, looks_closely=True)
        for who in (citizen, preparer, "ritva", "paivi", "timo")
    )

    applying.reads_the_front_page(applicant)
    applying.tries_the_calculator(applicant)
    applying.signs_in_to_apply(applicant)
    applying.starts_an_application(applicant)
    applying.tells_the_household(applicant)
    applying.tells_the_purpose(applicant)
    applying.tells_the_income(applicant)
    applying.tells_the_expenses(applicant)
    applying.leaves_and_comes_back(applicant)
    applying.tells_of_no_assets(applicant)
    applying.tells_the_debts(applicant)
    applying.adds_the_attachments(applicant)
    applying.gives_the_consent(applicant)
    applying.checks_and_sends(applicant)

    handling.finds_the_case(worker, applicant)
    handling.takes_the_case(worker, applicant)
    handling.reads_the_application(worker)
    handling.asks_for_more(worker)
    applying.answers_the_request(applicant, handling.QUESTIONS)
    handling.reads_the_answer(worker)
    handling.uses_the_consent(worker)
    handling.works_out_the_capacity(worker)
    handling.judges_the_grounds(worker)
    handling.proposes_a_grant(worker)
    handling.finds_the_case(decider, applicant)
    handling.decides_as_proposed(decider)
    borrowing.reads_the_decision(applicant)

    handling.finds_the_case(worker, applicant)
    handling.offers_the_agreement(worker)
    borrowing.accepts_the_agreement(applicant)
    # Once the loan has been paid out the consent is over by its own words.
    borrowing.withdraws_the_consent(applicant, asked_of=applying.DEBTS[0][0])
    handling.finds_the_case(decider, applicant)
    handling.concludes_the_agreement(decider)
    handling.finds_the_case(payer, applicant)
    handling.pays_the_loan_out(payer)

    borrowing.reads_the_loan(applicant)
    borrowing.records_a_payment(payer, applicant, "100")
    borrowing.sees_the_payment(applicant, owed="2 900,00 €")
    borrowing.asks_for_grace_months(applicant)
    borrowing.decides_on_grace(decider, applicant)
    borrowing.sees_the_new_plan(applicant)
    borrowing.asks_for_a_waiver(applicant, "400")
    borrowing.proposes_the_waiver(decider, applicant)
    borrowing.decides_on_the_waiver(waiver_decider, applicant)
    borrowing.sees_why_less_is_owed(applicant, owed="2 500,00 €", waived="400,00 €")
    borrowing.sees_who_has_looked(applicant, worker, decider, payer)
