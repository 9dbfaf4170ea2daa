"""What goes wrong every day, and must do no harm: time runs out, buttons are pressed twice, people go back."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import applying, handling
from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor
from tests.browser.words import AsIs, Words

STORY = "The rental deposit of a cheaper home.\nIt must be paid before I get the keys."


@pytest.mark.parametrize("path", ["/keusote/calculator?amount=2400&months=24", "/feedback", "/sign-in?to=/my"])
def test_switching_the_language_keeps_the_place(visit: Visit, path: str) -> None:
    reader = visit("eero")
    reader.goes_to(path)
    before = reader.page.url
    for language in ("sv", "en", "fi"):
        reader.words = Words(language)
        reader.chooses_language(language)
        assert reader.page.url == before
        expect(reader.page.locator("html")).to_have_attribute("lang", language)
        expect(reader.page.get_by_role("link", name=reader.say("Privacy"), exact=True)).to_be_visible()


def test_a_form_that_was_open_for_too_long_keeps_what_was_typed(visit: Visit) -> None:
    applicant = _at_the_purpose(visit)
    applicant.page.context.clear_cookies(name="vakaa-citizen-form")
    applicant.presses("Save and continue")
    applicant.is_at("The form had been open for too long")
    applicant.sees("What you wrote is kept on this page.")
    applicant.presses("Send again")
    _has_kept_the_story(applicant)


def test_a_form_sent_after_the_sign_in_has_ended_is_sent_when_signed_in_again(visit: Visit) -> None:
    applicant = _at_the_purpose(visit)
    applicant.page.context.clear_cookies()
    applicant.presses("Save and continue")
    applicant.is_at("You have been signed out")
    with applicant.page.context.expect_page() as opening:
        applicant.page.get_by_role("link", name=applicant.say("Sign in first (opens in a new window)")).click()
    _in(opening.value, applicant).signs_in()
    applicant.presses("Send again")
    if applicant.page.get_by_role("button", name=applicant.say("Send again")).count():
        applicant.presses("Send again")
    _has_kept_the_story(applicant)


def test_signing_in_again_leads_back_to_the_page(visit: Visit) -> None:
    worker = visit("noora")
    worker.comes_in()
    worker.goes_to("/office?queue=all&sort=name")
    worker.page.context.clear_cookies()
    worker.page.reload()
    worker.signs_in()
    assert worker.page.url.endswith("/office?queue=all&sort=name")


def test_going_back_keeps_what_the_queue_was_narrowed_to(visit: Visit) -> None:
    worker = visit("noora")
    worker.comes_in()
    handling.opens_the_queue(worker, "All cases")
    worker.answers({"Whose": "Not taken by anyone", "Order": "By name"})
    worker.presses("Show")
    narrowed = worker.page.url
    worker.page.get_by_role("row").nth(1).get_by_role("link").first.click()
    worker.page.go_back()
    assert worker.page.url == narrowed
    expect(worker.page.get_by_label(worker.say("Order"), exact=True)).to_have_value("name")
    expect(worker.page.get_by_label(worker.say("Whose"), exact=True)).to_have_value("unassigned")


@pytest.mark.parametrize(("javascript", "amount"), [(True, "12,34"), (False, "23,45")])
def test_a_double_click_records_a_payment_once(visit: Visit, javascript: bool, amount: str) -> None:
    payer = visit("outi", javascript=javascript)
    payer.comes_in()
    payer.goes_to("/office/loans")
    payer.follows(AsIs("Maria Sjöberg"))
    payer.answers({"Amount": amount, "Reference number or message": "RF18 5390 0754 7034"})
    payer.page.get_by_role("button", name=payer.say("Record the payment"), exact=True).dblclick()
    payer.sees("Payment")
    payer.page.wait_for_load_state("networkidle")
    payer.page.reload()
    recorded = f"{payer.say('Payment')} {amount} €"
    expect(payer.page.locator("main").get_by_text(recorded, exact=True)).to_have_count(1)


def _at_the_purpose(visit: Visit) -> Visitor:
    """Eero, who has a draft and has just filled in what the loan is for."""
    applicant = visit("eero")
    applicant.comes_in()
    if applicant.page.get_by_role("button", name=applicant.say("Start an application"), exact=True).count():
        applying.starts_an_application(applicant)
    else:
        applicant.follows("Go on with the application")
    applicant.follows("The loan you apply for")
    applicant.answers(
        {
            "What is the loan for?": applicant.words.purpose("housing"),
            "Tell more about what you need the loan for": STORY,
            "How would the loan help you?": "The rent is 210 euros smaller.",
            "How much do you apply for?": "1 200",
            "In how many months would you repay it?": "24",
        }
    )
    return applicant


def _has_kept_the_story(applicant: Visitor) -> None:
    applicant.is_at("Your income")
    applicant.follows("Back to the list of sections")
    applicant.follows("The loan you apply for")
    applicant.sees_typed(
        {"Tell more about what you need the loan for": STORY, "How much do you apply for?": "1 200,00"}
    )


def _in(page: Page, visitor: Visitor) -> Visitor:
    """The same person in another window."""
    return Visitor(page, visitor.words, visitor.who, visitor.javascript, complaints=visitor.complaints)
