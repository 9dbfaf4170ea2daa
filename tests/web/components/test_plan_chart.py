"""The plan of a loan as a picture and as words and numbers: both say the same."""

from datetime import date
from typing import Any

import pytest

from tests.web.bare import SVG, Piece, classes, render, text


def plan(count: int = 12, amount_cents: int = 120_000, grace: int = 3) -> list[dict[str, Any]]:
    rows, closing = [], amount_cents
    for n in range(1, count + 1):
        principal = closing if n == count else (0 if n == grace else amount_cents // count)
        interest, closing = 250 - n, closing - principal
        kind = "last" if n == count else ("grace" if n == grace else "regular")
        due = date(2026 + (n - 1) // 12, (n - 1) % 12 + 1, 15)
        row = {
            "n": n,
            "due_date": due,
            "interest_cents": interest,
            "principal_cents": principal,
            "kind": kind,
            "state": {1: "paid", 2: "overdue"}.get(n, "planned"),
        }
        rows.append({**row, "instalment_cents": principal + interest, "closing_cents": closing})
    return rows


CHART = "{% from 'components/plan_chart.html' import plan_chart, gauge, bars %}"


def bars_of(piece: Piece, name: str) -> list[float]:
    found = [each for each in piece.all(f"{SVG}g/{SVG}rect") if classes(each) == {name}]
    return [float(str(each.get("height"))) for each in found]


class TestPlanChart:
    def test_the_picture_has_a_name_and_a_description_in_words(self) -> None:
        piece = render(CHART + "{{ plan_chart(rows, id='p') }}", rows=plan())
        picture = piece.one(f"{SVG}svg[@role='img']")
        assert text(piece.by_id(str(picture.get("aria-labelledby")))) == "Repayment plan"
        assert "12 payments, from 15.1.2026 to 15.12.2026." in piece.described(picture)

    def test_bars_stand_in_proportion_to_the_money(self) -> None:
        rows = plan()
        piece = render(CHART + "{{ plan_chart(rows, id='p') }}", rows=rows)
        principal, interest = bars_of(piece, "vk-chart__principal"), bars_of(piece, "vk-chart__interest")
        per_cent = 104 / max(row["instalment_cents"] for row in rows)
        assert principal == pytest.approx(
            [row["principal_cents"] * per_cent for row in rows if row["principal_cents"]], abs=0.01
        )
        assert interest == pytest.approx([row["interest_cents"] * per_cent for row in rows], abs=0.01)
        for state in ("paid", "overdue"):
            assert len([each for each in piece.all(f"{SVG}g") if f"vk-chart__bar--{state}" in classes(each)]) == 1

    def test_the_table_beside_the_picture_adds_up(self) -> None:
        rows = plan()
        piece = render(CHART + "{{ plan_chart(rows, id='p') }}", rows=rows)
        assert len(piece.all("tbody/tr")) == len(rows)
        for column, name in [(2, "instalment_cents"), (3, "interest_cents"), (4, "principal_cents")]:
            cells = [cents(row.findall("td")[column]) for row in piece.all("tbody/tr")]
            assert cells == [row[name] for row in rows]
            assert cents(piece.one("tfoot/tr").findall("td")[column]) == sum(cells)

    def test_the_table_says_in_words_what_the_picture_shows(self) -> None:
        rows = plan(5)
        rows[3] |= {"postponed_until": date(2026, 5, 2)}
        piece = render(CHART + "{{ plan_chart(rows, id='p') }}", rows=rows)
        assert [text(row.findall("td")[1]) for row in piece.all("tbody/tr")] == [
            "15.1.2026 Paid",
            "15.2.2026 Late",
            "15.3.2026 Grace month",
            "15.4.2026 Postponed until 2.5.2026",
            "15.5.2026 Last payment",
        ]
        assert [text(each) for each in piece.all("ul/li")][2:] == ["Grace month", "Paid", "Late"]

    def test_the_sentences_tell_the_same_sums(self) -> None:
        rows = plan()
        words = text(render(CHART + "{{ plan_chart(rows, id='p', table=none) }}", rows=rows).one("figcaption"))
        interest = sum(row["interest_cents"] for row in rows)
        assert written(interest) in words and written(120_000 + interest) in words
        assert "The usual payment is 102,46 € a month. The last payment is" in words
        assert "There is 1 grace month." in words

    def test_the_usual_payment_is_the_one_in_force_and_not_the_one_of_the_beginning(self) -> None:
        rows = [*plan(3, grace=0), *({**row, "instalment_cents": 9_000, "state": None} for row in plan(4, grace=0))]
        words = text(render(CHART + "{{ plan_chart(rows, id='p', table=none) }}", rows=rows).one("figcaption"))
        assert "The usual payment is 90,00 € a month." in words

    def test_what_a_decision_ended_is_not_drawn_or_told_as_paid(self) -> None:
        rows = [{**row, "state": "paid", "is_released": row["n"] > 1} for row in plan(3, grace=0)]
        piece = render(CHART + "{{ plan_chart(rows, id='p') }}", rows=rows)
        told = [text(row.findall("td")[1]) for row in piece.all("tbody/tr")]
        assert told == ["15.1.2026 Paid", "15.2.2026 Not collected", "15.3.2026 Last payment, Not collected"]
        for state, count in {"paid": 1, "released": 2}.items():
            drawn = [each for each in piece.all(f"{SVG}g") if f"vk-chart__bar--{state}" in classes(each)]
            assert len(drawn) == count, state
        assert [text(each) for each in piece.all("ul/li")][-2:] == ["Paid", "Not collected"]

    @pytest.mark.parametrize("opening", ["none", "200000"])
    def test_what_a_decision_ended_is_not_told_to_be_paid_by_the_plan(self, opening: str) -> None:
        rows = [{**row, "state": "paid", "is_released": row["n"] > 1} for row in plan(3, grace=0)]
        chart = CHART + f"{{{{ plan_chart(rows, id='p', opening_cents={opening}, own=false) }}}}"
        words = text(render(chart, rows=rows).one("figcaption/p"))
        total = written(sum(row["instalment_cents"] for row in rows))
        assert f"The payments of the plan come to {total} altogether, of which" in words
        assert "A decision ended 2 of them: what was unpaid of them is not collected." in words
        assert "is paid altogether" not in words
        besides = "Besides that, 800,00 € of the loan has been repaid, waived or written off."
        assert (besides in words) == (opening != "none")

    def test_only_the_last_row_is_told_to_be_the_last_one(self) -> None:
        rows = [*plan(3, grace=0), {**plan(3, grace=0)[-1], "n": 4, "due_date": date(2026, 4, 15)}]
        piece = render(CHART + "{{ plan_chart(rows, id='p') }}", rows=rows)
        told = [text(row.findall("td")[1]) for row in piece.all("tbody/tr")]
        assert [each for each in told if "Last payment" in each] == ["15.4.2026 Last payment"]

    def test_what_the_rows_do_not_repay_is_told_beside_them(self) -> None:
        rows = plan()[:4]
        left = rows[-1]["closing_cents"]
        chart = CHART + "{{ plan_chart(rows, id='p', opening_cents=120000, left_cents=0) }}"
        piece = render(chart, rows=rows)
        words = text(piece.one("figcaption"))
        assert f"By the plan, {written(sum(row['instalment_cents'] for row in rows))} is paid altogether" in words
        assert f"Besides that, {written(left)} of the loan has been repaid, waived or written off." in words
        assert "You pay" not in words
        # The line ends on the ground.
        (line,) = [each.get("d") for each in piece.all(f"{SVG}path") if "vk-chart__line" in classes(each)]
        assert str(line).endswith("V100.00H100")

    def test_a_plan_without_interest_speaks_of_none_whatever_was_repaid_beside_it(self) -> None:
        rows = [{**row, "instalment_cents": row["principal_cents"], "interest_cents": 0} for row in plan()[:4]]
        chart = CHART + "{{ plan_chart(rows, id='p', opening_cents=120000) }}"
        words = text(render(chart, rows=rows).one("figcaption"))
        total = written(sum(row["instalment_cents"] for row in rows))
        assert f"By the plan, {total} is paid altogether. Besides that," in words
        assert "nterest" not in words

    @pytest.mark.parametrize("rows", [[], plan(1, grace=0), [{**row, "interest_cents": 0} for row in plan(60)]])
    def test_odd_plans_are_drawn_too(self, rows: list[dict[str, Any]]) -> None:
        piece = render(CHART + "{{ plan_chart(rows, id='p') }}", rows=rows)
        assert len(piece.all("tbody/tr")) == len(rows)

    def test_two_charts_on_a_page_share_no_id(self) -> None:
        piece = render(CHART + "{{ plan_chart(rows, id='a') }}{{ plan_chart(rows, id='b') }}", rows=plan())
        ids = [each.get("id") for each in piece.root.iter() if each.get("id")]
        assert len(ids) == len(set(ids))

    def test_amounts_below_zero_reach_to_the_left_of_zero(self) -> None:
        items = [{"label": "Before", "cents": -5000}, {"label": "After", "cents": 15000}]
        piece = render(CHART + "{{ bars(items, 'Capacity') }}", items=items)
        parts = [each for each in piece.all(f"{SVG}rect") if "vk-bars__part" in classes(each)]
        assert [(each.get("x"), each.get("width")) for each in parts] == [("0.00%", "25.00%"), ("25.00%", "75.00%")]
        assert "−50,00 €" in text(piece.all("li")[0])

    @pytest.mark.parametrize(("part", "width"), [(5000, "50.00%"), (99999, "100.00%")])
    def test_a_gauge_never_leaves_its_track(self, part: int, width: str) -> None:
        piece = render(CHART + "{{ gauge('Paid', part, 10000) }}", part=part)
        assert piece.all(f"{SVG}rect")[1].get("width") == width
        assert "of 100,00 €" in text(piece.one("p"))


def cents(element: Any) -> int:
    return int("".join(each for each in text(element) if each.isdigit()))


def written(amount: int) -> str:
    return f"{amount // 100:,}".replace(",", " ") + f",{amount % 100:02d} €"
