"""What a borrower and the staff do once a loan is granted: agreement, balance, payments, grace months, a waiver."""

from tests.browser import handling
from tests.browser.visitor import Visitor
from tests.browser.words import AsIs

LONG_ILL = "I have been ill since July, and the sickness allowance is smaller than my wage."
ILL_FOR_GOOD = "The illness will not pass, and I shall not be able to work full days again."


def reads_the_decision(borrower: Visitor) -> None:
    opens_the_case(borrower)
    borrower.sees("You have been granted a loan. Next we prepare the agreement for you to read.")
    borrower.follows("Read the decision")
    borrower.sees(AsIs("3 000,00 €"))


def accepts_the_agreement(borrower: Visitor) -> None:
    opens_the_case(borrower)
    borrower.follows("Read the agreement")
    borrower.is_at("Your loan agreement")
    borrower.sees(AsIs("3 000,00 €"))
    borrower.presses("Accept the agreement")
    borrower.is_told("Tick that you have read the agreement and accept it.")
    borrower.answers({"I have read the agreement and the repayment plan, and I accept them.": True})
    borrower.presses("Accept the agreement")
    borrower.sees(
        "You have accepted the agreement. Next an official accepts it, and then the loan is paid out. "
        "You do not have to do anything now."
    )


def reads_the_loan(borrower: Visitor) -> None:
    """Balance, next instalment, the plan as a chart and as a table."""
    opens_the_own_loan(borrower)
    assert _owed(borrower) == "3 000,00 €"
    assert borrower.page.get_by_role("img").count()
    borrower.opens("Show the plan as a table")


def records_a_payment(payer: Visitor, borrower: Visitor, amount: str) -> None:
    opens_the_loan(payer, borrower)
    payer.answers({"Amount": "nothing"})
    payer.presses("Record the payment")
    payer.is_told("“%(label)s” must be an amount of euros such as 1 234,50.", label=payer.say("Amount"))
    payer.answers({"Amount": amount, "Reference number or message": "RF18 5390 0754 7034"})
    payer.presses("Record the payment")
    payer.sees("The payment has been recorded.")


def sees_the_payment(borrower: Visitor, owed: str) -> None:
    opens_the_own_loan(borrower)
    assert _owed(borrower) == owed
    borrower.sees("Your payment")


def asks_for_grace_months(borrower: Visitor) -> None:
    """Looks at the effect before anything is sent."""
    borrower.follows("Ask for grace months")
    borrower.presses("See what it would do")
    borrower.is_told("Choose at least one month.")
    borrower.page.get_by_role("group", name=borrower.say("Months without repayment")).get_by_role("checkbox").nth(
        1
    ).check()
    borrower.presses("See what it would do")
    borrower.is_at("What the grace months would do")
    borrower.sees("Last due date")
    borrower.presses("Send the request")
    borrower.is_told("Write why you need the grace months.")
    borrower.answers({"Why do you need the grace months?": LONG_ILL})
    borrower.presses("Send the request")
    borrower.sees("Your request has been sent.")


def decides_on_grace(decider: Visitor, borrower: Visitor) -> None:
    finds_the_request(decider, borrower, "Grace months asked for")
    decider.sees(AsIs(LONG_ILL))
    decider.presses("Make the decision")
    decider.is_told("Choose whether to grant or to refuse.")
    decider.answers({"Decision": "Grant", "Reasons": "The illness is passing, and one month is enough."})
    decider.presses("Make the decision")
    decider.sees("The decision has been made. The borrower has been told.")


def sees_the_new_plan(borrower: Visitor) -> None:
    opens_the_own_loan(borrower)
    borrower.sees("Granted")
    borrower.sees("Grace month")


def asks_for_a_waiver(borrower: Visitor, amount: str) -> None:
    borrower.follows("Ask for a payment waiver")
    borrower.presses("Send the request")
    borrower.is_told("Choose whether you ask for a part or for everything.")
    borrower.answers({"What do you ask to be released from?": "A part of the loan"})
    borrower.answers({"How much of the loan": amount, "Why can you not repay?": ILL_FOR_GOOD})
    borrower.presses("Send the request")
    borrower.sees("Your request has been sent.")


def proposes_the_waiver(proposer: Visitor, borrower: Visitor) -> None:
    """The one who proposes does not decide."""
    finds_the_request(proposer, borrower, "Payment waiver asked for")
    proposer.sees(AsIs(ILL_FOR_GOOD))
    proposer.answers({"Proposal": "Grant", "Reasons": "The doctor's statement supports it."})
    proposer.presses("Make the proposal")
    proposer.is_told("Choose at least one clause.")
    proposer.answers({"Clauses that the decision rests on": proposer.words.clause("5.1e")})
    proposer.presses("Make the proposal")
    proposer.sees("The proposal has been made. Another person decides on it.")
    proposer.sees_no("button", "Make the decision")


def decides_on_the_waiver(decider: Visitor, borrower: Visitor) -> None:
    finds_the_request(decider, borrower, "Payment waiver asked for")
    decider.answers({"Decision": "Grant", "Reasons": "Collecting all of it would not be reasonable."})
    decider.presses("Make the decision")
    decider.sees("The decision has been made. The borrower has been told.")


def sees_why_less_is_owed(borrower: Visitor, owed: str, waived: str) -> None:
    """The balance follows, and the ledger says why."""
    opens_the_own_loan(borrower)
    assert _owed(borrower) == owed
    borrower.sees("Payment waiver")
    borrower.sees(
        "By a decision, %(principal)s of the loan does not have to be paid.",
        principal=waived,
    )


def withdraws_the_consent(borrower: Visitor, asked_of: str) -> None:
    opens_the_case(borrower)
    borrower.follows("Read it, and see what it has been used for")
    borrower.sees(AsIs(asked_of))
    borrower.presses("Withdraw my consent")
    borrower.sees("Earlier consents")


def sees_who_has_looked(borrower: Visitor, *staff: Visitor) -> None:
    borrower.goes_to("/my")
    borrower.follows("Who has looked at my data")
    for member in staff:
        borrower.sees(member.name)


def opens_the_case(borrower: Visitor) -> None:
    borrower.goes_to("/my")
    borrower.follows_the_link_in(borrower.part(borrower.number))


def opens_the_loan(worker: Visitor, borrower: Visitor) -> None:
    worker.goes_to("/office/loans")
    worker.is_at("Loans")
    worker.answers({"Name or case number": str(borrower.name)})
    worker.presses_in_place("Show")
    worker.follows(borrower.name)
    worker.is_at("Loan")


def opens_the_own_loan(borrower: Visitor) -> None:
    borrower.goes_to("/my")
    borrower.follows_the_link_in(borrower.part("Loan %(number)s", number=borrower.number))
    borrower.is_at("My loan")


def finds_the_request(worker: Visitor, borrower: Visitor, heading: str) -> None:
    worker.comes_in()
    handling.opens_the_queue(worker, "Change requests")
    worker.follows(borrower.name)
    worker.is_at(heading)


def _owed(visitor: Visitor) -> str:
    return visitor.reads("You owe on %(day)s", day="1.9.2026")
