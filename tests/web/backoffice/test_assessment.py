"""The worksheet and the grounds: computed, changed and judged with reasons, by the one who handles the case."""

from dataclasses import replace

import pytest
from flask import Flask

from lending.assessment import grounds, worksheet
from lending.cases import timeline
from lending.policy.figures import load_figures
from lending.policy.policies import Policies, policies_of
from tests.web.office import Office, address, errors_of, words_of
from tests.web.police import page_of, text_of
from tests.workflow.cases_in_work import LATER, InWork
from web.config import ROOT
from web.wiring import wiring


def test_the_worksheet_is_computed_and_a_line_is_changed_with_a_reason(office: Office, work: InWork) -> None:
    client = office.preparer_of(work)
    assert "No worksheet yet" in words_of(client.get(address(work, "worksheet")))
    assert client.send_form(address(work, "worksheet/compute"), from_page=address(work, "worksheet")).status_code == 303
    page = client.get(address(work, "worksheet"))
    assert "Adult living alone" in words_of(page)
    assert "Computed figure" in words_of(page)
    sheet = office.do(worksheet.current, work)
    rent = next(line for line in sheet.lines if line.code == "rent")
    path = address(work, f"worksheet/lines/{rent.id}")
    refused = client.send_form(path, {"amount": "700,50", "reason": ""})
    assert (refused.status_code, errors_of(refused)) == (422, ["Write the reason for the change."])
    assert page_of(refused).find(".//input[@name='amount']").get("value") == "700,50"
    assert errors_of(client.send_form(path, {"amount": "seitsemän", "reason": "x"}))
    changed = client.send_form(path, {"amount": "700,50", "reason": "Vuokra nousi."})
    # At the top of the page stands that the line has been changed; an anchor would scroll past it.
    assert changed.location == address(work, "worksheet")
    page = client.get(address(work, "worksheet"))
    assert "The line has been changed." in words_of(page)
    assert "Vuokra nousi." in words_of(page)
    assert "Changed from 650,00 € by Elina Saarinen:" in words_of(page).replace("\u00a0", " ")


def test_a_worksheet_without_a_confirmed_rate_says_what_is_lacking_and_where_it_is_entered(
    office: Office, work: InWork, app: Flask
) -> None:
    office.do(worksheet.prepare_worksheet, work, work.preparer, LATER)
    client, wired = office.preparer_of(work), wiring(app)
    lacking = "The reference rate of the day is missing or has not been confirmed. See Figures."
    assert lacking not in words_of(client.get(address(work, "worksheet")))
    for sessions in (wired.sessions, wired.readers):
        sessions.kw["info"] |= {"figures": load_figures(ROOT / "policies" / "figures", allow_unconfirmed=False)}
    assert lacking in words_of(client.get(address(work, "worksheet")))


def test_a_debt_is_left_outside_the_loan_or_taken_in(office: Office, work: InWork) -> None:
    office.do(worksheet.prepare_worksheet, work, work.preparer, LATER)
    sheet = office.do(worksheet.current, work)
    arranged = next(line for line in sheet.lines if line.side == "debt" and not line.in_after)
    client = office.preparer_of(work)
    client.send_form(address(work, f"worksheet/lines/{arranged.id}"), {"amount": "120", "reason": "Jää hakijalle."})
    sheet = office.do(worksheet.current, work)
    assert next(line for line in sheet.lines if line.id == arranged.id).in_after


def test_a_line_that_the_application_does_not_have_is_added(office: Office, work: InWork) -> None:
    office.do(worksheet.prepare_worksheet, work, work.preparer, LATER)
    client = office.preparer_of(work)
    told = {"side": "cost", "details": "Silmälasit", "amount": "15", "reason": "Optikon kuitti."}
    assert errors_of(client.send_form(address(work, "worksheet/lines/new"), told | {"side": ""}))
    assert client.send_form(address(work, "worksheet/lines/new"), told).status_code == 303
    assert "Silmälasit" in words_of(client.get(address(work, "worksheet")))


def test_the_worksheet_tells_what_the_capacity_carries_and_what_could_be_saved(office: Office) -> None:
    work = office.case(purpose="home", debts=[])
    office.do(worksheet.prepare_worksheet, work, work.preparer, LATER)
    words = words_of(office.preparer_of(work).get(address(work, "worksheet"))).replace("\u00a0", " ")
    # Every side has its clause, and so has every result.
    for clause in ("4.5a", "4.5c", "4.5e", "4.5b", "4.6a", "4.5g"):
        assert f"Clause {clause}: " in words
    # 2100 − 719 − 369.12 − 650 = 361.88 a month; 3000 / 361.88 is between eight and nine months.
    assert "From 361,88 € a month the amount could be saved in 9 months; up to 12 months counts as reasonable." in words
    assert "3 000,00 € can be repaid in 9 months at the shortest" in words
    assert "a month for 3 to 6 months is" in words
    assert "96 months" in words


def test_a_worksheet_says_that_debts_cannot_be_saved_for_and_what_is_not_known(office: Office, work: InWork) -> None:
    office.do(worksheet.prepare_worksheet, work, work.preparer, LATER)
    words = words_of(office.preparer_of(work).get(address(work, "worksheet")))
    assert "The loan arranges debts, so saving instead is not possible." in words


def test_the_exception_norm_is_chosen_with_a_reason_and_only_for_a_small_loan(office: Office, work: InWork) -> None:
    client = office.preparer_of(work)
    large = words_of(client.get(address(work, "worksheet/norm")))
    assert "too large or too long for the exception" in large
    told = {"norm": "social_assistance", "reason": "Elää perusosalla."}
    refused = client.send_form(address(work, "worksheet/norm"), told, from_page=address(work, "worksheet"))
    assert refused.status_code == 422
    assert "at most 1 000,00 € and 24 months (clause 4.5d)" in errors_of(refused)[0].replace("\u00a0", " ")

    small = office.case(amount_cents=900_00, months=12)
    client = office.preparer_of(small)
    client.send_form(address(small, "worksheet/compute"), from_page=address(small, "worksheet"))
    assert "Choose the norm" in words_of(client.get(address(small, "worksheet")))
    no_reason = client.send_form(address(small, "worksheet/norm"), told | {"reason": " "})
    assert (no_reason.status_code, errors_of(no_reason)) == (422, ["Write the reason."])
    assert client.send_form(address(small, "worksheet/norm"), told).status_code == 303
    words = words_of(client.get(address(small, "worksheet")))
    assert "The worksheet has been computed by the norm chosen." in words
    assert "This norm is an exception (clause 4.5d). Reason: Elää perusosalla." in words
    assert "Single parent" in words
    assert "First child, under 10 years old" in words
    assert (
        client.send_form(address(small, "worksheet/norm"), {"norm": "debt_adjustment", "reason": ""}).status_code == 303
    )
    assert "exception" not in words_of(client.get(address(small, "worksheet")))


def test_criteria_with_one_norm_offer_no_other(office: Office, work: InWork, monkeypatch: pytest.MonkeyPatch) -> None:
    with office.sessions.begin() as db:
        policy = policies_of(db).by_id(work.case.policy)
    only = replace(policy.norm, exception=None, exception_clause=None)
    monkeypatch.setattr(Policies, "by_id", lambda policies, policy_id: replace(policy, norm=only))
    client = office.preparer_of(work)
    assert "The criteria know one norm only." in words_of(client.get(address(work, "worksheet/norm")))


def test_somebody_who_does_not_handle_the_case_changes_nothing_on_the_worksheet(office: Office, work: InWork) -> None:
    office.do(worksheet.prepare_worksheet, work, work.preparer, LATER)
    client = office.client("preparer")
    page = client.get(address(work, "worksheet"))
    assert not [link for link in page_of(page).find(".//main").iter("a") if text_of(link).startswith("Change")]
    assert client.send_form(address(work, "worksheet/compute"), from_page="/office").status_code == 422


def test_grounds_are_checked_and_judged_with_reasons(office: Office, work: InWork) -> None:
    office.do(worksheet.prepare_worksheet, work, work.preparer, LATER)
    client = office.preparer_of(work)
    assert client.send_form(address(work, "grounds/check"), from_page=address(work, "grounds")).status_code == 303
    page = client.get(address(work, "grounds"))
    assert "The home municipality belongs to the area." in words_of(page)
    assert page_of(page).find(".//input[@name='judgment-1b']") is not None
    half = client.send_form(address(work, "grounds"), {"judgment-1b": "met", "reasons-1c": "Maksuvaraa on."})
    assert half.status_code == 422
    assert errors_of(half) == ["Write the reasons for clause 1b.", "Choose what you judge of clause 1c."]
    assert text_of(page_of(half).find(".//textarea[@name='reasons-1c']")) == "Maksuvaraa on."
    told = {"judgment-1b": "met", "reasons-1b": "Ei saa luottoa muualta."}
    assert client.send_form(address(work, "grounds"), told).status_code == 303
    assert "Ei saa luottoa muualta." in words_of(client.get(address(work, "grounds")))
    judged = {finding.clause: finding.judgment for finding in office.do(grounds.findings_of, work)}
    assert (judged["1b"], judged["1c"]) == ("met", None)


def test_a_judgment_that_did_not_change_is_not_made_again(office: Office, work: InWork) -> None:
    office.do(worksheet.prepare_worksheet, work, work.preparer, LATER)
    office.do(grounds.check_grounds, work, work.preparer, LATER)
    client = office.preparer_of(work)
    told = {"judgment-1b": "met", "reasons-1b": "Ei saa luottoa muualta."}
    client.send_form(address(work, "grounds"), told)
    client.send_form(address(work, "grounds"), told | {"judgment-1c": "met", "reasons-1c": "Maksuvaraa on."})
    events = office.do(timeline.events_of, work, for_citizen=False)
    assert [event.facts["clause"] for event in events if event.kind == "ground-judged"] == [
        "keusote-2025:1c",
        "keusote-2025:1b",
    ]


def test_who_checks_the_grounds_is_led_to_the_worksheet_first(office: Office, work: InWork) -> None:
    client, first = office.preparer_of(work), "Compute the worksheet first"
    assert first in words_of(client.get(address(work, "grounds")))
    assert first not in words_of(office.decider_of(work).get(address(work, "grounds")))
    office.do(worksheet.prepare_worksheet, work, work.preparer, LATER)
    assert first not in words_of(client.get(address(work, "grounds")))
