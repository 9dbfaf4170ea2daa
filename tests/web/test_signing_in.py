"""Signing in: by which door, for how long, and how it ends."""

import pytest
from flask import Flask
from sqlalchemy import select, update

from lending.people.model import Citizen, SignIn, StaffMember
from tests.clock import Clock
from tests.web.conftest import a_client
from tests.web.police import Police, page_of
from web import signin
from web.wiring import wiring


def test_a_citizen_signs_in_by_choosing_who_to_be_and_arrives_where_they_were_going(client: Police, citizen: Citizen):
    page = page_of(client.get("/sign-in?to=/privacy"))
    assert page.find(f".//button[@value='{citizen.id}']") is not None
    response = client.send_form("/sign-in", {"person": str(citizen.id), "to": "/privacy"})
    assert (response.status_code, response.location) == (303, "/privacy")
    assert citizen.display_name in client.get("/privacy").text


def test_signing_in_leads_only_to_the_own_side_of_the_house(client: Police, citizen: Citizen):
    for to in ("/office", "https://example.com", "//example.com/my"):
        assert client.send_form("/sign-in", {"person": str(citizen.id), "to": to}).location == "/my"


@pytest.mark.parametrize("person", ["", "nobody", "00000000-0000-0000-0000-000000000000"])
def test_signing_in_as_nobody_is_refused_with_a_sentence(client: Police, person: str):
    assert client.send_form("/sign-in", {"person": person}, from_page="/feedback").status_code == 422


def test_staff_cannot_be_signed_in_as_through_the_citizens_door(client: Police, sessions):
    from tests.builders import a_colleague

    with sessions.begin() as db:
        member = a_colleague(db)
    response = client.send_form("/sign-in", {"person": str(member.id)}, from_page="/feedback")
    assert response.status_code == 422


def test_each_sign_in_has_a_token_of_its_own_and_the_table_only_its_hash(client: Police, citizen: Citizen, sessions):
    tokens = []
    for _ in range(2):
        client.send_form("/sign-in", {"person": str(citizen.id)})
        tokens.append(client.get_cookie("vakaa-citizen").value)
    assert tokens[0] != tokens[1]
    with sessions() as db:
        records = db.scalars(select(SignIn).order_by(SignIn.signed_in_at)).all()
        assert len(records) == 2
        assert sum(record.ended_at is None for record in records) == 1
        assert not {record.token_hash for record in records} & set(tokens)


def test_a_token_kept_from_before_signing_in_again_opens_nothing(app: Flask, client: Police, citizen: Citizen):
    client.send_form("/sign-in", {"person": str(citizen.id)})
    old = client.get_cookie("vakaa-citizen").value
    client.send_form("/sign-in", {"person": str(citizen.id)})
    thief = a_client(app)
    thief.set_cookie("vakaa-citizen", old)
    assert citizen.display_name not in thief.get("/privacy").text


def test_a_cookie_of_one_realm_is_nothing_in_the_other(app: Flask, citizen_client: Police):
    token = citizen_client.get_cookie("vakaa-citizen").value
    client = a_client(app)
    client.set_cookie("vakaa-staff", token)
    assert not _signed_in(client, "/office/privacy")


def test_somebody_may_be_signed_in_on_both_sides_at_once(app: Flask, citizen_client: Police, staff_client):
    staff = staff_client("preparer")
    citizen_client.set_cookie("vakaa-staff", staff.get_cookie("vakaa-staff").value)
    assert _signed_in(citizen_client, "/privacy") and _signed_in(citizen_client, "/office/privacy")
    citizen_client.send_form("/sign-out", from_page="/feedback")
    assert not _signed_in(citizen_client, "/privacy")
    assert _signed_in(citizen_client, "/office/privacy")


def test_signing_out_ends_the_sign_in_on_the_server_too(app: Flask, citizen_client: Police):
    token = citizen_client.get_cookie("vakaa-citizen").value
    response = citizen_client.send_form("/sign-out", from_page="/feedback")
    assert response.location == "/signed-out"
    thief = a_client(app)
    thief.set_cookie("vakaa-citizen", token)
    assert not _signed_in(thief, "/privacy")


def test_somebody_idle_is_signed_out(citizen_client: Police, clock: Clock):
    for _ in range(5):
        clock.forward(minutes=29)
        assert _signed_in(citizen_client, "/privacy")
    clock.forward(minutes=31)
    assert not _signed_in(citizen_client, "/privacy")


def test_nobody_stays_signed_in_longer_than_a_working_day(citizen_client: Police, clock: Clock):
    for _ in range(8 * 60 // 20 - 1):
        clock.forward(minutes=20)
        assert _signed_in(citizen_client, "/privacy")
    clock.forward(minutes=20)
    assert not _signed_in(citizen_client, "/privacy")


def test_being_seen_is_noted_at_most_once_a_minute(citizen_client: Police, clock: Clock, sessions):
    def seen() -> object:
        with sessions() as db:
            return db.scalar(select(SignIn.last_seen_at))

    first = seen()
    clock.forward(seconds=59)
    citizen_client.get("/privacy")
    assert seen() == first
    clock.forward(seconds=1)
    citizen_client.get("/privacy")
    assert seen() == clock.now


def test_staff_who_have_left_are_out_at_once(staff_client, sessions):
    client = staff_client("preparer")
    assert _signed_in(client, "/office/privacy")
    with sessions.begin() as db:
        db.execute(update(StaffMember).values(active=False))
    assert not _signed_in(client, "/office/privacy")


def test_a_sign_in_can_be_revoked_everywhere(app: Flask, citizen_client: Police, citizen: Citizen):
    with app.test_request_context("/", method="POST"):
        from flask import g

        g.now = wiring(app).clock()
        signin.end_all(g.db, "citizen", citizen.id)
        g.db.commit()
    assert not _signed_in(citizen_client, "/privacy")


def test_without_a_way_to_identify_people_the_page_says_so(app: Flask, client: Police, monkeypatch):
    monkeypatch.setattr(wiring(app), "door", None)
    response = client.get("/sign-in")
    assert response.status_code == 404
    assert page_of(response).find(".//main//form") is None


@pytest.mark.parametrize(("path", "sign_in"), [("/my", "/sign-in"), ("/office", "/office/sign-in")])
def test_without_a_way_to_identify_people_every_page_that_needs_it_leads_to_where_that_is_said(
    app: Flask, client: Police, monkeypatch, path: str, sign_in: str
):
    monkeypatch.setattr(wiring(app), "door", None)
    response = client.get(path)
    assert (response.status_code, response.location) == (303, sign_in)
    assert "The service cannot identify anybody yet." in client.get(sign_in, headers={"Accept-Language": "en"}).text


def _signed_in(client: Police, path: str) -> bool:
    return page_of(client.get(path)).find(".//form[@class='vk-account__out']") is not None
