"""The components every page is made of: labels, errors and descriptions tied together, numbers that add up."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from tests.web.bare import Piece, classes, render, text
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
