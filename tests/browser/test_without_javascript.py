"""The errands of both sides without JavaScript, on a telephone's narrow screen."""

from tests.browser import applying, borrowing, handling
from tests.browser.conftest import Visit


def test_an_application_becomes_an_agreement_without_javascript(visit: Visit) -> None:
    applicant, worker, decider = (visit(who, width=320, javascript=False) for who in ("emilia", "elina", "ritva"))

    applying.reads_the_front_page(applicant)
    applying.tries_the_calculator(applicant)
    applying.signs_in_to_apply(applicant)
    applying.starts_an_application(applicant)
    applying.tells_the_household(applicant)
    applying.tells_the_purpose(applicant)
    applying.tells_the_income(applicant)
    applying.tells_the_expenses(applicant)
    applying.tells_of_no_assets(applicant)
    applying.tells_the_debts(applicant)
    applying.adds_the_attachments(applicant)
    applying.gives_the_consent(applicant)
    applying.checks_and_sends(applicant)

    handling.finds_the_case(worker, applicant)
    handling.takes_the_case(worker, applicant)
    handling.asks_for_more(worker)
    applying.answers_the_request(applicant, handling.QUESTIONS)
    handling.uses_the_consent(worker)
    handling.works_out_the_capacity(worker)
    handling.judges_the_grounds(worker)
    handling.proposes_a_grant(worker)

    handling.finds_the_case(decider, applicant)
    handling.decides_as_proposed(decider)
    handling.finds_the_case(worker, applicant)
    handling.offers_the_agreement(worker)
    borrowing.accepts_the_agreement(applicant)
