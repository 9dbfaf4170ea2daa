"""What staff of the demo have entered besides cases: the year's appropriation, and a figure that waits."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from lending.fund.appropriation import set_appropriation
from lending.people.model import StaffMember
from lending.policy.entries import NewRow, enter_figure
from lending.policy.figures import figures_of
from lending.policy.policies import policies_of
from web.clock import local

#: Whose council decides on an appropriation year by year.
ORGANISATION = "keusote"
BUDGET_CENTS, RAISED_CENTS = 50_000_00, 60_000_00
BUDGET = "Aluevaltuusto, talousarvio {year}, sosiaalinen luototus (keksitty esimerkki)"
RAISED = "Aluevaltuusto, talousarvion muutos {year} (keksitty esimerkki)"
RATE = "Suomen Pankin tiedote viitekorosta (keksitty esimerkki)"


def tell_of_money(db: Session, staff: Iterable[StaffMember], now: datetime) -> None:
    """Enter the appropriation of the year, raise it, and enter the rate that nobody has verified yet."""
    members = [member for member in staff if member.organisation == ORGANISATION]
    year = local(now).year
    january = min(now, datetime(year, 1, 7, 8, 30, tzinfo=UTC))
    decider = _who_may(db, members, "set-appropriation", now)
    set_appropriation(db, year, BUDGET_CENTS, BUDGET.format(year=year), date(year - 1, 12, 12), decider.actor, january)
    if local(now).month > 6:
        june = datetime(year, 6, 15, 9, 5, tzinfo=UTC)
        set_appropriation(db, year, RAISED_CENTS, RAISED.format(year=year), date(year, 6, 8), decider.actor, june)
    row = figures_of(db).reference_rate(local(now).date())
    if row.status == "to_verify":
        new = NewRow("reference_rate", row.valid_from, None, {"percent": format(row.percent, "f")}, RATE)
        enter_figure(db, new, _who_may(db, members, "enter-figure", now).actor, now - timedelta(days=2))


def _who_may(db: Session, members: list[StaffMember], act: str, now: datetime) -> StaffMember:
    """Who does ``act``; rather not a decision-maker, who may be the one to confirm it."""
    policy = policies_of(db).for_organisation(ORGANISATION, local(now).date())
    able = [member for member in members if member.actor.roles & policy.roles_for(act)]
    return min(able, key=lambda member: (member.unit, "decider" in member.actor.roles, member.username))
