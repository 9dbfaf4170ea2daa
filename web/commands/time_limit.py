"""``vakaa time-limit``: when a decision counts as known, and until when it can be challenged."""

import sys
from datetime import date

import click

from lending.decisions.time_limits import CHANNELS, NOTICE_RULES, known_on, last_day
from web.commands.documents import REFUSED, Fields, Wrong, told, write

#: Days to claim a rectification (Act 1133/2002 § 9, Administrative Procedure Act 434/2003 § 49 c).
CLAIM_DAYS = 30


@click.command("time-limit")
@click.option("--sent", required=True, help="The day the notice was sent.")
@click.option("--channel", required=True, help="letter, electronic or verifiable.")
@click.option("--received", help="The day a verifiable notice was received; without it --sent is taken for that day.")
@click.option(
    "--days", default=CLAIM_DAYS, type=click.IntRange(1, 3650), show_default=True, help="How long the limit is."
)
def time_limit(sent: str, channel: str, received: str | None, days: int) -> None:
    """When a decision counts as known, and the last day to claim, as JSON."""
    try:
        write(answer(sent, channel, received, days))
    except Wrong as wrong:
        write(told(wrong))
        sys.exit(REFUSED)


def answer(sent: str, channel: str, received: str | None, days: int) -> dict[str, object]:
    """The days as JSON data. Raises ``Wrong``."""
    given = Fields({"channel": channel})
    given.choice("channel", CHANNELS)
    sent_on = given.as_day(sent, "--sent")
    if sent_on < NOTICE_RULES[0].valid_from:
        first = NOTICE_RULES[0].valid_from.isoformat()
        raise Wrong("notice-rule-unknown", f"--sent must be {first} or later.", first=first)
    received_on: date | None = None
    if channel == "verifiable":
        received_on = given.as_day(received, "--received") if received else sent_on
        if received_on < sent_on:
            raise Wrong("received-before-sent", "--received cannot be before --sent.", sent=sent_on)
    elif received:
        raise Wrong("received-not-asked", "--received is for a verifiable notice only.", channel=channel)
    known = known_on(sent_on, channel, received_on)
    return {
        "sent": sent_on.isoformat(),
        "channel": channel,
        "received": received_on.isoformat() if received_on else None,
        "received_taken_from": None if received_on is None else "received" if received else "sent",
        "known_on": known.isoformat(),
        "days": days,
        "last_day_to_claim": last_day(known, days).isoformat(),
    }
