"""Money, days, numbers and moments are written the Finnish way."""

from datetime import date, timedelta
from decimal import Decimal

from flask import Flask

from web import formats


def test_money_days_and_numbers_are_written_the_finnish_way():
    assert formats.money(123450) == "1\u00a0234,50\u00a0€"
    assert formats.money(-5) == "\u22120,05\u00a0€"
    assert formats.money(None) == ""
    assert formats.day(date(2026, 3, 5)) == "5.3.2026"
    assert formats.percent(Decimal("2.50")) == "2,5\u00a0%"
    assert formats.number(Decimal("-1234.567"), 2) == "\u22121\u00a0234,57"
    assert formats.number(1200) == "1\u00a0200"


def test_a_moment_is_written_in_finnish_time(app: Flask):
    from tests.clock import NOW

    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        assert formats.moment(NOW) == "1.9.2026 at 12.00"
        assert formats.day(NOW + timedelta(hours=13)) == "2.9.2026"
