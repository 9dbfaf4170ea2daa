"""The public pages: the front page, the calculator and the criteria."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from lending.policy.policies import Policies
from tests.clock import Clock
from tests.web.conftest import a_client
from tests.web.police import Police, page_of, text_of
from web.wiring import wiring

CONFIRMED = datetime(2026, 3, 5, 10, tzinfo=UTC)
ASKED = "amount=4500&months=48"


@pytest.fixture
def english(app: Flask) -> Police:
    return a_client(app, "en")


def test_the_root_leads_to_the_one_organisation_that_is_here(app: Flask, client: Police, policies: Policies):
    alone = Policies([policies.by_id("keusote-2025")])
    wiring(app).sessions.configure(info={**wiring(app).sessions.kw["info"], "policies": alone})
    wiring(app).readers.configure(info={**wiring(app).readers.kw["info"], "policies": alone})
    response = client.get("/")
    assert response.status_code == 303
    assert response.location == "/keusote"


@pytest.mark.parametrize(
    ("municipality", "leads_to"), [("240", "/kemi"), ("297", "/pohjois-savo"), ("858", "/keusote")]
)
def test_the_home_municipality_leads_to_the_organisation_that_serves_it(
    client: Police, municipality: str, leads_to: str
):
    assert client.get("/").status_code == 200
    assert client.get(f"/?municipality={municipality}").location == leads_to


def test_a_municipality_that_nobody_here_serves_is_asked_again(english: Police):
    page = page_of(english.get("/?municipality=091"))
    assert "Choose one of the options for “Your home municipality”." in text_of(page)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("path", ["/keusote", "/keusote/calculator", "/keusote/criteria", f"/keusote?{ASKED}"])
def test_public_pages_open_in_every_language(app: Flask, path: str, language: str):
    response = a_client(app, language).get(path)
    assert response.status_code == 200
    assert page_of(response).get("lang") == language


def test_an_organisation_that_is_not_here_is_not_found(client: Police):
    for path in ("/elsewhere", "/elsewhere/calculator", "/elsewhere/criteria"):
        assert client.get(path).status_code == 404


def test_the_front_page_points_to_other_help_first(english: Police):
    page = page_of(english.get("/keusote"))
    links = {link.get("href", "") for link in page.iter("a")}
    for place in ("kela.fi", "oikeuspalveluvirasto.fi", "takuusaatio.fi"):
        assert any(place in link for link in links), place


def test_the_calculator_shows_an_example_before_anything_is_asked(english: Police):
    text = text_of(page_of(english.get("/keusote")))
    assert "3 000,00 € in 36 months" in text


def test_the_calculator_answers_by_the_rules_of_a_real_loan(english: Police, clock: Clock):
    clock.now = CONFIRMED
    text = text_of(page_of(english.get(f"/keusote/calculator?{ASKED}")))
    # 4 500 € from 5 March 2026 at 2.5 %: the first payment on the first 15th at least 14 days later.
    assert "48 payments, from 15.4.2026 to 15.3.2030." in text
    assert "Total" in text and "4 500,00 €" in text


def test_an_unconfirmed_rate_is_called_an_example(english: Police, clock: Clock):
    assert "example rate" in text_of(page_of(english.get("/keusote")))
    clock.now = CONFIRMED
    assert "example rate" not in text_of(page_of(english.get("/keusote")))


def test_outside_the_demo_an_unconfirmed_rate_stops_the_calculator_and_nothing_else(english: Police, app: Flask):
    figures = wiring(app).sessions.kw["info"]["figures"]
    figures.allow_unconfirmed = False
    try:
        response = english.get("/keusote")
    finally:
        figures.allow_unconfirmed = True
    assert response.status_code == 200
    assert "has not been confirmed yet" in response.text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("amount=abc&months=12", "must be an amount of euros such as 1 234,50"),
        ("amount=100&months=12", "must be at least 200,00 €"),
        ("amount=20000&months=12", "can be at most 10 000,00 €"),
        ("amount=1000&months=97", "must be between 1 and 96"),
        ("amount=1000&months=", "Write in how many months you would repay."),
        ("amount=300&months=96", "Choose at most 15 months."),
        ("amount=1e5&months=NaN", "must be a whole number such as 12"),
    ],
)
@pytest.mark.parametrize("path", ["/keusote", "/keusote/calculator"])
def test_a_wrong_question_gets_a_sentence_and_is_kept(english: Police, path: str, query: str, sentence: str):
    response = english.get(f"{path}?{query}")
    page = page_of(response)
    assert sentence in text_of(page.find(".//div[@id='error-summary']"))
    kept = {field.get("name"): field.get("value") for field in page.iter("input")}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        assert kept[name] == value


def test_what_else_stands_in_the_address_asks_nothing(english: Police):
    assert "There is a problem" not in english.get("/keusote?from=newsletter").text


def test_htmx_gets_the_calculator_alone_and_it_equals_the_page(english: Police):
    whole = english.get(f"/keusote/calculator?{ASKED}").text
    part = english.get(f"/keusote/calculator?{ASKED}", headers={"HX-Request": "true"}).text
    assert part.strip().startswith('<div id="calculator">')
    assert " ".join(part.split()) in " ".join(whole.split())


def test_htmx_sees_what_is_wrong_too(english: Police):
    part = english.get("/keusote?amount=abc&months=12", headers={"HX-Request": "true"}).text
    assert "must be an amount of euros" in part


def test_every_clause_of_the_criteria_is_shown_with_its_number(english: Police, app: Flask):
    page = page_of(english.get("/keusote/criteria"))
    policy = wiring(app).policies.by_id("keusote-2025")
    for clause in policy.clauses.values():
        item = page.find(f".//div[@id='clause-{clause.id}']")
        assert item is not None, clause.id
        assert " ".join(clause.texts["en"].split()) in text_of(item)
    assert all(text_of(heading).split(" ", 1)[1:] for heading in page.iter("h2") if heading.get("id"))
