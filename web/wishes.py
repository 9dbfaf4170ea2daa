"""What a borrower may wish of a running loan, as fields: one set of hands for both sides of the house.

``portal`` puts them in the address, so that the effect can be seen before anything is sent; ``backoffice`` decides on
them. Each is mixed into a form::

    class ExtensionDecision(ExtensionWish, OutcomeForm): ...
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lending.basics.actor import Actor
from lending.changes import grace, new_terms
from lending.changes.grace import GracePreview
from lending.changes.model import ChangeRequest
from lending.changes.new_terms import Preview, Wish
from lending.loans.book import Book
from lending.loans.model import Loan
from lending.loans.plan import PlanRow, plan
from web.formats import day
from web.forms import ChecksField, ChoiceField, DateField, MoneyField, MonthsField
from web.labels import label


class Wished:
    """Fields that say what is wished, and the acts that they lead to. ``names`` are the fields."""

    kind: ClassVar[str]
    names: ClassVar[tuple[str, ...]]

    def offer_wishes(self, book: Book, on: date, asked: ChangeRequest | None = None) -> None:
        """Give the fields their choices and limits on the day; what was asked for stays among them."""

    def possible(self) -> bool:
        """Whether there is anything to choose, once ``offer_wishes`` has been called."""
        return True

    def preview(self, book: Book, on: date) -> Preview | GracePreview:
        """What would come of it. Raises ``Refused``."""
        raise NotImplementedError

    def ask(self, db: Session, loan: Loan, reason: str, by: Actor, at: datetime) -> ChangeRequest:
        """Ask for it. Raises ``Refused``."""
        raise NotImplementedError

    def grant(
        self, db: Session, asked: ChangeRequest, by: Actor, at: datetime, reasons: str, clauses: Iterable[str]
    ) -> None:
        """Grant it. Raises ``Refused``, ``NotAllowed``."""
        raise NotImplementedError

    @staticmethod
    def filled(asked: ChangeRequest) -> dict[str, Any]:
        """The fields as they were asked."""
        raise NotImplementedError


class GraceWish(Wished):
    """On which due dates only the interest is paid."""

    kind = "grace"
    names = ("due_dates",)
    due_dates = ChecksField(_l("Months without repayment"), missing=_l("Choose at least one month."))

    def offer_wishes(self, book: Book, on: date, asked: ChangeRequest | None = None) -> None:
        dates = {*grace.grace_choices(book, on), *(grace.asked_dates(asked) if asked else ())}
        self.due_dates.choices = [(each.isoformat(), day(each)) for each in sorted(dates)]

    def possible(self) -> bool:
        return bool(self.due_dates.choices)

    @property
    def chosen(self) -> list[date]:
        """The months chosen, once the form is sound."""
        return [date.fromisoformat(each) for each in self.due_dates.data]

    def preview(self, book: Book, on: date) -> GracePreview:
        return grace.preview_grace(book, self.chosen, on)

    def ask(self, db: Session, loan: Loan, reason: str, by: Actor, at: datetime) -> ChangeRequest:
        return grace.request_grace(db, loan, self.chosen, reason, by, at)

    def grant(
        self, db: Session, asked: ChangeRequest, by: Actor, at: datetime, reasons: str, clauses: Iterable[str]
    ) -> None:
        grace.grant_grace(db, asked, by, at, reasons, clauses, self.chosen)

    @staticmethod
    def filled(asked: ChangeRequest) -> dict[str, Any]:
        return {"due_dates": asked.due_dates}


class TermsWish(Wished):
    """New terms: what ``lending.changes.new_terms`` decides on."""

    def wish(self) -> Wish:
        """What the fields say."""
        raise NotImplementedError

    def preview(self, book: Book, on: date) -> Preview:
        return new_terms.preview_change(book, self.wish(), on)

    def ask(self, db: Session, loan: Loan, reason: str, by: Actor, at: datetime) -> ChangeRequest:
        return new_terms.request_change(db, loan, self.wish(), reason, by, at)

    def grant(
        self, db: Session, asked: ChangeRequest, by: Actor, at: datetime, reasons: str, clauses: Iterable[str]
    ) -> None:
        new_terms.grant_change(db, asked, by, at, reasons, clauses, self.wish())


class ExtensionWish(TermsWish):
    """How many months more."""

    kind = "extension"
    names = ("months",)
    months = MonthsField(_l("How many months longer"), missing=_l("Write how many months longer."))

    def offer_wishes(self, book: Book, on: date, asked: ChangeRequest | None = None) -> None:
        self.room = new_terms.room_left(book, on)
        self.months.maximum = max(1, self.room.left)

    def possible(self) -> bool:
        return self.room.left > 0

    def wish(self) -> Wish:
        return Wish(self.kind, months=self.months.data)

    @staticmethod
    def filled(asked: ChangeRequest) -> dict[str, Any]:
        return {"months": new_terms.asked_wish(asked).months}


class InstalmentWish(TermsWish):
    """Another instalment a month."""

    kind = "instalment"
    names = ("instalment",)
    instalment = MoneyField(_l("Instalment a month"), minimum_cents=1, missing=_l("Write what you can pay a month."))

    def wish(self) -> Wish:
        return Wish(self.kind, instalment_cents=self.instalment.data)

    @staticmethod
    def filled(asked: ChangeRequest) -> dict[str, Any]:
        return {"instalment": new_terms.asked_wish(asked).instalment_cents}


class DueDayWish(TermsWish):
    """Another day of the month."""

    kind = "due_day"
    names = ("due_day",)
    due_day = ChoiceField(_l("New due day"), missing=_l("Choose the new due day."))

    def offer_wishes(self, book: Book, on: date, asked: ChangeRequest | None = None) -> None:
        now = book.terms.due_day
        self.due_day.choices = [(each, label("due-day", each)) for each in book.policy.due_days if each != now]

    def possible(self) -> bool:
        return bool(self.due_day.choices)

    def wish(self) -> Wish:
        return Wish(self.kind, due_day=self.due_day.data)

    @staticmethod
    def filled(asked: ChangeRequest) -> dict[str, Any]:
        return {"due_day": new_terms.asked_wish(asked).due_day}


class PostponementWish(TermsWish):
    """Which instalment, and until when."""

    kind = "postponement"
    names = ("due_date", "until")
    due_date = ChoiceField(_l("Instalment to pay later"), missing=_l("Choose the instalment."))
    until = DateField(_l("New last day to pay"), missing=_l("Write the new last day to pay."))

    def offer_wishes(self, book: Book, on: date, asked: ChangeRequest | None = None) -> None:
        dates = {row.due_date for row in new_terms.open_rows(book, on) if row.postponed_until is None}
        if asked is not None and (due := new_terms.asked_wish(asked).due_date):
            dates.add(due)
        self.due_date.choices = [(each.isoformat(), day(each)) for each in sorted(dates)]

    def possible(self) -> bool:
        return bool(self.due_date.choices)

    def wish(self) -> Wish:
        due = date.fromisoformat(self.due_date.data) if self.due_date.data else None
        return Wish(self.kind, due_date=due, until=self.until.data)

    @staticmethod
    def filled(asked: ChangeRequest) -> dict[str, Any]:
        wish = new_terms.asked_wish(asked)
        return {"due_date": wish.due_date.isoformat() if wish.due_date else None, "until": wish.until}


#: Every wish that is previewed, asked and decided in the same way. A waiver has a proposer, and pages of its own.
WISHES: dict[str, type[Wished]] = {
    each.kind: each for each in (GraceWish, ExtensionWish, InstalmentWish, DueDayWish, PostponementWish)
}


def rows_after(preview: Preview | GracePreview) -> tuple[PlanRow, ...]:
    """The plan ahead if it were granted; none where no row changes."""
    if isinstance(preview, GracePreview):
        return preview.rows
    return () if preview.wish.kind == "postponement" else plan(preview.terms).rows
