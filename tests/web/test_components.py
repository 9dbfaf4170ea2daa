"""The components every page is made of: labels, errors and descriptions tied together, numbers that add up."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from tests.web.bare import SVG, Piece, bare_app, classes, render, text
from web.forms import (
    CheckField,
    ChecksField,
    ChoiceField,
    DateField,
    FilesField,
    LongText,
    MoneyField,
    RowForm,
    RowsField,
    SelectField,
    TextField,
)

NASTY = '<b onmouseover=alert(1)>"quoted"</b>'


class DebtRow(RowForm):
    creditor = TextField("Creditor")
    amount = MoneyField("Amount", optional=True)


class LoanForm(FlaskForm):
    name = TextField("Full name", hint="As in your passport", render_kw={"autocomplete": "name"})
    amount = MoneyField("Amount")
    starts = DateField("First day")
    purpose = SelectField("Purpose", choices=[("", "Choose"), ("home", "For the home"), ("debt", "Debts")])
    alone = ChoiceField("Do you live alone?", choices=[("yes", "Yes"), ("no", "No")])
    incomes = ChecksField("Your income", choices=[("wage", "Wage"), ("pension", "Pension")], optional=True)
    agree = CheckField("I agree")
    why = LongText("Why", limit=500)
    files = FilesField("Statements", optional=True)
    debts = RowsField(DebtRow, "Debts", most=3)


@pytest.fixture(scope="module")
def app() -> Flask:
    return bare_app()


@pytest.fixture(autouse=True)
def request_context(app: Flask) -> Iterator[None]:
    with app.test_request_context("/my/cases/1"):
        yield


def sent(**values: Any) -> LoanForm:
    form = LoanForm(formdata=MultiDict({key.replace("__", "-"): value for key, value in values.items()}))
    form.validate()
    return form


def drawn(form: LoanForm, name: str, **options: Any) -> Piece:
    source = "{% from 'components/forms.html' import field %}{{ field(form[name], **options) }}"
    return render(source, form=form, name=name, options=options)


class TestField:
    def test_a_field_is_tied_to_its_label_hint_and_error(self) -> None:
        piece = drawn(sent(name=""), "name")
        entry = piece.one("input")
        assert text(piece.one("label[@for='name']")) == "Full name"
        assert "As in your passport" in piece.described(entry)
        assert "Error" in piece.described(entry) and "missing" in piece.described(entry)
        assert entry.get("aria-invalid") == "true" and entry.get("autocomplete") == "name"

    def test_what_was_typed_is_kept_as_it_was_typed(self) -> None:
        assert drawn(sent(amount="12 x"), "amount").one("input").get("value") == "12 x"
        assert drawn(sent(name=NASTY), "name").one("input").get("value") == NASTY

    def test_money_says_euros_to_the_eye_and_to_the_ear(self) -> None:
        piece = drawn(LoanForm(), "amount")
        assert text(piece.one("div[@class='govuk-input__suffix']")) == "€"
        assert "in euros" in piece.described(piece.one("input"))
        assert piece.one("input").get("inputmode") == "decimal"

    def test_a_date_is_one_field_with_an_example(self) -> None:
        piece = drawn(LoanForm(), "starts")
        assert "For example 5.3.2026" in piece.described(piece.one("input"))

    def test_a_list_keeps_the_choice(self) -> None:
        options = drawn(sent(purpose="debt"), "purpose").all("option")
        assert [each.get("value") for each in options if each.get("selected") is not None] == ["debt"]

    @pytest.mark.parametrize(
        ("name", "values", "checked"),
        [("alone", {"alone": "no"}, "no"), ("incomes", {"incomes": "pension"}, "pension")],
    )
    def test_choices_stand_under_one_legend_and_begin_where_the_summary_links(
        self, name: str, values: dict[str, str], checked: str
    ) -> None:
        piece = drawn(sent(**values), name)
        entries = piece.all("input")
        assert text(piece.one("legend"))
        assert entries[0].get("id") == name
        assert [each.get("value") for each in entries if each.get("checked") is not None] == [checked]
        assert all(piece.one(f"label[@for='{each.get('id')}']") is not None for each in entries)

    def test_a_part_that_belongs_to_a_choice_stands_under_it(self) -> None:
        piece = drawn(LoanForm(), "incomes", conditional={"wage": "Employer"}, hints={"pension": "Every kind"})
        assert piece.one("input[@value='wage']").get("data-aria-controls") == "conditional-incomes"
        assert text(piece.by_id("conditional-incomes")) == "Employer"
        assert "Every kind" in piece.described(piece.one("input[@value='pension']"))

    def test_one_check_box_has_its_label_and_its_error(self) -> None:
        piece = drawn(sent(), "agree")
        assert text(piece.one("label[@for='agree']")) == "I agree"
        assert "tick" in piece.described(piece.one("input"))

    def test_long_text_keeps_its_lines_also_inside_rows_and_counts(self) -> None:
        piece = drawn(sent(why="one\n  two\n<b>"), "why")
        area = piece.one("textarea")
        assert area.text == "one\n  two\n<b>"
        assert area.get("data-vk-limit") == "500" and "500 characters" in piece.described(area)

    def test_files_say_what_they_take(self) -> None:
        entry = drawn(LoanForm(), "files", accept="application/pdf", max_bytes=1000).one("input")
        assert entry.get("accept") == "application/pdf" and entry.get("data-vk-max") == "1000"
        assert entry.get("multiple") is not None

    def test_an_optional_field_says_so(self) -> None:
        assert text(drawn(LoanForm(), "files").one("label")) == "Statements (optional)"

    def test_a_field_can_be_the_heading_of_its_page(self) -> None:
        assert text(drawn(LoanForm(), "alone", heading=True).one("h1")) == "Do you live alone?"
        assert text(drawn(LoanForm(), "why", heading=True).one("h1")) == "Why"


WHOLE_FORM = """{% from "components/forms.html" import form_tag, error_summary, field, rows, button %}
{{ error_summary(form, extra=[("The service is closed", none)]) }}
{% call form_tag(form, multipart=true) %}
  {% for each in form if each.name not in ["debts", "csrf_token"] %}{{ field(each) }}{% endfor %}
  {{ rows(form.debts, "Debt", "Add another debt") }}
  {{ button("Save and continue") }}
{% endcall %}"""


class TestForm:
    def test_every_error_has_a_link_to_its_field_in_rows_too(self) -> None:
        piece = render(WHOLE_FORM, form=sent(debts__0__amount="10", debts__1__amount="x"))
        links = {link.get("href"): text(link) for link in piece.all("a")}
        assert {"#name", "#amount", "#agree", "#debts-0-creditor", "#debts-1-amount"} <= set(links)
        for href in links:
            piece.by_id(str(href)[1:])
        assert "The service is closed" in text(piece.by_id("error-summary"))
        assert piece.by_id("error-summary").get("tabindex") == "-1"

    def test_a_sound_form_has_no_summary(self) -> None:
        assert (
            render(
                "{% from 'components/forms.html' import error_summary %}{{ error_summary(form) }}", form=LoanForm()
            ).source
            == ""
        )

    def test_enter_saves_and_does_not_remove_a_row(self) -> None:
        first = render(WHOLE_FORM, form=LoanForm()).all("button")[0]
        assert first.get("name") is None and first.get("tabindex") == "-1"

    def test_rows_are_added_and_removed_by_ordinary_buttons(self) -> None:
        piece = render(WHOLE_FORM, form=sent(debts__0__creditor="A", debts__1__creditor="B"))
        assert [each.get("value") for each in piece.all("button[@name='remove']")] == ["debts-0", "debts-1"]
        assert text(piece.all("button[@name='remove']")[1]) == "Remove Debt 2"
        assert piece.one("button[@name='add']").get("value") == "debts"
        assert [text(each) for each in piece.all("legend")][-2:] == ["Debt 1", "Debt 2"]

    def test_a_full_list_offers_no_more_rows(self) -> None:
        form = sent(**{f"debts__{n}__creditor": "A" for n in range(3)})
        assert not render(WHOLE_FORM, form=form).all("button[@name='add']")

    def test_a_posted_form_carries_the_token(self) -> None:
        assert (
            render(WHOLE_FORM, form=LoanForm()).one("input[@name='csrf_token']").get("value") == "token-of-this-session"
        )


DATA = "{% from 'components/data.html' import summary_list, table, key_figures, timeline, card %}"


class TestData:
    def test_each_change_link_says_what_it_changes(self) -> None:
        piece = render(
            DATA + "{{ summary_list([('Amount', '5', '/a'), ('Address', none), ('Household', ['One', 'Two'])]) }}"
        )
        assert text(piece.one("a")) == "Change Amount"
        assert [text(each) for each in piece.all("dd")] == ["5", "Change Amount", "Not given", "OneTwo"]

    def test_a_wide_table_can_be_scrolled_with_the_keyboard(self) -> None:
        rows = [[NASTY, "1,00 €"]]
        piece = render(
            DATA + "{{ table(head, rows, 'Debts', 'debts', foot=['All', '1,00 €']) }}",
            head=["Who", {"text": "How much", "numeric": True}],
            rows=rows,
        )
        region = piece.one("div[@role='region']")
        assert region.get("tabindex") == "0"
        assert text(piece.by_id(str(region.get("aria-labelledby")))) == "Debts"
        assert [each.get("scope") for each in piece.all("th")] == ["col", "col", "row", "row"]
        assert all("govuk-table__cell--numeric" in classes(each) for each in piece.all("td"))
        assert not piece.all("b")

    def test_a_timeline_tells_when_and_who(self) -> None:
        events = [
            {"title": "Sent", "when": datetime(2026, 3, 5, 12, 5, tzinfo=UTC), "who": "You"},
            {"title": "Begun", "when": date(2026, 3, 1)},
        ]
        piece = render(DATA + "{{ timeline(events) }}", events=events)
        assert [text(each) for each in piece.all("li")] == ["Sent 5.3.2026 at 14.05 · You", "Begun 1.3.2026"]
        assert piece.all("time")[1].get("datetime") == "2026-03-01"

    def test_a_key_figure_is_a_term_and_its_value(self) -> None:
        piece = render(DATA + "{{ key_figures([{'label': 'Balance', 'value': 123456 | money, 'note': 'today'}]) }}")
        assert text(piece.one("dt")) == "Balance"
        assert [text(each) for each in piece.all("dd")] == ["1 234,56 €", "today"]


class TestStatus:
    def test_a_message_of_success_is_announced_and_named(self) -> None:
        piece = render(
            "{% from 'components/status.html' import banner %}{{ banner(words, kind='success', focus=true) }}",
            words=NASTY,
        )
        box = piece.by_id("notice")
        assert box.get("role") == "alert" and box.get("tabindex") == "-1"
        assert text(piece.by_id(str(box.get("aria-labelledby")))) == "Done"
        assert not piece.all("b")

    def test_an_empty_list_says_what_to_do(self) -> None:
        piece = render(
            "{% from 'components/status.html' import empty_state %}"
            "{{ empty_state('No loans', 'Later.', ('Apply', '/apply')) }}"
        )
        assert text(piece.one("h2")) == "No loans" and piece.one("a").get("href") == "/apply"


class TestSteps:
    def test_the_current_step_is_told_in_words_and_to_assistive_technology(self) -> None:
        items = [
            {"title": "Sent", "state": "done", "who": "You", "when": date(2026, 3, 5)},
            {"title": "In preparation", "state": "current", "who": "The county", "when": "About six weeks"},
            {"title": "Decision", "state": "coming"},
        ]
        piece = render("{% from 'components/steps.html' import steps %}{{ steps(items) }}", items=items)
        assert [each.get("aria-current") for each in piece.all("li")] == [None, "step", None]
        assert [text(each).split(":")[0].split()[-1] for each in piece.all("li")] == ["Done", "Now", "Coming"]
        assert "The county" in text(piece.all("li")[1]) and "5.3.2026" in text(piece.all("li")[0])


class TestNavigation:
    def test_breadcrumbs_end_with_this_page(self) -> None:
        piece = render(
            "{% from 'components/navigation.html' import breadcrumbs %}"
            "{{ breadcrumbs([('Home', '/'), ('Here', none)]) }}"
        )
        assert [each.get("aria-current") for each in piece.all("li")] == [None, "page"]

    def test_pages_keep_the_filters_in_their_addresses(self) -> None:
        piece = render(
            "{% from 'components/navigation.html' import pagination %}{{ pagination(5, 9, 'cases', {'q': 'ä b'}) }}"
        )
        assert [text(each) for each in piece.all("li")] == ["1", "⋯", "4", "5", "6", "⋯", "9"]
        assert piece.one("a[@aria-current='page']").get("href") == "/office/cases?q=%C3%A4+b&page=5"
        assert piece.one("a[@rel='next']").get("href") == "/office/cases?q=%C3%A4+b&page=6"

    def test_one_page_needs_no_page_links(self) -> None:
        assert (
            render("{% from 'components/navigation.html' import pagination %}{{ pagination(1, 1, 'cases') }}").source
            == ""
        )

    def test_tabs_are_links_with_counts(self) -> None:
        items = [{"text": "New", "href": "/a", "current": True, "count": 0}, {"text": "Old", "href": "/b"}]
        piece = render("{% from 'components/navigation.html' import tabs %}{{ tabs(items, 'Queues') }}", items=items)
        assert [text(each) for each in piece.all("a")] == ["New 0", "Old"]
        assert piece.one("a[@aria-current='page']").get("href") == "/a"


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
