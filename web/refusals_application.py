"""Sentences for what an applicant meets: uploads, sections, consent, sending, supplement requests."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

CO_BORROWER_REFUSALS: dict[str, LazyString] = {
    "one-borrower-only": _l("Here a loan has one borrower only (%(clause)s)."),
    "co-borrower-name-missing:given_names": _l("Write the first names of your spouse."),
    "co-borrower-name-missing": _l("Write the last name of your spouse."),
    "co-borrower-yourself": _l("This is your own personal identity code. Write that of your spouse."),
    "co-borrower-already": _l("You have already named your spouse. Leave them out first if you want to name another."),
    "co-borrower-not-answered": _l(
        "The spouse has not answered the invitation to borrow together. Wait for the answer, "
        "or ask the applicant to leave the spouse out."
    ),
    "share-out-of-range": _l("The share of your spouse must be more than 0 and less than 100 per cent."),
    "share-too-precise": _l("Write the share with at most one decimal."),
    "invitation-ended": _l("This invitation no longer waits for an answer."),
    "consent-not-ticked": _l("To borrow together, tick that you have read the text and give your consent."),
    "borrowers-settled": _l("The decision is already being made, so the borrowers can no longer change."),
}

APPLICATION_REFUSALS: dict[str, LazyString] = {
    # Uploads. Each names the file, because several are sent at once.
    "file-empty": _l("“%(file_name)s” is empty. Choose the file again."),
    "file-too-large": _l("“%(file_name)s” is too big: a file may have at most %(megabytes_max)s MB."),
    "file-type-unknown": _l(
        "“%(file_name)s” is not a PDF, JPEG or PNG file. Save it as one of these, or take a photo."
    ),
    "file-broken": _l("“%(file_name)s” cannot be opened. Check that it opens on your own device, and send it again."),
    "file-locked": _l("“%(file_name)s” needs a password. Send it without one, for example printed to a new PDF."),
    "image-too-large": _l(
        "“%(file_name)s” is too large a picture: %(megapixels_max)s megapixels fit. Take it in a smaller size."
    ),
    "too-many-files": _l("“%(file_name)s” was not added: one case can have at most %(most)s files."),
    "attachment-kind-unknown": _l("Choose what kind of document it is."),
    "attachments-closed": _l("Files can no longer be added to this case. Contact us if something is still missing."),
    "attachment-stays": _l("This file can no longer be removed, because your application has been sent."),
    # Sections.
    "answer-missing": _l("Answer this question."),
    "answer-missing:partner_net_income": _l(
        "Write the net income of your spouse or partner. If there is none, write 0."
    ),
    "not-paid-by-benefit-day": _l("Only an unemployment allowance is given by the day. Give this one by the month."),
    "age-of-child": _l("The age must be between 0 and %(most)s years."),
    "asked-amount-outside-limits": _l("You can apply for a loan of %(least_cents)s to %(most_cents)s."),
    "asked-months-outside-limits": _l("The repayment period can be from 1 to %(most)s months."),
    "amount-out-of-range": _l("The amount must be from %(least_cents)s to %(most_cents)s."),
    "choice-unknown": _l("Choose one of the options."),
    "too-many-rows": _l("There is room for %(most)s rows. Put the smallest ones together on one row."),
    "text-missing": _l("Write something here."),
    "application-sent": _l("This application has already been sent, so it can no longer be changed."),
    "application-incomplete": _l("Something is still missing, so the application was not sent."),
    # Consent.
    "consent-missing": _l("There is no consent to debt investigation in force."),
    "consent-text-changed": _l("The text of the consent has changed meanwhile. Read it once more."),
    "case-ended": _l("This case has ended, so this can no longer be done."),
    # Supplement requests.
    "items-missing": _l("Write at least one thing that you ask for."),
    "deadline-too-soon": _l("The last day to answer must be after today."),
    "answers-missing": _l("Answer every point: write, or add the document. If you do not have it, tell why."),
}
