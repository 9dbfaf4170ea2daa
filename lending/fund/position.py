"""Where an organisation's money to lend stands: read in a number of queries that never grows."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, extract, func, literal, select, union_all
from sqlalchemy.orm import Session

from lending.basics.errors import NotFound, Refused
from lending.basics.money import Cents
from lending.fund.appropriation import appropriations_of
from lending.fund.caps import OF_THE_YEAR, Cap, Sums, caps_of, check_caps
from lending.fund.model import KINDS, Appropriation, FundEntry
from lending.fund.pace import Month, Outlook, months_of, outlook, tightest
from lending.policy.policies import Policy, policies_of

GRANTED = ("grant", "withdraw_grant")
RESERVED = ("reserve", "release")
REPAID = ("repay", "reverse", "correct")
LOST = ("waive", "write_off")
#: What the appropriation is called among the sums.
_GIVEN = "appropriation"


@dataclass(frozen=True, slots=True)
class Position:
    """The money of one calendar year as it stands on ``on``: sums, caps, months, and whether it lasts.

    ``appropriations``: what has been entered for the year, the newest first, which counts. ``outlook`` is ``None``
    where no cap of the year is known.
    """

    year: int
    on: date
    policy: Policy
    sums: Sums
    caps: tuple[Cap, ...]
    months: tuple[Month, ...]
    appropriations: tuple[Appropriation, ...]
    outlook: Outlook | None

    @property
    def year_cap_cents(self) -> Cents | None:
        """What may be granted in the year: the least of its caps."""
        return tightest(cap.cap_cents for cap in self.caps if cap.kind in OF_THE_YEAR)


def position(db: Session, organisation: str, year: int, today: date) -> Position:
    """Where the organisation's money of the year stands: today, or at the end of a year that has passed.

    Raises ``NotFound`` for an organisation that is not here, ``Refused("no-policy-in-force")``.
    """
    end = date(year, 12, 31)
    on = min(today, end)
    in_force = policies_of(db).for_organisation(organisation, today)
    policy = in_force if year >= today.year else _in_force(db, in_force, on)
    entered = appropriations_of(db, organisation, year)
    granted, repaid = _by_month(db, organisation, year)
    sums, appropriation_cents = _sums(db, organisation, year)
    caps = caps_of(policy, appropriation_cents, sums)
    of_year = tightest(cap.cap_cents for cap in caps if cap.kind in OF_THE_YEAR)
    return Position(
        year=year,
        on=on,
        policy=policy,
        sums=sums,
        caps=caps,
        months=months_of(year, granted, repaid, of_year, today),
        appropriations=tuple(entered),
        outlook=None if of_year is None else outlook(year, of_year, sums.granted_cents, today),
    )


def caps_now(db: Session, policy: Policy, today: date) -> tuple[Cap, ...]:
    """Every cap of the organisation as it stands today; ``policy`` is what counts where no criteria are in force."""
    organisation = policy.organisation.key
    counting = _in_force(db, policy, today)
    # Repayments are many: they are added up only where a cap counts what is outstanding.
    everything = counting.caps.outstanding_max_cents is not None or counting.caps.capital_cents is not None
    sums, appropriation_cents = _sums(db, organisation, today.year, KINDS if everything else (*GRANTED, *RESERVED))
    return caps_of(counting, appropriation_cents, sums)


def check_room(db: Session, policy: Policy, amount_cents: Cents, today: date) -> None:
    """Check that a grant of today passes no cap. Raises ``Refused`` as ``check_caps``.

    It proves nothing for later unless the account is held (``lending.fund.booking.hold``).
    """
    check_caps(caps_now(db, policy, today), amount_cents, today.year, policy.id)


def _in_force(db: Session, policy: Policy, today: date) -> Policy:
    """Caps are the organisation's: those in force on the day count, whatever criteria a case began under."""
    try:
        return policies_of(db).for_organisation(policy.organisation.key, today)
    except (NotFound, Refused):
        return policy


def _sums(db: Session, organisation: str, year: int, kinds: Collection[str] = KINDS) -> tuple[Sums, Cents | None]:
    """The sums of the year, and of all time up to its end; and what has been entered for the year. One query."""
    begin, end = date(year, 1, 1), date(year, 12, 31)
    of_year = case((FundEntry.day >= begin, FundEntry.cents), else_=0)
    moved = (
        select(FundEntry.kind, func.sum(FundEntry.cents), func.sum(of_year))
        .where(FundEntry.organisation == organisation, FundEntry.kind.in_(kinds), FundEntry.day <= end)
        .group_by(FundEntry.kind)
    )
    newest = select(func.max(Appropriation.id)).where(
        Appropriation.organisation == organisation, Appropriation.year == year
    )
    given = select(literal(_GIVEN), Appropriation.amount_cents, Appropriation.amount_cents).where(
        Appropriation.id == newest.scalar_subquery()
    )
    appropriation_cents: Cents | None = None
    ever: defaultdict[str, Cents] = defaultdict(int)
    this: defaultdict[str, Cents] = defaultdict(int)
    for kind, cents, cents_of_year in db.execute(union_all(moved, given)):
        if kind == _GIVEN:
            appropriation_cents = int(cents)
        else:
            ever[kind], this[kind] = int(cents), int(cents_of_year)
    sums = Sums(
        granted_cents=sum(this[kind] for kind in GRANTED),
        repaid_cents=-sum(this[kind] for kind in REPAID),
        reserved_cents=sum(ever[kind] for kind in RESERVED),
        undisbursed_cents=max(0, sum(ever[kind] for kind in GRANTED) - ever["disburse"]),
        outstanding_cents=sum(ever[kind] for kind in ("disburse", *REPAID, *LOST)),
        lost_cents=-sum(ever[kind] for kind in LOST),
    )
    return sums, appropriation_cents


def _by_month(db: Session, organisation: str, year: int) -> tuple[dict[int, Cents], dict[int, Cents]]:
    """What was granted and what was repaid in each month of the year, repaid as a positive sum."""
    month = extract("month", FundEntry.day)
    query = (
        select(FundEntry.kind, month, func.sum(FundEntry.cents))
        .where(
            FundEntry.organisation == organisation,
            FundEntry.kind.in_((*GRANTED, *REPAID)),
            FundEntry.day.between(date(year, 1, 1), date(year, 12, 31)),
        )
        .group_by(FundEntry.kind, month)
    )
    granted: defaultdict[int, Cents] = defaultdict(int)
    repaid: defaultdict[int, Cents] = defaultdict(int)
    for kind, number, cents in db.execute(query):
        if kind in GRANTED:
            granted[int(number)] += int(cents)
        else:
            repaid[int(number)] -= int(cents)
    return granted, repaid
