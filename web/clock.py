"""The clock, read once a request into ``g.now``; everything else gets the time as a parameter."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from babel.dates import get_timezone
from flask import g

from web.config import Config

Clock = Callable[[], datetime]
HELSINKI = get_timezone("Europe/Helsinki")


def make_clock(config: Config) -> Clock:
    """The real clock, or in demo mode one that was set to ``VAKAA_DEMO_NOW`` when the process started."""
    if config.demo and config.demo_now:
        ahead = config.demo_now - datetime.now(UTC)
        return lambda: datetime.now(UTC) + ahead
    return lambda: datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The moment as a clock on a Finnish wall shows it."""
    return moment.astimezone(HELSINKI)


def today() -> date:
    """The day it is in Finland at the moment of this request."""
    return local(g.now).date()
