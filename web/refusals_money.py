"""Sentences for what is refused once money moves: agreement, plan, disbursement, payments, grace, waiver."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

AGREEMENT_REFUSALS: dict[str, LazyString] = {
    "not-granted": _l("An agreement can be offered only when the loan has been granted."),
    "agreement-changed": _l("The agreement has changed since you opened it. Read it once more before you accept it."),
    "agreement-accepted-already": _l("You have already accepted the agreement."),
    "document-broken": _l("The agreement in the archive is not the one that was accepted, so it cannot be concluded."),
    "due-day-not-allowed": _l("Choose one of the due days that the criteria allow."),
    "expected-in-past": _l("The day the money is paid out cannot be earlier than today, %(today)s."),
    "interest-free": _l("The loan is interest-free by the criteria (%(clause)s). Leave the rate out, or write 0."),
    "rate-above-reference": _l(
        "The interest of %(percent)s %% is above the reference rate of %(reference)s %%, "
        "which is the most the law allows."
    ),
}

PLAN_REFUSALS: dict[str, LazyString] = {
    "instalment-too-small:instalment": _l("The instalment must be at least %(minimum_cents)s a month."),
    "rate-negative": _l("The interest cannot be less than zero."),
    "rate-too-precise": _l("The interest %(percent)s %% has too many decimals."),
    "rate-path-not-in-order": _l("The interest rates are not in the order of their days."),
    "rate-missing": _l("There is no interest rate for %(on)s, so the plan cannot be computed."),
    "principal-not-positive": _l("The amount of the loan must be more than zero."),
    "instalments-missing": _l("Give the number of months or the instalment."),
    "instalments-out-of-range": _l("The number of instalments must be between %(least)s and %(most)s."),
    "instalment-not-positive": _l("The instalment must be more than zero."),
    "first-due-too-early": _l("The first due day must be later than %(start)s, when the money is paid out."),
    "first-due-not-due-day": _l("The first due date must be one of the due days of this loan."),
    "payment-before-disbursement": _l("A payment cannot be earlier than %(start)s, when the money is paid out."),
    "disbursement-after-last-due": _l("The money paid out on %(day)s comes after the last due day of the plan."),
    "grace-date-not-due": _l("These are not due days of the plan: %(dates)s."),
}

PAYMENT_REFUSALS: dict[str, LazyString] = {
    "amount-not-positive": _l("The amount must be more than zero."),
    "disbursement-not-whole": _l(
        "The sums must come to the whole loan, %(expected_cents)s; now they come to %(given_cents)s."
    ),
    "payee-wrong": _l("The purpose of this loan says who is paid. Check whether it is the borrower or the creditors."),
    "one-sum-to-borrower": _l("What is paid to the borrower is paid in one sum."),
    "value-date-in-future": _l("The day cannot be later than today, %(today)s."),
    "value-date-before-agreement": _l("The day cannot be before the agreement was concluded, %(concluded_on)s."),
    "value-date-before-loan": _l("The day cannot be before the loan began, %(started_on)s."),
    "value-date-before-credit": _l("The day cannot be before the overpayment came, %(since)s."),
    "extra-day-passed": _l("Choose today, %(today)s, or a later day."),
    "effect-unknown": _l("Choose what happens to the plan: a shorter time or smaller instalments."),
    "no-credit": _l("The loan has not been overpaid, so there is nothing to pay back."),
    "credit-changed": _l(
        "The overpayment has changed while the page was open: it is %(amount_cents)s now. "
        "Check what has been paid back, and record it again."
    ),
    "command-used": _l("This form has been used on another loan. Open the page again and start over."),
    "loan-written-off": _l("The loan has been written off. That is final, so nothing more can be recorded on it."),
    "nothing-owed": _l("Nothing is owed on this loan, so there is nothing to write off."),
    "not-reversible": _l("Only a payment or a refund can be cancelled."),
    "reversal-reason-unknown": _l("Choose why the payment is cancelled."),
    "reset-in-future": _l("The reference rates are changed on their day, not before: today is %(today)s."),
    "credit-refunded": _l("The payment has partly been refunded already. Cancel the refund first."),
}

FOLLOW_UP_REFUSALS: dict[str, LazyString] = {
    "follow-up-unknown": _l("Choose whether you have seen it or been in contact with the borrower."),
    "follow-up-note-missing": _l("Write what you know or have agreed on."),
    "nothing-to-follow-up": _l("The repayment is in order, so there is nothing to follow up."),
    "nothing-to-remind": _l("Nothing is late that could be reminded of."),
    "reminded-twice": _l(
        "Everything that is late has already been reminded of twice. What comes next is a decision on its transfer "
        "to collection."
    ),
    "reminder-too-soon": _l("The next reminder can be sent on %(earliest)s at the earliest."),
    "counsellor-missing": _l("The unit has no counsellor whose contact details could stand in the letter."),
    "transfer-reasons-missing": _l("Write the reasons for the transfer."),
    "nothing-to-transfer": _l("Nothing is late that could be transferred to collection."),
    "instalment-not-late": _l("This instalment is not late, or it has been transferred already."),
    "not-reminded-twice": _l("What is late must be reminded of twice before it can be transferred to collection."),
    "transfer-too-soon": _l("The transfer can be decided on %(earliest)s at the earliest."),
}

CHANGE_REFUSALS: dict[str, LazyString] = {
    "request-taken": _l("Another member of staff has already taken this request."),
    "loan-not-running": _l("This loan is no longer running, so it cannot be changed."),
    "change-already-requested": _l("You have already sent a request like this. We answer it first."),
    "grace-nothing-left": _l(
        "There is nothing left to move: the loan has ended, or nothing of it is left that has not been billed."
    ),
    "grace-dates-missing": _l("Choose at least one month."),
    "grace-too-many": _l("You can still choose %(left)s of the %(most)s grace months of this loan."),
    "grace-date-not-possible": _l(
        "These months can no longer be grace months: %(dates)s. Choose among the months shown."
    ),
    "change-nothing-left": _l(
        "There is nothing left to change: the loan has ended, or nothing of it is left that has not been billed."
    ),
    "wish-incomplete": _l("Tell us what the change should be."),
    "extension-empty": _l("Give how many months longer. At most %(left)s more months can be given."),
    "extension-too-long": _l(
        "The repayment period can still grow by %(left)s months; at most %(most)s can be given in all, "
        "and grace months are counted in."
    ),
    "extension-instalment-too-small": _l(
        "The instalment would be below %(minimum_cents)s a month. At most %(months)s more months can be given."
    ),
    "instalment-not-for-method": _l(
        "The instalment of this loan cannot be chosen: the same principal is paid each month."
    ),
    "instalment-unchanged": _l("This is already the instalment of the loan."),
    "instalment-above-rest": _l(
        "The instalment cannot be larger than what is left to pay. One payment of all that is left would be "
        "%(most_cents)s."
    ),
    "instalment-term-too-long": _l(
        "What is left has to be repaid within %(longest_months)s months, "
        "so the instalment must be at least %(least_instalment_cents)s."
    ),
    "due-day-unchanged": _l("This is already the due day of the loan."),
    "postponement-not-allowed": _l(
        "The criteria do not let an instalment be paid later. You can ask for a grace month."
    ),
    "postponement-not-possible": _l("This instalment cannot be postponed. Choose one that can still be paid in time."),
    "postponement-already": _l("An instalment has already been postponed until %(until)s."),
    "postponement-too-short": _l("Choose a day from %(earliest)s to %(latest)s."),
    "postponement-too-long": _l("An instalment can be postponed until %(latest)s at the latest."),
    "waiver-nothing-left": _l("Nothing is owed on this loan any more, so there is nothing to waive."),
    "waiver-empty": _l("Give at least one amount that is more than zero."),
    "waiver-too-large": _l(
        "The waiver is larger than what is owed: %(principal_cents)s of principal and %(interest_cents)s of interest."
    ),
    "waiver-not-proposed": _l("The waiver has to be proposed before it can be decided on."),
    "instalment-lengthens": _l(
        "With this instalment the repayment period would become longer. A longer repayment period is asked for "
        "and decided on its own (%(clause)s)."
    ),
    "extension-needs-no-approval": _l("This change is decided at once: the criteria want no second official for it."),
    "extension-not-proposed": _l("The extension has to be proposed before another official can approve it."),
    "proposer-cannot-decide": _l("You made the proposal, so another person must decide on it."),
}
