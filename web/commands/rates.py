"""``vakaa rates``: the half-yearly reset of the reference rate, for every running loan that follows it."""

import sys
from datetime import date
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from lending.basics.errors import Refused
from lending.basics.money import euros
from lending.loans.reset import Reset, reset_rates
from web.commands.documents import REFUSED, Fields, Wrong, told, write, wrong_of
from web.commands.running import first_line, prepared
from web.commands.starting import in_words
from web.config import Config, UnsafeStart


@click.group()
def rates() -> None:
    """The reference rate of running loans."""


@rates.command("reset")
@click.option("--on", "on", required=True, help="The day the new rate is in force from.")
@click.option("--dry-run", is_flag=True, help="Tell what would change, and change nothing. May look ahead.")
@in_words
def reset(on: str, dry_run: bool) -> None:
    """New plans for every running loan whose policy follows the rate. Twice changes nothing; stopped, it goes on."""
    try:
        write(answer(Fields({}).as_day(on, "--on"), dry_run))
    except (Wrong, Refused) as refused:
        write(told(refused if isinstance(refused, Wrong) else wrong_of(refused)))
        sys.exit(REFUSED)


def answer(on: date, dry_run: bool) -> dict[str, Any]:
    """Reset, and what came of it as JSON data. Raises ``Refused`` as ``reset_rates``."""
    wired = prepared(Config.from_environment())
    try:
        return shown(reset_rates(wired.sessions, on, wired.clock(), dry_run, tell=_progress()))
    except SQLAlchemyError as error:
        raise UnsafeStart(f"the reset stopped and can be run again: {first_line(error)}") from None
    finally:
        wired.engine.dispose()


def shown(found: Reset) -> dict[str, Any]:
    """The summary as JSON data. Sums are of the regular instalments of the loans that changed."""
    return {
        "on": found.on.isoformat(),
        "percent": format(found.percent, "f"),
        "dry_run": found.dry_run,
        "loans": found.loans,
        "changed": found.changed,
        "unchanged": found.unchanged,
        "brought_up_first": found.brought_up,
        "instalment_higher": found.higher,
        "instalment_lower": found.lower,
        "instalments_before": euros(found.before_cents),
        "instalments_after": euros(found.after_cents),
        "refused": dict(sorted(found.refused.items())),
    }


def _progress() -> Any:
    """Tells on a terminal how far the reset is; elsewhere nothing, so that a log stays short."""
    if not sys.stderr.isatty():
        return None

    def tell(seen: int, total: int) -> None:
        end = "\n" if seen >= total else ""
        sys.stderr.write(f"\r{seen:,} of {total:,} loans{end}".replace(",", " "))
        sys.stderr.flush()

    return tell
