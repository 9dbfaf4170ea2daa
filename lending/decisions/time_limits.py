"""When a decision is known and until when it can be challenged. Pure rules on dates."""

from dataclasses import dataclass
from datetime import date, timedelta

from lending.basics.dates import next_banking_day

#: How a decision reaches its reader: an ordinary letter, an ordinary electronic notice, or with proof of receipt.
CHANNELS = ("letter", "electronic", "verifiable")


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """After how many days a notice counts as received, for notices sent from ``valid_from`` on.

    ``letter_days``: Administrative Procedure Act 434/2003 § 59. ``electronic_days``: act 13/2003 § 19.
    """

    valid_from: date
    letter_days: int
    electronic_days: int


#: The law of electronic notices is changing (HE 124/2025): a new rule is a new row, and old notices keep theirs.
NOTICE_RULES = (NoticeRule(date(2004, 1, 1), letter_days=7, electronic_days=3),)


def known_on(sent_on: date, channel: str, received_on: date | None = None) -> date:
    """The day the reader counts as knowing of a decision sent on ``sent_on``.

    A letter: the 7th day after sending; an electronic notice: the 3rd; with proof: the day received, which must be
    given. Raises ``ValueError`` where it is not, or the channel is not known.
    """
    if channel == "verifiable":
        if received_on is None:
            raise ValueError("a verifiable notice is known on the day it was received, which is missing")
        return received_on
    rules = [rule for rule in NOTICE_RULES if rule.valid_from <= sent_on]
    if not rules:
        raise ValueError(f"no rule on notices is known for {sent_on}")
    rule = rules[-1]
    days = {"letter": rule.letter_days, "electronic": rule.electronic_days}.get(channel)
    if days is None:
        raise ValueError(f"unknown channel: {channel}")
    return sent_on + timedelta(days=days)


def last_day(known: date, days: int) -> date:
    """The last day to challenge a decision known on ``known``: that day is not counted (434/2003 § 49 c).

    A last day that falls on a Saturday, Sunday, church holiday, Independence Day, 1 May, Christmas Eve or Midsummer
    Eve moves to the next weekday that is none of them (act 150/1930 § 5).
    """
    # These are the very days on which banks are closed, so the banking calendar is the calendar here too.
    return next_banking_day(known + timedelta(days=days))
