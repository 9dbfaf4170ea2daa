"""What a change does to the rest of a loan, told as before and after. Pure."""

from dataclasses import asdict, dataclass
from typing import Any

from lending.basics.money import Cents
from lending.loans.ahead import Side


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rest of the loan before and after a change."""

    before: Side
    after: Side

    @property
    def extra_interest_cents(self) -> Cents:
        """How much more interest the borrower pays in all; less where negative."""
        return self.after.interest_cents - self.before.interest_cents

    def figures(self) -> dict[str, Any]:
        """Both sides and the difference as JSON data, dates ISO."""
        sides = {name: asdict(side) for name, side in (("before", self.before), ("after", self.after))}
        for side in sides.values():
            side["last_due"] = side["last_due"].isoformat()
        return {**sides, "extra_interest_cents": self.extra_interest_cents}
