"""The clock, read once a request into ``g.now``; everything else gets the time as a parameter."""

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from babel.dates import get_timezone
from flask import g

from lending.policy.figures import Figures
from web.config import Config

Clock = Callable[[], datetime]
HELSINKI = get_timezone("Europe/Helsinki")


def make_clock(config: Config, figures: Figures) -> Clock:
    """The real clock. In demo mode one that ``VAKAA_DEMO_NOW`` set when the process started, if it did.

    A demo whose figures have run out goes on in the last week that has them, so that it can be tried on any day.
    """
    if not config.demo:
        return lambda: datetime.now(UTC)
    ahead = config.demo_now - datetime.now(UTC) if config.demo_now else timedelta()
    ahead -= weeks_past(figures, local(datetime.now(UTC) + ahead).date())
    return lambda: datetime.now(UTC) + ahead


def weeks_past(figures: Figures, day: date) -> timedelta:
    """How many full weeks ``day`` has to go back for its reference rate to be known; none while it is."""
    last = max((row.valid_until for row in figures.rates if row.valid_until), default=day)
    return timedelta(weeks=max(0, math.ceil((day - last).days / 7)))


def local(moment: datetime) -> datetime:
    """The moment as a clock on a Finnish wall shows it."""
    return moment.astimezone(HELSINKI)


def today() -> date:
    """The day it is in Finland at the moment of this request."""
    return local(g.now).date()
