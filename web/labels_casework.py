"""Words for casework as staff read them: colours of states, next steps, events, worksheet and grounds."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

#: Colour of the tag of a case's state. The words alone must say it all.
CASE_COLOURS = {
    "draft": "grey",
    "submitted": "blue",
    "in_preparation": "teal",
    "waiting_for_citizen": "amber",
    "waiting_for_decision": "violet",
    "granted": "green",
    "refused": "red",
    "agreement_offered": "amber",
    "agreement_accepted": "teal",
    "agreement_concluded": "teal",
    "running": "green",
    "closed": "grey",
    "withdrawn": "grey",
}

CASEWORK_LABELS: dict[str, dict[str, LazyString]] = {
    # What staff do next in this state.
    "next-step": {
        "submitted": _l("Take the case and check the application."),
        "in_preparation": _l("Work out the capacity and the grounds, then propose a decision."),
        "waiting_for_citizen": _l("The applicant has been asked to complete the application."),
        "waiting_for_decision": _l("A decision-maker decides on the proposal."),
        "granted": _l("Offer the agreement to the borrower."),
        "agreement_offered": _l("The borrower reads and accepts the agreement."),
        "agreement_accepted": _l("An official concludes the agreement."),
        "agreement_concluded": _l("Pay the loan out."),
        "running": _l("The borrower repays the loan."),
        "refused": _l("The case has ended. The applicant can have the decision reviewed."),
        "withdrawn": _l("The applicant has withdrawn the application."),
        "closed": _l("The loan has ended and the case is closed."),
    },
    "next-step-short": {
        "granted": _l("Offer the agreement"),
        "agreement_offered": _l("Waiting for the borrower"),
        "agreement_accepted": _l("Conclude the agreement"),
        "agreement_concluded": _l("To be paid out"),
    },
    "whose": {
        "all": _l("All cases"),
        "mine": _l("Mine"),
        "unassigned": _l("Not taken by anyone"),
        "our-turn": _l("Waiting for our unit"),
    },
    "sort": {
        "oldest": _l("Oldest first"),
        "newest": _l("Newest first"),
        "name": _l("By name"),
        "amount": _l("Largest amount first"),
    },
    "event": {
        "application-started": _l("Application started"),
        "application-submitted": _l("Application submitted"),
        "application-withdrawn": _l("Application withdrawn"),
        "attachment-added": _l("Attachment added"),
        "attachment-removed": _l("Attachment removed"),
        "consent-given": _l("Consent to debt investigation given"),
        "consent-withdrawn": _l("Consent to debt investigation withdrawn"),
        "consent-used": _l("Debts investigated with consent"),
        "co-borrower-invited": _l("The spouse was invited to borrow together"),
        "co-borrower-accepted": _l("The spouse accepted to borrow together"),
        "co-borrower-declined": _l("The spouse declined to borrow together"),
        "co-borrower-withdrawn": _l("The spouse was left out as a borrower"),
        "case-taken": _l("Case taken"),
        "case-released": _l("Case released"),
        "note-added": _l("Note written"),
        "supplement-requested": _l("Applicant asked to complete the application"),
        "supplement-answered": _l("Applicant completed the application"),
        "supplement-passed-over": _l("Handling continued without the applicant's answer"),
        "worksheet-prepared": _l("Capacity worksheet computed"),
        "worksheet-line-edited": _l("Line of the worksheet changed"),
        "ground-judged": _l("Ground judged"),
        "proposal-made": _l("Decision proposed"),
        "proposal-withdrawn": _l("Proposal taken back"),
        "proposal-returned": _l("Proposal returned to preparation"),
        "credit-granted": _l("Loan granted"),
        "credit-refused": _l("Loan refused"),
        "agreement-offered": _l("Agreement offered"),
        "agreement-accepted": _l("Agreement accepted by the borrower"),
        "agreement-concluded": _l("Agreement concluded"),
        "credit-disbursed": _l("Loan paid out"),
        "instalment-billed": _l("Instalment billed"),
        "payment-recorded": _l("Payment recorded"),
        "payment-reversed": _l("Payment cancelled"),
        "refund-recorded": _l("Overpayment paid back"),
        "loan-paid-off": _l("Loan repaid"),
        "loan-ended": _l("Loan ended"),
        "loan-reopened": _l("Loan opened again"),
        "loan-written-off": _l("Loan written off"),
        "repayment-late": _l("An instalment is late"),
        "repayment-returned": _l("The bank took a payment back"),
        "repayment-in-order": _l("What was late has been paid"),
        "repayment-followed-up": _l("Late repayment followed up"),
        "reminder-sent": _l("Payment reminder sent"),
        "transfer-decided": _l("Transfer to collection decided"),
        "extra-effect-chosen": _l("Chosen what extra payments do"),
        "change-requested": _l("A change of the terms asked for"),
        "extension-proposed": _l("A longer repayment period proposed"),
        "change-granted": _l("A change of the terms granted"),
        "change-refused": _l("A change of the terms refused"),
        "grace-requested": _l("Grace months asked for"),
        "grace-granted": _l("Grace months granted"),
        "grace-refused": _l("Grace months refused"),
        "waiver-requested": _l("Waiver asked for"),
        "waiver-proposed": _l("Waiver proposed"),
        "waiver-granted": _l("Waiver granted"),
        "waiver-refused": _l("Waiver refused"),
        "change-request-taken": _l("Change request taken"),
        "change-request-withdrawn": _l("Change request withdrawn"),
    },
    "co-borrower-office": {
        "invited": _l("Has not answered yet"),
        "accepted": _l("Has accepted"),
        "declined": _l("Has declined"),
        "withdrawn": _l("Left out by the applicant"),
    },
    "norm": {
        "debt_adjustment": _l("Debt adjustment norm"),
        "social_assistance": _l("Basic part of social assistance"),
    },
    # What a refusal tells to be missing or not confirmed. One figure of a norm is ``norm.key``.
    "figure": {
        "reference_rate": _l("Reference rate"),
        "pension_index": _l("National pension index"),
        "debt_adjustment": _l("Debt adjustment norm"),
        "social_assistance": _l("Basic part of social assistance"),
    },
    "norm-figure": {
        "alone": _l("Adult living alone"),
        "with_adult": _l("Adult sharing the home with another adult"),
        "child": _l("Child under 17"),
        "third_child": _l("Third or later child under 17"),
        "child_17": _l("Child of 17 or older"),
        "shared_household": _l("Adult sharing the home with another adult"),
        "single_parent": _l("Single parent"),
        "with_parents": _l("Adult living with their parents"),
        "child_10_17_first": _l("First child, 10–17 years old"),
        "child_10_17_second": _l("Second child, 10–17 years old"),
        "child_10_17_third": _l("Third or later child, 10–17 years old"),
        "child_under_10_first": _l("First child, under 10 years old"),
        "child_under_10_second": _l("Second child, under 10 years old"),
        "child_under_10_third": _l("Third or later child, under 10 years old"),
    },
    "norm-line": {
        "norm_alone": _l("Adult living alone"),
        "norm_with_adult": _l("Adult sharing the home with another adult"),
        "norm_child": _l("Child under 17"),
        "norm_third_child": _l("Third or later child under 17"),
        "norm_child_17": _l("Child of 17 or older"),
        "norm_shared_household": _l("Adult sharing the home with another adult"),
        "norm_single_parent": _l("Single parent"),
        "norm_with_parents": _l("Adult living with their parents"),
        "norm_child_10_17_first": _l("First child, 10–17 years old"),
        "norm_child_10_17_second": _l("Second child, 10–17 years old"),
        "norm_child_10_17_third": _l("Third or later child, 10–17 years old"),
        "norm_child_under_10_first": _l("First child, under 10 years old"),
        "norm_child_under_10_second": _l("Second child, under 10 years old"),
        "norm_child_under_10_third": _l("Third or later child, under 10 years old"),
    },
    "worksheet-side": {
        "income": _l("Income"),
        "norm": _l("Living costs by the norm"),
        "cost": _l("Housing and other costs"),
        "debt": _l("Debts"),
    },
    "share-basis": {
        "halves": _l("Half, shared with the partner"),
        "halves-partner-income-not-told": _l("Half, because the partner's income is not known"),
        "by-net-incomes": _l("Share by net incomes"),
    },
    "figure-status": {
        "official": _l("Official figure"),
        "computed": _l("Computed figure"),
        "to_verify": _l("Figure to verify"),
    },
    "finding": {
        "met": _l("In order"),
        "not_met": _l("Not in order"),
        "needs_judgment": _l("To be judged"),
        "not_known": _l("Not known"),
    },
    "judgment-ground": {"met": _l("The ground is met"), "not_met": _l("The ground is not met")},
    "judgment-obstacle": {"met": _l("There is no obstacle"), "not_met": _l("There is an obstacle")},
    "judgment-condition": {"met": _l("The condition is met"), "not_met": _l("The condition is not met")},
    "judgment-rule": {"met": _l("Accepted as it is"), "not_met": _l("Against the rule")},
    "clause-role": {
        "ground": _l("Grounds"),
        "obstacle": _l("Obstacles"),
        "condition": _l("Conditions to be met"),
        "rule": _l("Rules"),
    },
    "wanted": {
        "document": _l("A document"),
        "explanation": _l("An explanation in words"),
    },
    "supplement-state": {
        "open": _l("Waiting for an answer"),
        "answered": _l("Answered"),
        "passed_over": _l("Passed over without an answer"),
        "lapsed": _l("Application withdrawn"),
    },
    "decision-kind": {
        "grant": _l("The loan is granted"),
        "refusal": _l("The loan is refused"),
    },
    "proposal-state": {
        "open": _l("Waiting for decision"),
        "confirmed": _l("Decided as proposed"),
        "overruled": _l("Decided otherwise"),
        "returned": _l("Returned to preparation"),
        "withdrawn": _l("Taken back by the preparer"),
    },
    "channel": {
        "letter": _l("By letter"),
        "electronic": _l("As an electronic message"),
        "verifiable": _l("With proof of receipt"),
    },
    "document": {
        "decision": _l("Decision"),
        "agreement": _l("Loan agreement"),
        "change-decision": _l("Decision on a change"),
        "reminder": _l("Payment reminder"),
    },
    # Where the norms are from, word for word as living_cost_norms.toml and social_assistance_norms.toml say it.
    "figure-source": {
        "Guarantee Foundation, living-cost norm of 2020": _l("Guarantee Foundation, living-cost norm of 2020"),
        "Decree 1034/2021": _l("Decree 1034/2021"),
        "Decree 1034/2021 and the increases of decree 399/2022": _l(
            "Decree 1034/2021 and the increases of decree 399/2022"
        ),
        "Computed by the national pension index; fits the official figures before and after it exactly; "
        "check against the decree": _l(
            "Computed by the national pension index; fits the official figures before and after it exactly; "
            "check against the decree"
        ),
        "Decree 1052/2023": _l("Decree 1052/2023"),
        "Decree 628/2024": _l("Decree 628/2024"),
        "Computed by the national pension index; the text of the decree was cut off here": _l(
            "Computed by the national pension index; the text of the decree was cut off here"
        ),
        "Computed by the national pension index; the decree for 2026 was not found, check against it": _l(
            "Computed by the national pension index; the decree for 2026 was not found, check against it"
        ),
        "Kela, benefits of 2022": _l("Kela, benefits of 2022"),
        "Kela, benefits from August 2022": _l("Kela, benefits from August 2022"),
        "Computed from the official figures of 2024 by the national pension index; children with the temporary "
        "increase of 10 % of 2023": _l(
            "Computed from the official figures of 2024 by the national pension index; children with the temporary "
            "increase of a tenth in 2023"
        ),
        "Kela, benefits of 2024": _l("Kela, benefits of 2024"),
        "Computed from the official figures of 2024 by the national pension index": _l(
            "Computed from the official figures of 2024 by the national pension index"
        ),
        "Kela, benefits of 2026": _l("Kela, benefits of 2026"),
        "Kela, changes to social assistance from 1 March 2026": _l(
            "Kela, changes to social assistance from 1 March 2026"
        ),
    },
    "viewed": {
        "case": _l("Case"),
        "application": _l("Application"),
        "attachments": _l("List of attachments"),
        "attachment": _l("Attachment"),
        "consent": _l("Consent and debt investigation"),
        "supplements": _l("Requests to complete the application"),
        "worksheet": _l("Capacity worksheet"),
        "grounds": _l("Grounds and obstacles"),
        "proposal": _l("Proposal"),
        "decision": _l("Decision"),
        "documents": _l("List of documents"),
        "document": _l("Document"),
        "timeline": _l("Timeline"),
        "notes": _l("Notes"),
        "access-log": _l("Access log"),
        "protected": _l("Protected address"),
        "loan": _l("Loan"),
        "agreement": _l("Agreement"),
        "disbursement": _l("Payment of the loan"),
        "change-request": _l("Change request"),
        "follow-up": _l("Follow-up of the repayment"),
    },
}

FINDING_COLOURS = {"met": "green", "not_met": "red", "needs_judgment": "amber", "not_known": "grey"}
FIGURE_COLOURS = {"official": "grey", "computed": "blue", "to_verify": "amber"}
