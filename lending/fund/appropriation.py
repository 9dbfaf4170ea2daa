"""What may be granted in a year: entered by staff with its source, and kept as history."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.basics.actor import Actor
from lending.basics.dates import local_day
from lending.basics.errors import Refused
from lending.basics.money import Cents
from lending.fund.booking import hold
from lending.fund.model import Appropriation
from lending.policy.delegation import require_act

#: How many years around today an appropriation can be entered for.
YEARS_BACK, YEARS_AHEAD = 10, 2


def set_appropriation(
    db: Session, year: int, amount_cents: Cents, source: str, decided_on: date, by: Actor, at: datetime
) -> Appropriation:
    """Enter what may be granted in ``year``. It counts from now on; what counted before stays as history.

    It may be less than has been granted already: then nothing more can be granted.
    Raises ``Refused``: ``appropriation-year``, ``amount-negative``, ``appropriation-source-missing``,
    ``decided-in-future``; ``NotAllowed``.
    """
    policy = require_act(db, by, "set-appropriation", at)
    assert by.id is not None
    today = local_day(at)
    if not today.year - YEARS_BACK <= year <= today.year + YEARS_AHEAD:
        raise Refused("appropriation-year", field="year", first=today.year - YEARS_BACK, last=today.year + YEARS_AHEAD)
    if amount_cents < 0:
        raise Refused("amount-negative", field="amount")
    if not source.strip():
        raise Refused("appropriation-source-missing", field="source")
    if decided_on > today:
        raise Refused("decided-in-future", field="decided_on", today=today)
    # A decision that is being made counts with the one or with the other, not with both.
    hold(db, policy.organisation.key)
    entered = Appropriation(
        organisation=policy.organisation.key,
        year=year,
        amount_cents=amount_cents,
        source=source.strip(),
        decided_on=decided_on,
        entered_by_id=by.id,
        entered_at=at,
    )
    db.add(entered)
    db.flush()
    return entered


def appropriations_of(db: Session, organisation: str, year: int) -> list[Appropriation]:
    """What has been entered for the year, the newest first: that one counts."""
    query = select(Appropriation).where(Appropriation.organisation == organisation, Appropriation.year == year)
    return list(db.scalars(query.order_by(Appropriation.id.desc())))
