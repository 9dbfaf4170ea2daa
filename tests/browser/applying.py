"""What an applicant does, step by step: from the front page to the receipt, and the answer to a request."""

from playwright.sync_api import FilePayload

from tests.browser.papers import a_document, a_photo, a_text
from tests.browser.visitor import Visitor
from tests.browser.words import AsIs

#: The debts that the loan would pay: together exactly what is applied for.
DEBTS = (("Kuvitelma Kortti", "Credit card", "1 200,00", "75"), ("Satu Laina", "Consumer credit", "1 800", "110,50"))
AMOUNT, MONTHS = "3 000", "36"
NOT_MONEY = "“%(label)s” must be an amount of euros such as 1 234,50."
PAPERS = ("expenses", "debts", "tax-return", "bank-statements")


def reads_the_front_page(reader: Visitor) -> None:
    reader.goes_to("/")
    if reader.page.locator("html").get_attribute("lang") != reader.words.language:
        reader.chooses_language(reader.words.language)
    reader.is_at("Social lending")
    # A name of the municipality in the reader's own language.
    reader.answers({"Your home municipality": AsIs("Tusby" if reader.words.language == "sv" else "Hyvinkää")})
    reader.presses("Continue")
    reader.is_at("A small loan at a fair price, when money is tight")
    for heading in ("What social lending is", "Who it is for", "How it goes", "What it costs", "Check these first"):
        reader.sees(heading)


def tries_the_calculator(reader: Visitor) -> None:
    reader.answers({"Amount of the loan": "fifty", "Repayment period": "12"})
    reader.presses_in_place("Calculate")
    reader.is_told(NOT_MONEY, label=reader.say("Amount of the loan"))
    reader.answers({"Amount of the loan": "2 400,00", "Repayment period": "24"})
    reader.presses_in_place("Calculate")
    reader.sees("You pay a month")
    reader.follows("See every payment in the calculator")
    reader.is_at("Loan calculator")
    reader.sees_typed({"Repayment period": "24"})
    assert reader.page.get_by_role("row").count() > 24


def signs_in_to_apply(applicant: Visitor) -> None:
    applicant.goes_to("/keusote")
    applicant.follows("Start an application")
    applicant.signs_in()


def starts_an_application(applicant: Visitor) -> None:
    applicant.is_at("My cases and loans")
    applicant.presses("Start an application")
    applicant.is_at("Your application")
    applicant.sees("To do")


def tells_the_household(applicant: Visitor) -> None:
    """Two children are added, and one row is removed again."""
    applicant.follows("Your household")
    applicant.answers({"Does another adult live with you?": "No other adult"})
    applicant.presses("Add a child")
    applicant.answers({"Age in years": "7"}, within=applicant.row("Child", 1))
    applicant.presses("Add a child")
    applicant.answers({"Age in years": "4"}, within=applicant.row("Child", 2))
    applicant.presses("Remove", of=f"{applicant.say('Child')} 1")
    child = applicant.row("Child", 1)
    applicant.sees_typed({"Age in years": "4"}, within=child)
    applicant.answers({"Child benefit and child maintenance for this child, a month": "94,88"}, within=child)
    applicant.presses("Save and continue")
    applicant.is_told("Choose whether you are an entrepreneur.")
    applicant.sees_typed({"Age in years": "4"}, within=child)
    applicant.answers(
        {
            "Are you in debt adjustment for private individuals?": "No",
            "Are you an entrepreneur?": "No",
            "Do you own real estate?": "No",
        }
    )
    applicant.presses("Save and continue")


def tells_the_purpose(applicant: Visitor) -> None:
    """An amount that cannot be is refused first, and nothing that was typed is lost."""
    applicant.is_at("The loan you apply for")
    story = "Two debts that began with the breakdown of the washing machine and grow every month."
    applicant.answers(
        {
            "What is the loan for?": applicant.words.purpose("debts"),
            "Tell more about what you need the loan for": story,
            "How would the loan help you?": "I would pay one instalment that I can manage, and the debts would end.",
            "How much do you apply for?": "a lot",
            "In how many months would you repay it?": MONTHS,
        }
    )
    applicant.presses("Save and continue")
    amount = applicant.say("How much do you apply for?")
    applicant.is_told(NOT_MONEY, label=amount)
    applicant.sees_typed({"Tell more about what you need the loan for": story})
    applicant.answers({"How much do you apply for?": AMOUNT})
    applicant.presses("Save and continue")


def tells_the_income(applicant: Visitor) -> None:
    applicant.is_at("Your income")
    applicant.presses("Save and continue")
    applicant.is_told("Add at least one income, or tick that you have none.")
    applicant.answers(
        {"Kind of income": "Wage or salary", "Amount after taxes": "1 985,40", "More about it": "Kiosk"},
        within=applicant.row("Source of income", 1),
    )
    applicant.presses("Add another income")
    applicant.answers(
        {"Kind of income": "Housing allowance", "Amount after taxes": "210"},
        within=applicant.row("Source of income", 2),
    )
    applicant.presses("Save and continue")


def tells_the_expenses(applicant: Visitor) -> None:
    applicant.is_at("Your expenses")
    applicant.answers({"Kind of expense": "Rent", "Amount a month": "742"}, within=applicant.row("Expense", 1))
    applicant.presses("Add another expense")
    applicant.answers({"Kind of expense": "Day care", "Amount a month": "48"}, within=applicant.row("Expense", 2))
    applicant.presses("Save and continue")


def leaves_and_comes_back(applicant: Visitor) -> None:
    """A draft can be left on any day and taken up on another."""
    applicant.follows("Back to the list of sections")
    applicant.sees("Ready")
    applicant.presses("Sign out")
    applicant.sees("You are signed out")
    applicant.comes_in()
    applicant.follows("Go on with the application")
    applicant.opens("Still missing before you can send")
    applicant.follows("Tell us about your assets.")


def tells_of_no_assets(applicant: Visitor) -> None:
    applicant.is_at("Your assets")
    applicant.answers({"I have no assets": True})
    applicant.presses("Save and continue")


def tells_the_debts(applicant: Visitor) -> None:
    """A third row is added and removed."""
    applicant.is_at("Your debts")
    for number, (creditor, basis, amount, monthly) in enumerate(DEBTS, 1):
        applicant.answers(
            {
                "Creditor": creditor,
                "What kind of debt is it?": basis,
                "How much is left": amount,
                "What you pay a month": monthly,
                "How is it being paid?": "Late",
                "I want this debt to be paid with the loan I apply for": True,
            },
            within=applicant.row("Debt", number),
        )
        applicant.presses("Add another debt")
    applicant.presses("Remove", of=f"{applicant.say('Debt')} 3")
    applicant.sees_typed({"Creditor": DEBTS[1][0]}, within=applicant.row("Debt", 2))
    applicant.presses("Save and continue")


def adds_the_attachments(applicant: Visitor) -> None:
    """One of three files is not what it says: it gets a sentence, and the others stay. One is all but left behind."""
    applicant.is_at("Attachments")
    income = applicant.words.document("income")
    _adds(applicant, income, a_document("payslip.pdf"), a_text("letter.pdf"), a_photo("decision.jpg"))
    applicant.is_told(
        "“%(file_name)s” is not a PDF, JPEG or PNG file. Save it as one of these, or take a photo.",
        file_name="letter.pdf",
    )
    part = applicant.part(income)
    applicant.sees_many("%(num)s file was added.", "%(num)s files were added.", 2, within=part)
    applicant.presses("Remove", of="decision.jpg")
    assert applicant.saves_file(AsIs("payslip.pdf")).startswith(b"%PDF")
    if applicant.javascript:
        _is_warned_of_the_file_left_behind(applicant, applicant.words.document(PAPERS[0]))
    for kind in PAPERS:
        _adds(applicant, applicant.words.document(kind), a_photo(f"{kind}.jpg"))
    applicant.presses("Save and continue")


def gives_the_consent(applicant: Visitor) -> None:
    applicant.is_at("Consent to debt investigation")
    applicant.presses("Give my consent")
    applicant.is_told("To give your consent, tick that you have read the text.")
    applicant.answers({"I have read the text above, and I give my consent": True})
    applicant.presses("Give my consent")


def checks_and_sends(applicant: Visitor) -> None:
    """Look through the answers, change one, send; the case gets its number."""
    applicant.is_at("Your application")
    applicant.follows("Check the answers and send")
    applicant.is_at("Check your answers")
    applicant.sees(AsIs(DEBTS[0][0]))
    applicant.follows("Change", of=applicant.say("Your expenses"))
    applicant.answers({"Amount a month": "745"}, within=applicant.row("Expense", 1))
    applicant.presses("Save and continue")
    applicant.is_at("Check your answers")
    applicant.sees(AsIs("745,00 €"))
    applicant.presses("Send the application")
    applicant.is_told("To send the application, tick that what you have told is true.")
    applicant.answers({"What I have told is true and complete, as far as I know": True})
    applicant.presses("Send the application")
    applicant.is_at("Your application has been sent")
    applicant.sees("What happens next")
    applicant.number = AsIs(applicant.reads_in("The number of your case is %(number)s.", r"\S+\d"))


def answers_the_request(applicant: Visitor, questions: tuple[str, str]) -> None:
    """Write to one point, add a file to the other: half of it first, and then all."""
    applicant.goes_to("/my")
    applicant.follows("See what is asked", of=applicant.number)
    applicant.is_at("We need more from you")
    applicant.adds_files("Add files", a_document("statement.pdf"), within=applicant.part(AsIs(f"1. {questions[0]}")))
    applicant.presses("Send the answers")
    applicant.is_told("Answer every point: write, or add the document. If you do not have it, tell why.")
    applicant.sees(AsIs("statement.pdf"))
    applicant.answers(
        {"Your answer": "It is the rent of the car park."}, within=applicant.part(AsIs(f"2. {questions[1]}"))
    )
    applicant.presses("Send the answers")
    applicant.is_at("Your answers have been sent")


def _is_warned_of_the_file_left_behind(applicant: Visitor, document: AsIs) -> None:
    part = applicant.part(document)
    applicant.adds_files("Files: %(document)s", a_photo("left.jpg"), within=part, document=document)
    applicant.presses_in_vain("Save and continue")
    applicant.is_at("Attachments")
    applicant.sees("You have chosen a file here but not added it yet. Add it first, or choose no file.", within=part)


def _adds(applicant: Visitor, document: AsIs, *files: FilePayload) -> None:
    part = applicant.part(document)
    applicant.adds_files("Files: %(document)s", *files, within=part, document=document)
    applicant.presses("Add files", of=document, within=part)
