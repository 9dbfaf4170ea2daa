"""What staff do with an application, step by step: from the queue to the decision, the agreement and the money."""

from playwright.sync_api import Locator

from tests.browser.applying import DEBTS
from tests.browser.visitor import Visitor
from tests.browser.words import AsIs

REASONS = "The instalment fits into what is left, and the spiral of debt ends."
QUESTIONS = ("The statement of your account for August.", "What are the 745 euros of rent made of?")
#: An account that no bank has, but whose check digits are right.
IBAN = "FI21 1234 5600 0007 85"


def finds_the_case(worker: Visitor, applicant: Visitor) -> None:
    """From the queue, by the number."""
    worker.comes_in()
    worker.goes_to("/office")
    worker.is_at("Work queue")
    opens_the_queue(worker, "All cases")
    worker.answers({"Case number or name": applicant.number})
    worker.presses("Show")
    worker.sees_many("%(num)s case.", "%(num)s cases.", 1)
    worker.follows(applicant.name)
    worker.is_at("Overview")


def takes_the_case(worker: Visitor, applicant: Visitor) -> None:
    worker.presses("Take the case")
    worker.sees("You have taken the case.")
    worker.presses("Release the case")
    worker.follows("Work queue")
    opens_the_queue(worker, "In preparation")
    worker.presses("Take", of=applicant.number)
    worker.sees("In preparation", within=worker.page.locator("main"))


def reads_the_application(worker: Visitor) -> None:
    opens(worker, "Application")
    worker.sees(AsIs(DEBTS[0][0]))
    worker.sees(AsIs("745,00 €"))
    opens(worker, "Attachments")
    assert worker.saves_file(AsIs("payslip.pdf")).startswith(b"%PDF")


def asks_for_more(worker: Visitor) -> None:
    """Two typed points with a deadline, after a form that lacked its message."""
    opens(worker, "Further information")
    worker.follows("Ask for further information")
    first = worker.row("Request", 1)
    worker.answers(
        {"What": worker.words.document("bank-statements"), "What you ask for, in words": QUESTIONS[0]}, first
    )
    worker.presses("Add another")
    worker.answers({"What you ask for, in words": QUESTIONS[1]}, worker.row("Request", 2))
    worker.presses("Send the request")
    worker.is_told("Write a message to the applicant.")
    worker.answers(
        {"Message to the applicant": "I still need two things to see how you manage.", "Answer by": "10.9.2026"}
    )
    worker.presses("Send the request")
    worker.sees("The request has been sent to the applicant.")
    worker.sees("Waiting for an answer")


def reads_the_answer(worker: Visitor) -> None:
    opens(worker, "Further information")
    worker.sees("Answered")
    worker.sees(AsIs("It is the rent of the car park."))
    worker.sees(AsIs("statement.pdf"))


def uses_the_consent(worker: Visitor) -> None:
    opens(worker, "Debt investigation")
    worker.presses("Record the use")
    worker.is_told("Write whom you asked.")
    worker.answers(
        {"Whom did you ask": DEBTS[0][0], "What did you ask and why": "How much is left and at which stage."}
    )
    worker.presses("Record the use")
    worker.sees("The use of the consent has been recorded, and the applicant can see it.")


def works_out_the_capacity(worker: Visitor) -> None:
    """Compute, and change one line with a reason."""
    opens(worker, "Worksheet")
    worker.presses("Compute the worksheet")
    worker.sees("The worksheet has been computed from the application.")
    worker.sees("Computed figure")
    worker.follows("Change", of=worker.say("Day care"))
    worker.answers({"Amount a month": "sixty"})
    worker.presses("Save the change")
    worker.is_told("Write the reason for the change.")
    worker.answers({"Amount a month": "60", "Reason for the change": "The bill of August says so."})
    worker.presses("Save the change")
    worker.sees("The line has been changed.")
    worker.sees(AsIs("The bill of August says so."))


def judges_the_grounds(worker: Visitor) -> None:
    """What data cannot tell is judged, each with its reasons."""
    opens(worker, "Grounds")
    worker.presses("Check the grounds")
    worker.sees("The grounds have been checked from the application and the worksheet.")
    for clause in _open_clauses(worker):
        _favourable(clause).check()
        clause.get_by_label(worker.say("Reasons"), exact=True).fill("It has been gone through together.")
    worker.presses("Save the judgments")
    worker.sees("Every clause has been checked or judged.")


def proposes_a_grant(worker: Visitor) -> None:
    """As applied for, with reasons. The one who proposes cannot decide."""
    opens(worker, "Decision")
    worker.follows("Propose a grant")
    worker.answers({"Conditions": "The loan pays off both debts.", "Reasons": REASONS})
    worker.presses("Send the proposal for decision")
    worker.sees("You prepared this proposal, so another person decides on it. You can take it back while it waits.")
    worker.sees_no("button", "Decide as proposed")
    worker.follows("Preview the letter")
    worker.sees(AsIs(REASONS))


def decides_as_proposed(decider: Visitor) -> None:
    """The decision goes out as a letter in the applicant's language."""
    decider.follows("Go to the decision")
    decider.sees(AsIs(REASONS))
    decider.presses("Decide as proposed")
    decider.sees("Last day to challenge it")
    decider.follows("Read the letter")
    decider.sees(AsIs("3 000,00 €"))
    decider.sees(AsIs(REASONS))


def offers_the_agreement(worker: Visitor) -> None:
    """Look at the plan first, then offer it."""
    opens(worker, "Agreement")
    worker.follows("Prepare the offer")
    worker.answers({"Due day": "The last day of each month"})
    worker.presses("Look at the plan")
    worker.sees("The plan that would be offered")
    worker.presses("Offer to the borrower")
    worker.sees("The agreement has been offered. The borrower can read and accept it now.")


def concludes_the_agreement(decider: Visitor) -> None:
    decider.follows("Go to the agreement")
    decider.presses("Conclude the agreement")
    decider.sees("The agreement has been concluded. The loan can be paid out.")


def pays_the_loan_out(payer: Visitor) -> None:
    """Straight to both creditors; a sum that is not the whole loan is refused."""
    payer.follows("Record the payment of the loan")
    for number, (creditor, *_rest) in enumerate(DEBTS, 1):
        row = payer.row("Payment", number)
        payer.sees_typed({"Creditor": creditor}, within=row)
        payer.answers({"Account number (IBAN)": IBAN, "Reference number or message": f"SOP-{number}"}, within=row)
    payer.answers({"Amount": "1 000"}, within=payer.row("Payment", 1))
    payer.presses("Record the payment")
    payer.is_told(
        "The sums must come to the whole loan, %(expected_cents)s; now they come to %(given_cents)s.",
        expected_cents="3 000,00 €",
        given_cents="2 800,00 €",
    )
    payer.answers({"Amount": "1 200"}, within=payer.row("Payment", 1))
    payer.presses("Record the payment")
    payer.sees("The payment has been recorded, and the loan has begun.")


def opens_the_queue(worker: Visitor, name: str) -> None:
    """Open one of the queues; its name is followed by how many wait in it."""
    queues = worker.page.get_by_role("navigation", name=worker.say("Queues"), exact=True)
    worker.follows_the_link_in(queues.get_by_role("listitem").filter(has_text=worker.say(name)))


def opens(worker: Visitor, page: str) -> None:
    """Open one of the pages of the case."""
    pages = worker.page.get_by_role("navigation", name=worker.say("Pages of the case"), exact=True)
    worker.follows(page, within=pages)


def _open_clauses(worker: Visitor) -> list[Locator]:
    judged = worker.page.get_by_role("radio")
    return worker.page.locator("section").filter(has=judged).all()


def _favourable(clause: Locator) -> Locator:
    """The first choice is always the one that speaks for a grant."""
    return clause.get_by_role("radio").first
