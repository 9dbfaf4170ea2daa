"""The day of a pay-off quote, asked in the address, on both sides of the house."""

from datetime import date, timedelta

from flask import request
from flask_babel import lazy_gettext as _l

from web.forms import DateField, QueryForm

#: Beyond a year the rate is anybody's guess.
DAYS_AHEAD = 365


class PayOffForm(QueryForm):
    """On which day the loan would be paid off: from today on."""

    on = DateField(_l("Day of the payment"), missing=_l("Write the day on which the loan would be paid off."))

    def __init__(self, today: date) -> None:
        super().__init__({"on": request.args.getlist("on")} if "on" in request.args else {}, data={"on": today})
        self.on.earliest, self.on.latest = today, today + timedelta(days=DAYS_AHEAD)

    def day(self, today: date) -> date:
        """The day asked for, or today where none is, or none that makes sense."""
        return self.on.data if self.asked() else today
