"""Published loan cases of other projects, to the cent: each whose convention the engine has.

All fourteen of ``vectors/loan_vectors.json`` run. Where a case rounds its instalment to whole units of currency, or
takes it from a twelfth of the rate while interest runs by days, the instalment is given and every row is compared.
"""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lending.basics.dates import due_dates
from lending.basics.money import cents_from_euros
from lending.loans.interest import Interest, day_count
from lending.loans.plan import ExtraPayment, Terms, plan

VECTORS = {
    vector["id"]: vector
    for vector in json.loads((Path(__file__).parent / "vectors" / "loan_vectors.json").read_text("utf-8"))["vectors"]
}


def cents(text):
    """Published amounts are written ``250.0``, ``5000`` or ``17.01``."""
    return cents_from_euros(f"{Decimal(str(text)):.2f}")


def day(text):
    return date.fromisoformat(text)


def terms(vector, **given):
    """The terms of a case: one disbursement, monthly due dates on the day of the first."""
    asked = vector["input"]
    start = day(given.pop("start", None) or asked["start"])
    return Terms(
        **{
            "disbursements": ((start, cents(asked["principal"])),),
            "rates": ((start, Decimal(asked["annual_rate_percent"])),),
            "instalments": asked.get("n"),
            **given,
        }
    )


def same(made, expected, fields):
    """Each row of the plan equals the published row in these fields (ours by theirs)."""
    assert len(made) == len(expected)
    for row, published in zip(made, expected, strict=True):
        for ours, theirs in fields.items():
            value = getattr(row, ours)
            wanted = day(published[theirs]) if ours == "due_date" else cents(published[theirs])
            assert value == wanted, (row, published)


FIELDS = {
    "due_date": "due_date",
    "interest_cents": "interest",
    "principal_cents": "principal",
    "instalment_cents": "due",
    "closing_cents": "balance_after",
}
UNDATED = {"opening_cents": "opening", "interest_cents": "interest"}


def test_every_published_case_is_run():
    run = {name.upper().removeprefix("TEST_").replace("_", "-") for name in globals() if name.startswith("test_")}
    missing = [case for case in VECTORS if not any(name.startswith(case) for name in run)]
    assert missing == []


def test_fin_emi_14_four_instalments_without_interest():
    vector = VECTORS["FIN-EMI-14"]
    made = plan(
        Terms(
            disbursements=((date(2024, 1, 1), cents(vector["steps"][0]["amount"])),),
            rates=((date(2024, 1, 1), Decimal(0)),),
            due_day="1",
            first_due=date(2024, 2, 1),
            instalments=4,
        )
    )
    fields = {"interest_cents": "interest", "principal_cents": "principal", "closing_cents": "balance_after"}
    same(made.rows, vector["steps"][1]["periods"], fields)
    assert made.instalment_cents == cents("250.0")


def test_fin_rs05_three_grace_months_at_the_start():
    vector = VECTORS["FIN-RS05"]
    first = date(2022, 12, 1)
    given = {"due_day": "1", "first_due": first, "day_count": "rate/12", "grace": due_dates(first, "1", 3)}
    made = plan(terms(vector, instalments=15, instalment_cents=361_00, **given))
    same(made.rows, vector["steps"][1]["rows"], FIELDS)
    totals = vector["steps"][2]
    assert made.totals.interest_cents == cents(totals["Interest"])
    assert made.totals.instalment_cents == cents(totals["Due"])
    assert abs(plan(terms(vector, instalments=15, **given)).instalment_cents - 361_00) <= 50


def test_fin_rp12_a_prepayment_lowers_the_instalment():
    vector = VECTORS["FIN-RP12"]
    rows = vector["steps"][-2]["rows"]
    rate = Interest(((date(2022, 11, 1), Decimal(12)),), day_count("actual/365"))
    left, since = 5000_00, date(2022, 11, 1)
    for row, paid in zip(rows[:2], (1000_00, 2000_00), strict=True):
        interest = rate.rounded(left, since, day(row["due_date"]))
        assert interest == cents(row["interest"])
        left, since = left - paid + interest, day(row["due_date"])
        assert left == cents(row["balance_after"])
    made = plan(
        Terms(
            disbursements=((since, left),),
            rates=rate.rates,
            due_day="1",
            first_due=date(2023, 2, 1),
            instalments=4,
            instalment_cents=536_00,
        )
    )
    same(made.rows, rows[2:], FIELDS)


def test_fin_payoff1_interest_to_the_day_and_not_to_the_end_of_the_period():
    vector = VECTORS["FIN-PAYOFF1"]
    asked = terms(vector, due_day="1", first_due=date(2024, 2, 1), day_count="rate/12")
    made = plan(asked)
    same(made.rows, vector["steps"][2]["rows"], FIELDS)
    rate = Interest(asked.rates, day_count("rate/12", "1"))
    accrued = rate.rounded(made.rows[0].closing_cents, date(2024, 2, 1), date(2024, 2, 15))
    last = vector["steps"][-1]["rows"][-1]
    assert accrued == cents(last["Interest"])
    assert made.rows[0].closing_cents + accrued == cents(last["Amount"])


def test_fin_res3_a_grace_month_in_the_middle_moves_the_end():
    vector = VECTORS["FIN-RES3"]
    given = {"due_day": "1", "first_due": date(2023, 8, 1)}
    same(plan(terms(vector, **given)).rows, vector["steps"][2]["rows"], FIELDS)
    made = plan(terms(vector, **given, grace=(date(2023, 9, 1),)))
    same(made.rows, vector["steps"][-2]["rows"], FIELDS)


def test_fin_me5_due_on_the_last_day_by_real_days():
    vector = VECTORS["FIN-ME5"]
    made = plan(terms(vector, due_day="last", first_due=date(2025, 2, 28)))
    same(made.rows, vector["expected"]["rows"], FIELDS)


def test_fin_me_d1_the_last_day_of_each_month():
    vector = VECTORS["FIN-ME-D1"]
    found = due_dates(date(2025, 2, 28), "last", vector["input"]["n"])
    assert [due.isoformat() for due in found] == vector["expected"]["due_dates"]


def test_fin_rc1_a_new_rate_from_a_due_date_on():
    vector = VECTORS["FIN-RC1"]
    given = {"due_day": "1", "first_due": date(2024, 2, 1), "day_count": "rate/12"}
    rates = ((date(2024, 1, 1), Decimal(7)), (date(2024, 2, 1), Decimal(4)))
    same(plan(terms(vector, **given, rates=rates)).rows, vector["expected"]["rows"], FIELDS)


def test_fin_wv1_interest_before_principal():
    from lending.loans.allocation import Claim, allocate

    vector = VECTORS["FIN-WV1"]
    claim = Claim(1, date(2024, 2, 1), open_cents=260_00, interest_cents=10_00)
    share = allocate(cents(vector["input"]["waiver_amount"]), [claim], on=date(2024, 2, 1))
    part = share.parts[0]
    assert part.interest_cents == cents(vector["expected"]["allocation"]["interest"])
    assert part.principal_cents == cents(vector["expected"]["allocation"]["principal"])
    assert 1000_00 - part.principal_cents == cents(vector["expected"]["balance_after"])


@pytest.mark.parametrize("case", ["FRA-3", "SUR-1"])
def test_fra_3_and_sur_1_interest_of_one_period(case):
    vector = VECTORS[case]
    asked = vector["input"]
    start = date(asked.get("year", 2025), 1, 1)
    rate = Interest(((start, Decimal(asked["annual_rate_percent"])),), day_count("actual/365"))
    end = date.fromordinal(start.toordinal() + asked["days"])
    assert rate.rounded(cents(asked["principal"]), start, end) == cents(vector["expected"]["interest"])


def test_sur_1_a_flat_twelfth():
    vector = VECTORS["SUR-1"]
    rate = Interest(((date(2025, 1, 1), Decimal(6)),), day_count("rate/12", "1"))
    found = rate.rounded(cents(vector["input"]["principal"]), date(2025, 1, 1), date(2025, 2, 1))
    assert found == cents(vector["expected"]["flat_twelfth"])


ARTHUR = {"start": "2025-01-15", "due_day": "15", "first_due": date(2025, 2, 15), "day_count": "rate/12"}


def test_art_1_thirty_two_instalments():
    vector = VECTORS["ART-1"]
    made = plan(terms(vector, **ARTHUR))
    assert made.instalment_cents == cents(vector["expected"]["emi"])
    assert made.totals.interest_cents == cents(vector["expected"]["total_interest"])
    same(made.rows, vector["expected"]["rows"], {**UNDATED, "principal_cents": "principal", "instalment_cents": "due"})


def test_art_2_an_extra_payment_shortens_the_term():
    vector = VECTORS["ART-2"]
    asked = terms(vector, **ARTHUR)
    due = due_dates(asked.first_due, "15", 6)[5]
    made = plan(terms(vector, **ARTHUR, extra_payments=(ExtraPayment(due, 50_000_00),)))
    assert made.totals.interest_cents == cents(vector["expected"]["total_interest"])
    same(made.rows, vector["expected"]["rows"], UNDATED)
    assert made.extra_cents == 50_000_00


def test_cor_4_a_given_instalment_by_real_days():
    vector = VECTORS["COR-4"]
    rows = vector["expected"]["rows"]
    instalment = cents(rows[0]["principal"]) + cents(rows[0]["interest"])
    given = {"due_day": "6", "first_due": date(2024, 4, 6), "instalment_cents": instalment}
    same(plan(terms(vector, **given)).rows, rows, {"interest_cents": "interest", "principal_cents": "principal"})
