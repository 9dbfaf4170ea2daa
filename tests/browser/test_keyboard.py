"""What can be done with the keyboard alone."""

from playwright.sync_api import expect

from tests.browser import applying
from tests.browser.conftest import Visit
from tests.browser.keyboard import tab_to
from tests.browser.visitor import Visitor
from tests.browser.words import AsIs


def test_the_skip_link_leads_to_the_content(visit: Visit) -> None:
    reader = visit("hanna")
    reader.goes_to("/keusote")
    reader.page.keyboard.press("Tab")
    expect(reader.page.get_by_role("link", name=reader.say("Skip to main content"))).to_be_focused()
    reader.page.keyboard.press("Enter")
    expect(reader.page.locator("main")).to_be_focused()
    tab_to(reader.page, reader.say("Start an application"))


def test_a_section_of_the_application_is_filled_in_and_sent_with_the_keyboard(visit: Visit) -> None:
    applicant = visit("hanna")
    applicant.comes_in()
    applying.starts_an_application(applicant)
    applicant.follows("Your debts")
    keys = applicant.page.keyboard

    _comes_to(applicant, "Creditor")
    keys.type("Kuvitelma Kortti")
    _comes_to(applicant, "What kind of debt is it?")
    keys.press("ArrowDown")
    _comes_to(applicant, "How much is left")
    keys.type("1 200,00")
    _comes_to(applicant, "What you pay a month")
    keys.type("75")
    _comes_to(applicant, "How is it being paid?")
    keys.press("ArrowDown")
    _comes_to(applicant, "I want this debt to be paid with the loan I apply for")
    keys.press("Space")
    _comes_to(applicant, "Add another debt")
    _sends(applicant)
    # The focus is in the row that has just been added, and goes on from there.
    expect(applicant.row("Debt", 2).locator(":focus")).to_have_count(1)
    _comes_to(applicant, f"{applicant.say('Remove')} {applicant.say('Debt')} 2", as_is=True)
    _sends(applicant)
    _comes_to(applicant, "Save and go to the list")
    _sends(applicant)

    applicant.is_at("Your application")
    applicant.follows("Your debts")
    applicant.sees_typed({"Creditor": "Kuvitelma Kortti", "How much is left": "1 200,00"})
    expect(applicant.page.get_by_role("checkbox").first).to_be_checked()


def test_what_is_wrong_is_reached_from_the_summary(visit: Visit) -> None:
    reader = visit("hanna")
    reader.goes_to("/keusote/calculator")
    reader.answers({"Repayment period": "many"})
    reader.presses_in_place("Calculate")
    reader.is_told("“%(label)s” must be a whole number such as 12.", label=reader.say("Repayment period"))
    reader.page.keyboard.press("Tab")
    reader.page.keyboard.press("Enter")
    expect(reader.page.get_by_label(reader.say("Repayment period"), exact=True)).to_be_focused()


def _comes_to(visitor: Visitor, name: str, as_is: bool = False) -> None:
    tab_to(visitor.page, AsIs(name) if as_is else visitor.say(name))


def _sends(visitor: Visitor) -> None:
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
