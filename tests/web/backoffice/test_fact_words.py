"""What data says of a clause, as the case worker reads it: every sentence, from what the checks really tell."""

from collections.abc import Iterator

import pytest
from flask import Flask

from backoffice.facts import in_words
from lending.applications.model import Application
from lending.assessment.checks import Gathered, StayingDebt, check_all
from lending.policy.policy import CHECKS
from tests.rules.gathering import ALL_ATTACHED, POLICY, a_debt, an_application, gathered, money

CARD = StayingDebt("Kuvitelma Kortti", 1200_00, 60_00)


def with_lines(*lines: tuple[str, str, int], **told: object) -> Application:
    application = an_application(**told)
    application.lines = [money(*line) for line in lines]
    return application


def debts(*bases: str, stage: str = "on_time") -> Application:
    application = an_application(purpose="debts")
    application.debts = [a_debt(basis, stage=stage) for basis in bases]
    return application


TOLD: dict[str, list[tuple[Gathered, list[str]]]] = {
    "home-municipality": [
        (gathered(), ["The home municipality belongs to the area."]),
        (gathered(in_area=False), ["The home municipality does not belong to the area."]),
        (gathered(in_area=None), []),
    ],
    "amount": [
        (gathered(), ["Asked for 3 000,00 €; the limits are 200,00 € and 10 000,00 €."]),
        (gathered(an_application(amount_cents=None)), []),
    ],
    "term": [
        (gathered(), ["Asked for 36 months; at most 96 months is possible."]),
        (gathered(an_application(months=None)), []),
    ],
    "instalment": [
        (
            gathered(),
            ["The instalment would be between 83,34 € and 92,71 € a month.", "It must be at least 20,00 € a month."],
        ),
        (gathered(percent=None), ["It must be at least 20,00 € a month."]),
    ],
    "capacity": [
        (
            gathered(),
            [
                "Left a month: 150,00 € now, 150,00 € after arranging debts.",
                "The instalment would be between 83,34 € and 92,71 € a month.",
            ],
        ),
        (gathered(left=None), []),
    ],
    "regular-income": [
        (gathered(with_lines(("income", "pension", 900))), ["Regular income: Pension."]),
        (
            gathered(with_lines(("income", "social_assistance", 500))),
            ["The application tells of no regular income."],
        ),
    ],
    "purpose-described": [
        (gathered(), ["The purpose is described.", "How the loan helps is told."]),
        (
            gathered(an_application(purpose_details="", how_it_helps="")),
            ["The purpose is not described.", "How the loan helps is not told."],
        ),
    ],
    "purpose-allowed": [
        (gathered(), [POLICY.purposes["home"].names["en"]]),
        (gathered(an_application(purpose=None)), []),
    ],
    "attachments": [
        (gathered(), ["Every required attachment is there."]),
        (
            gathered(attached=ALL_ATTACHED - {"income"}),
            [f"Missing: {POLICY.attachment_kinds['income']['en']}."],
        ),
    ],
    "realisable-assets": [
        (
            gathered(with_lines(("assets", "own_home", 90_000))),
            ["The application tells of no assets besides the home."],
        ),
        (gathered(with_lines(("assets", "securities", 900))), ["Assets besides the home: 900,00 €."]),
    ],
    "could-be-saved": [
        (
            gathered(),
            ["From 150,00 € a month the amount could be saved in 20 months; up to 12 months counts as reasonable."],
        ),
        (gathered(left=-1), ["The capacity leaves nothing to save."]),
        (gathered(debts("consumer_credit")), ["The loan arranges debts, so saving instead is not possible."]),
        (gathered(left=None), []),
    ],
    "debts-manageable": [
        (
            gathered(debts("consumer_credit")),
            ["Debts cost 0,00 € a month now, and 150,00 € is left after them.", "No debt is late."],
        ),
        (
            gathered(debts("consumer_credit", stage="late")),
            ["Debts cost 0,00 € a month now, and 150,00 € is left after them.", "1 debt is late or being collected."],
        ),
        (gathered(), ["The loan is not asked for to arrange debts."]),
        (gathered(debts("consumer_credit"), left=None), []),
    ],
    "private-debt": [
        (gathered(debts("private_person")), ["1 debt to a private person would be paid."]),
        (gathered(debts("private_person", "private_person")), ["2 debts to private persons would be paid."]),
        (gathered(debts("consumer_credit")), ["No debt to a private person would be paid."]),
    ],
    "second-loan": [
        (gathered(), ["The applicant has no other social loan."]),
        (gathered(other_loans=1), ["The applicant has 1 other social loan."]),
    ],
    "business": [
        (gathered(), ["The applicant is not an entrepreneur."]),
        (gathered(an_application(entrepreneur=True)), ["The applicant is an entrepreneur."]),
    ],
    "vehicle": [
        (gathered(debts("consumer_credit")), ["No vehicle loan would be paid."]),
        (
            gathered(debts("vehicle_loan", "instalment_purchase")),
            ["1 vehicle loan would be paid.", "1 instalment purchase would be paid. Check what was bought."],
        ),
    ],
    "debt-adjustment": [
        (gathered(), ["The applicant is not in debt adjustment."]),
        (gathered(an_application(in_debt_adjustment=True)), ["The applicant is in debt adjustment."]),
        (gathered(an_application(in_debt_adjustment=None)), []),
    ],
    "social-assistance": [
        (gathered(), ["The application tells of no social assistance."]),
        (
            gathered(with_lines(("income", "social_assistance", 500))),
            ["The applicant receives social assistance."],
        ),
    ],
    "unarranged-debts": [
        (gathered(), ["No debt would stay outside the loan."]),
        (
            gathered(staying=(CARD,)),
            ["1 debt would stay: 1 200,00 € left, 60,00 € a month.", "Creditors: Kuvitelma Kortti."],
        ),
        (
            gathered(staying=(CARD, StayingDebt("", None, 15_00))),
            [
                "2 debts would stay: 1 200,00 € left, 75,00 € a month.",
                "Creditors: Kuvitelma Kortti.",
                "What is left of a debt that staff have added is not in the sum.",
            ],
        ),
    ],
    "credit-ban": [
        (gathered(), ["The application does not tell whether there is a voluntary credit ban."]),
        (gathered(an_application(credit_ban=True)), ["The applicant tells of a voluntary credit ban."]),
        (gathered(an_application(credit_ban=False)), ["The applicant has no voluntary credit ban."]),
    ],
}


def test_every_check_has_its_sentences() -> None:
    assert set(TOLD) == set(CHECKS)


@pytest.fixture(autouse=True)
def in_english(app: Flask) -> Iterator[None]:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        yield


@pytest.mark.parametrize(
    ("check", "found", "sentences"), [(name, *told) for name, cases in TOLD.items() for told in cases]
)
def test_what_data_says_is_told_in_sentences(check: str, found: Gathered, sentences: list[str]) -> None:
    words = in_words(check_all((check,), found)[1], POLICY)
    assert [each.replace("\u00a0", " ") for each in words] == sentences
