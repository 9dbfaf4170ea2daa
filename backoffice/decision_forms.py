"""Forms of proposals and decisions: a grant, a refusal, a return to preparation, how the decision is sent."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lending.assessment.grounds import assessed_clauses
from lending.policy.policies import Policy
from web.context import language
from web.forms import ChecksField, ChoiceField, Form, LongText, MoneyField, MonthsField, SelectField
from web.labels import label

#: How a decision can be sent at once. Verifiable notice is recorded when it has been received.
CHANNELS = ("letter", "electronic")


class GrantForm(Form):
    """What is granted, with which conditions, and why."""

    amount = MoneyField(_l("Amount of the loan"))
    months = MonthsField(_l("Repayment period in months"))
    purpose = SelectField(_l("Purpose"))
    conditions = LongText(
        _l("Conditions"),
        optional=True,
        limit=2000,
        hint=_l("For example which debts are paid. They are written in the decision."),
    )
    reasons = LongText(
        _l("Reasons"),
        optional=True,
        hint=_l(
            "They are written in the decision, so write in the applicant's language. They may be left out only when"
            " the loan is granted as applied for."
        ),
    )

    def offer(self, policy: Policy) -> None:
        """Give the form the purposes of the policy."""
        self.purpose.choices = [(key, purpose.names[language()]) for key, purpose in policy.purposes.items()]


class RefusalForm(Form):
    """The clauses that a refusal rests on, and its reasons."""

    clauses = ChecksField(
        _l("Clauses of the criteria that the refusal rests on"), missing=_l("Choose at least one clause.")
    )
    reasons = LongText(
        _l("Reasons"),
        hint=_l(
            "They are written in the decision, so write in the applicant's language. Give the facts and how they lead"
            " to the refusal under each clause."
        ),
        missing=_l("Write the reasons for the refusal."),
    )

    def offer(self, policy: Policy) -> None:
        """Give the form the clauses an application is held against."""
        self.clauses.choices = [(clause.id, clause_choice(clause)) for clause in assessed_clauses(policy)]


class ReturnForm(Form):
    """What still has to be prepared."""

    note = LongText(
        _l("What must still be prepared"),
        limit=2000,
        hint=_l("The preparer sees this. It is not sent to the applicant."),
        missing=_l("Write what must still be prepared."),
    )


class SendForm(Form):
    """How the decision is sent. The day it counts as known, and the time to challenge it, follow from this."""

    channel = ChoiceField(
        _l("How is the decision sent?"),
        default="letter",
        choices=[(channel, label("channel", channel)) for channel in CHANNELS],
    )


class OtherGrantForm(GrantForm, SendForm):
    """A grant that differs from the proposal: the reasons are the decision-maker's own."""

    reasons = LongText(
        _l("Your reasons"),
        hint=_l("You decide otherwise than was proposed. Your reasons are written in the decision."),
        missing=_l("Write the reasons for your decision."),
    )


class OtherRefusalForm(RefusalForm, SendForm):
    """A refusal that differs from the proposal."""


def clause_choice(clause: Any) -> str:
    """A clause as one chooses it: its number and its text."""
    return _("%(number)s: %(text)s", number=clause.id, text=clause.texts.get(language()) or clause.texts["fi"])
