"""Staff's side of a loan: the agreement, the payment of the loan, payments on it, changes; each by its own role."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

import html5lib
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from lending.applications.model import Application, Debt
from lending.cases import documents
from lending.cases.model import FrozenDocument
from lending.changes import grace, waiver
from lending.changes.model import ChangeRequest
from lending.changes.waiver import Release
from lending.loans import agreements
from lending.loans.agreements import Offer
from lending.loans.ledger import balances_of
from lending.loans.model import Agreement, Disbursement, LedgerEntry, Loan
from lending.loans.position import position
from lending.people import citizens
from lending.people.model import AccessLogEntry, StaffMember
from tests.builders import a_citizen, a_colleague
from tests.clock import Clock
from tests.web.conftest import SignIn
from tests.web.police import Police, page_of, text_of
from tests.workflow.loan_life import a_granted_case, a_loan, agree, noon, render, some_staff

Sessions = sessionmaker[Session]
START = date(2026, 1, 10)
GRACE = ["2026-03-15", "2026-04-15"]
IBAN = "FI21 1234 5600 0007 85"


@pytest.fixture(autouse=True)
def on_start(clock: Clock) -> Clock:
    """The clock on the day after loans of these tests begin."""
    clock.now = noon(START + timedelta(days=1))
    return clock


@pytest.fixture
def granted(sessions: Sessions) -> Callable[..., UUID]:
    """``granted(language="sv", purpose="debts")``: a case in which a loan of 3 000 € has been granted."""

    def granted(language: str = "fi", purpose: str = "home", until: str = "") -> UUID:
        with sessions.begin() as db:
            staff = some_staff(db)
            case = a_granted_case(db, staff, citizen=a_citizen(db, language=language), purpose=purpose)
            db.add(Application(case_id=case.id, purpose=purpose, purpose_details="Pesukone & <b>kuivausrumpu</b>"))
            if until == "accepted":
                agreements.offer_agreement(db, case, Offer("15"), render, staff.preparer.actor, noon(START))
                agreements.accept_agreement(db, case, citizens.get(db, case.citizen_id).actor, noon(START))
            elif until == "concluded":
                agree(db, case, staff)
            return case.id

    return granted


@pytest.fixture
def loan_id(sessions: Sessions) -> UUID:
    """A loan of 3 000 € over 24 months."""
    with sessions.begin() as db:
        life = a_loan(db)
        db.add(Application(case_id=life.case.id))
        return life.loan.id


@pytest.fixture
def page(loan_id: UUID) -> str:
    return f"/office/loans/{loan_id}"


@pytest.fixture
def grace_page(sessions: Sessions, loan_id: UUID, page: str, on_start: Clock) -> str:
    """The page of a request for two grace months."""
    with sessions.begin() as db:
        loan = db.get_one(Loan, loan_id)
        actor = citizens.get(db, loan.citizen_id).actor
        dates = [date.fromisoformat(day) for day in GRACE]
        asked = grace.request_grace(db, loan, dates, "Lomautus", actor, on_start.now)
        return f"{page}/changes/{asked.id}"


@pytest.fixture
def waiver_page(sessions: Sessions, loan_id: UUID, page: str, on_start: Clock) -> str:
    """The page of a request to waive 1 000 €."""
    with sessions.begin() as db:
        loan = db.get_one(Loan, loan_id)
        actor = citizens.get(db, loan.citizen_id).actor
        asked = waiver.request_waiver(db, loan, Release(1000_00), "Pitkä sairaus", actor, on_start.now)
        return f"{page}/changes/{asked.id}"


@pytest.fixture
def two_deciders(sessions: Sessions, sign_in: SignIn) -> tuple[Police, Police]:
    """Two people who may both propose and decide a waiver."""
    with sessions.begin() as db:
        people: list[StaffMember] = [a_colleague(db, "decider", "waiver_decider") for _ in range(2)]
    first, second = people
    return sign_in(first), sign_in(second)


# --- The agreement ---------------------------------------------------------------------------------------------------


def test_the_preparer_sees_the_plan_before_offering_and_offers_exactly_that(
    staff_client, granted: Callable[..., UUID], sessions: Sessions
):
    client, address = staff_client("preparer"), f"/office/cases/{granted()}/agreement"
    shown = page_of(client.get(f"{address}/offer"))
    assert all(day in text_of(shown) for day in ("15.2.2026", "15.1.2028"))
    assert client.send_form(f"{address}/offer", {"due_day": "15", "expected_on": "11.1.2026"}).status_code == 303
    with sessions() as db:
        agreement = db.scalar(select(Agreement))
        document = db.get_one(FrozenDocument, agreement.document_id)
    assert (agreement.state, agreement.due_day, agreement.months) == ("offered", "15", 24)
    assert documents.is_intact(document)
    assert agreement.document_sha256 == document.sha256
    assert client.get(address).status_code == 200


def test_looking_at_the_plan_offers_nothing(staff_client, granted: Callable[..., UUID], sessions: Sessions):
    client, address = staff_client("preparer"), f"/office/cases/{granted()}/agreement/offer"
    shown = client.send_form(address, {"due_day": "last", "expected_on": "20.1.2026", "look": "1"})
    assert "28.2.2026" in text_of(page_of(shown))
    with sessions() as db:
        assert db.scalar(select(Agreement)) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"due_day": "7", "expected_on": "11.1.2026"},
        {"due_day": "15", "expected_on": "31.2.2026"},
        {"due_day": "15", "expected_on": "1.1.2026"},
        {"due_day": "", "expected_on": ""},
    ],
)
def test_a_wrong_offer_gets_a_sentence_and_is_kept(
    staff_client, granted: Callable[..., UUID], sessions: Sessions, wrong: dict[str, str]
):
    client, address = staff_client("preparer"), f"/office/cases/{granted()}/agreement/offer"
    answer = client.send_form(address, {**wrong, "other_terms": "Erityinen ehto"})
    assert answer.status_code == 422
    found = page_of(answer)
    assert found.find(".//*[@id='error-summary']") is not None
    assert found.find(".//input[@name='expected_on']").get("value", "") == wrong["expected_on"]
    assert text_of(found.find(".//textarea[@name='other_terms']")) == "Erityinen ehto"
    with sessions() as db:
        assert db.scalar(select(Agreement)) is None


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", ("korkolain (633/1982) 12 §", "viivästyskorkoa", "hallintoriitana", "Pesukone & <b>kuivausrumpu</b>")),
        ("sv", ("12 § i räntelagen (633/1982)", "dröjsmålsränta", "förvaltningstvist", "betalningsbefrielse")),
        ("en", ("section 12 of the Interest Act", "no late interest", "administrative dispute", "grace months")),
    ],
)
def test_the_agreement_is_written_in_the_language_of_the_case(
    staff_client, granted: Callable[..., UUID], sessions: Sessions, language: str, words: tuple[str, ...]
):
    client = staff_client("preparer")
    offer = {"due_day": "15", "expected_on": "11.1.2026", "other_terms": "<script>x</script>"}
    client.send_form(f"/office/cases/{granted(language)}/agreement/offer", offer)
    with sessions() as db:
        document = db.scalar(select(FrozenDocument).where(FrozenDocument.kind == "agreement"))
    text = " ".join(page_text(document.html).split())
    for wanted in (*words, "3 000,00 €", "15.2.2026", "15.1.2028", "2,5 %", "<script>x</script>"):
        assert wanted in text, wanted
    assert "<script>" not in document.html
    assert document.language == language


def test_an_official_with_the_right_concludes_the_accepted_agreement(
    staff_client, granted: Callable[..., UUID], sessions: Sessions
):
    address = f"/office/cases/{granted(until='accepted')}/agreement"
    preparer, decider = staff_client("preparer"), staff_client("decider")
    assert (
        preparer.post(f"{address}/conclude", data={"csrf_token": preparer.token("/office/feedback")}).status_code == 403
    )
    assert decider.send_form(f"{address}/conclude", from_page=address).status_code == 303
    with sessions() as db:
        assert db.scalar(select(Agreement)).state == "concluded"


def test_an_agreement_that_the_borrower_has_not_accepted_is_not_concluded(
    staff_client, granted: Callable[..., UUID], sessions: Sessions
):
    decider, address = staff_client("decider"), f"/office/cases/{granted()}/agreement"
    answer = decider.post(f"{address}/conclude", data={"csrf_token": decider.token("/office/feedback")})
    assert answer.status_code in (409, 422)
    with sessions() as db:
        assert db.scalar(select(Agreement)) is None


# --- Paying the loan out ---------------------------------------------------------------------------------------------


def test_the_loan_is_paid_to_the_borrower_in_one_sum_and_begins(
    staff_client, granted: Callable[..., UUID], sessions: Sessions
):
    client, address = staff_client("payments"), f"/office/cases/{granted(until='concluded')}/disbursement"
    answer = client.send_form(address, {"iban": IBAN, "value_date": "11.1.2026"})
    assert answer.status_code == 303
    with sessions() as db:
        paid = db.scalar(select(Disbursement))
        assert (paid.amount_cents, paid.iban, paid.payee) == (3000_00, IBAN.replace(" ", ""), "borrower")
    assert "3 000,00 €" in text_of(page_of(client.get(answer.location)))
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"iban": "FI21 1234 5600 0007 86", "value_date": "11.1.2026"},
        {"iban": "", "value_date": "11.1.2026"},
        {"iban": IBAN, "value_date": "12.1.2026"},
        {"iban": IBAN, "value_date": "9.1.2026"},
        {"iban": IBAN, "value_date": "x"},
    ],
)
def test_a_wrong_payment_of_the_loan_gets_a_sentence_and_is_kept(
    staff_client, granted: Callable[..., UUID], sessions: Sessions, wrong: dict[str, str]
):
    client, address = staff_client("payments"), f"/office/cases/{granted(until='concluded')}/disbursement"
    answer = client.send_form(address, wrong)
    assert answer.status_code == 422
    found = page_of(answer)
    assert found.find(".//*[@id='error-summary']") is not None
    for name, value in wrong.items():
        assert found.find(f".//input[@name='{name}']").get("value", "").replace(" ", "") == value.replace(" ", "")
    with sessions() as db:
        assert db.scalar(select(Loan)) is None


def test_debts_are_paid_straight_to_their_creditors(staff_client, granted: Callable[..., UUID], sessions: Sessions):
    case_id = granted(purpose="debts", until="concluded")
    with sessions.begin() as db:
        for position_, (creditor, amount) in enumerate(
            (("Kuvitteellinen Luotto Oy", 2000_00), ("Esimerkki Oy", 900_00))
        ):
            debt = Debt(case_id=case_id, position=position_, creditor=creditor, basis="consumer_credit")
            debt.amount_cents, debt.monthly_cents, debt.stage, debt.to_be_arranged = amount, 50_00, "late", True
            db.add(debt)
    client, address = staff_client("payments"), f"/office/cases/{case_id}/disbursement"
    found = page_of(client.get(address))
    assert found.find(".//input[@name='creditors-0-creditor_name']").get("value") == "Kuvitteellinen Luotto Oy"
    assert "2 900,00 €" in text_of(found.find(".//*[@class='vk-gauge__amount']"))
    rows = {
        "creditors-0-creditor_name": "Kuvitteellinen Luotto Oy",
        "creditors-0-iban": IBAN,
        "creditors-0-reference": "RF9811112",
        "creditors-0-amount": "2 000,00",
        "creditors-1-creditor_name": "Esimerkki Oy",
        "creditors-1-iban": IBAN,
        "creditors-1-reference": "",
        "creditors-1-amount": "900,00",
        "value_date": "11.1.2026",
    }
    too_little = client.send_form(address, rows)
    assert too_little.status_code == 422
    assert "3 000,00 €" in text_of(page_of(too_little).find(".//*[@id='error-summary']"))
    assert page_of(too_little).find(".//input[@name='creditors-1-amount']").get("value") == "900,00"
    assert "2 900,00 €" in text_of(page_of(too_little).find(".//*[@class='vk-gauge__amount']"))
    assert client.send_form(address, rows | {"creditors-1-amount": "1 000,00"}).status_code == 303
    with sessions() as db:
        paid = {each.creditor_name: each.amount_cents for each in db.scalars(select(Disbursement))}
    assert paid == {"Kuvitteellinen Luotto Oy": 2000_00, "Esimerkki Oy": 1000_00}


def test_a_row_is_added_and_removed_without_losing_what_was_typed(
    staff_client, granted: Callable[..., UUID], sessions: Sessions
):
    client = staff_client("payments")
    address = f"/office/cases/{granted(purpose='debts', until='concluded')}/disbursement"
    typed = {"creditors-0-creditor_name": "Esimerkki Oy", "creditors-0-amount": "abc", "value_date": "11.1.2026"}
    more = page_of(client.send_form(address, typed | {"add": "creditors"}))
    assert more.find(".//input[@name='creditors-1-amount']") is not None
    assert more.find(".//input[@name='creditors-0-amount']").get("value") == "abc"


def test_only_payments_pay_out(staff_client, granted: Callable[..., UUID]):
    address = f"/office/cases/{granted(until='concluded')}/disbursement"
    for role in ("preparer", "decider", "waiver_decider", "auditor"):
        assert staff_client(role).get(address).status_code == 403


# --- Payments --------------------------------------------------------------------------------------------------------


def test_a_double_click_records_the_payment_once(staff_client, page: str, sessions: Sessions, loan_id: UUID):
    client = staff_client("payments")
    found = page_of(client.get(page))
    fields = {
        "amount": "128,31",
        "value_date": "11.1.2026",
        "effect": "shorten_term",
        "reference": "1232",
        "command": found.find(".//input[@name='command']").get("value"),
        "csrf_token": found.find(".//input[@name='csrf_token']").get("value"),
    }
    assert client.post(f"{page}/payments", data=fields).status_code == 303
    assert client.post(f"{page}/payments", data=fields).status_code == 303
    with sessions() as db:
        payments = db.scalars(select(LedgerEntry).where(LedgerEntry.kind == "payment")).all()
        assert [entry.amount_cents for entry in payments] == [128_31]
        assert balances_of(db, db.get_one(Loan, loan_id)).principal_cents < 3000_00
    # A new form is a new payment.
    again = page_of(client.get(page)).find(".//input[@name='command']").get("value")
    assert again != fields["command"]
    assert client.post(f"{page}/payments", data=fields | {"command": again}).status_code == 303
    with sessions() as db:
        assert len(db.scalars(select(LedgerEntry).where(LedgerEntry.kind == "payment")).all()) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "0", "value_date": "11.1.2026"},
        {"amount": "sata", "value_date": "11.1.2026"},
        {"amount": "100", "value_date": "12.1.2026"},
        {"amount": "100", "value_date": "9.1.2026"},
        {"amount": "-5", "value_date": ""},
    ],
)
def test_a_wrong_payment_gets_a_sentence_and_is_kept(
    staff_client, page: str, sessions: Sessions, wrong: dict[str, str]
):
    client = staff_client("payments")
    answer = client.send_form(f"{page}/payments", {**wrong, "effect": "shorten_term"}, from_page=page)
    assert answer.status_code == 422
    found = page_of(answer)
    assert found.find(".//*[@id='error-summary']") is not None
    for name, value in wrong.items():
        assert found.find(f".//input[@name='{name}']").get("value", "") == value
    with sessions() as db:
        assert db.scalar(select(LedgerEntry).where(LedgerEntry.kind == "payment")) is None


def test_a_payment_that_pays_everything_closes_the_loan(staff_client, page: str, sessions: Sessions, loan_id: UUID):
    client = staff_client("payments")
    fields = {"amount": "3 100", "value_date": "11.1.2026", "effect": "shorten_term"}
    assert client.send_form(f"{page}/payments", fields, from_page=page).status_code == 303
    with sessions() as db:
        assert db.get_one(Loan, loan_id).principal_balance_cents == 0
    assert client.get(page).status_code == 200


def test_the_loan_is_seen_by_its_own_unit_and_every_view_is_logged(
    staff_client, page: str, sessions: Sessions, loan_id: UUID
):
    assert staff_client("preparer", unit="team-2").get(page).status_code == 404
    assert staff_client("auditor").get(page).status_code == 403
    assert staff_client("preparer").get(page).status_code == 200
    with sessions() as db:
        seen = db.scalars(select(AccessLogEntry.what)).all()
    assert seen == ["loan"]


def test_the_list_of_loans_takes_the_same_queries_for_one_and_for_many(staff_client, sessions: Sessions, loan_id: UUID):
    client = staff_client("preparer")
    assert "Virtanen" in text_of(page_of(client.get("/office/loans")))
    few = client.queries
    with sessions.begin() as db:
        for _ in range(3):
            a_loan(db)
    client.get("/office/loans")
    assert client.queries == few
    assert "Virtanen" not in text_of(page_of(client.get("/office/loans?text=Nobody")).find(".//main"))
    assert staff_client("preparer", unit="team-2").get("/office/loans").text.count(f"/office/loans/{loan_id}") == 0


# --- Grace months ----------------------------------------------------------------------------------------------------


def test_what_was_shown_before_granting_is_what_comes_of_it(
    staff_client, grace_page: str, page: str, sessions: Sessions, loan_id: UUID
):
    client = staff_client("decider")
    with sessions() as db:
        asked = db.scalar(select(ChangeRequest))
        shown = grace.preview_request(db, asked, START + timedelta(days=1))
    assert all(text in client.get(grace_page).text for text in ("15.3.2028", "15.1.2028"))
    answer = client.send_form(
        f"{grace_page}/decide", {"outcome": "grant", "due_dates": GRACE, "reasons": ""}, from_page=grace_page
    )
    assert answer.status_code == 303
    with sessions() as db:
        stands = position(db, db.get_one(Loan, loan_id), START + timedelta(days=1))
        assert [row[:8] for row in shown.rows] == [
            (
                row.n,
                row.due_date,
                before.days,
                before.opening_cents,
                row.interest_cents,
                row.principal_cents,
                row.instalment_cents,
                row.closing_cents,
            )
            for row, before in zip(stands.rows, shown.rows, strict=True)
        ]
        assert db.scalar(select(ChangeRequest)).state == "granted"
    assert client.get(grace_page).status_code == 200


def test_other_months_than_asked_for_may_be_granted(staff_client, grace_page: str, sessions: Sessions):
    client = staff_client("decider")
    client.send_form(f"{grace_page}/decide", {"outcome": "grant", "due_dates": GRACE[:1]}, from_page=grace_page)
    with sessions() as db:
        assert db.scalar(select(ChangeRequest)).granted_due_dates == GRACE[:1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": "refuse", "reasons": "", "clauses": ["5.1c"]},
        {"outcome": "refuse", "reasons": "Peruste puuttuu", "clauses": []},
        {"outcome": "grant", "reasons": "Peruste", "due_dates": []},
        {"outcome": "", "reasons": "Peruste"},
        {"outcome": "grant", "reasons": "Peruste", "due_dates": ["2031-01-15"]},
    ],
)
def test_a_wrong_decision_on_grace_gets_a_sentence_and_is_kept(
    staff_client, grace_page: str, sessions: Sessions, wrong: dict[str, object]
):
    client = staff_client("decider")
    answer = client.send_form(f"{grace_page}/decide", wrong, from_page=grace_page)
    assert answer.status_code == 422
    found = page_of(answer)
    assert found.find(".//*[@id='error-summary']") is not None
    assert text_of(found.find(".//textarea[@name='reasons']")) == wrong["reasons"]
    with sessions() as db:
        assert db.scalar(select(ChangeRequest)).state == "requested"


def test_a_refusal_of_grace_tells_its_reasons_and_clauses(staff_client, grace_page: str, sessions: Sessions):
    client = staff_client("decider")
    fields = {"outcome": "refuse", "reasons": "Maksukyky ei ole heikentynyt", "clauses": ["5.1b"]}
    assert client.send_form(f"{grace_page}/decide", fields, from_page=grace_page).status_code == 303
    text = text_of(page_of(client.get(grace_page)))
    assert "Maksukyky ei ole heikentynyt" in text
    assert "5.1b" in text


def test_grace_is_decided_by_those_who_may(staff_client, grace_page: str):
    for role in ("preparer", "payments", "waiver_decider"):
        client = staff_client(role)
        token = client.token("/office/feedback")
        answer = client.post(f"{grace_page}/decide", data={"csrf_token": token, "outcome": "grant"})
        assert answer.status_code == 403, role


def test_a_request_is_taken_to_work_on(staff_client, grace_page: str, sessions: Sessions):
    client = staff_client("preparer")
    assert client.send_form(f"{grace_page}/take", from_page=grace_page).status_code == 303
    with sessions() as db:
        assert db.scalar(select(ChangeRequest)).state == "in_preparation"


def test_a_request_is_found_under_its_own_loan_only(staff_client, grace_page: str, page: str, sessions: Sessions):
    client = staff_client("decider")
    with sessions.begin() as db:
        other = a_loan(db).loan.id
    assert client.get(f"/office/loans/{other}/changes/{grace_page.rsplit('/', 1)[1]}").status_code == 404
    assert client.get(f"{page}/changes/{uuid4()}").status_code == 404


# --- Waiver ----------------------------------------------------------------------------------------------------------

PROPOSAL = {
    "outcome": "grant",
    "scope": "part",
    "principal": "1 000,00",
    "interest": "0",
    "effect": "lower_instalment",
    "reasons": "Pitkäaikainen sairaus",
    "clauses": ["5.1e"],
}


def test_a_waiver_is_proposed_by_one_and_decided_by_another(
    two_deciders: tuple[Police, Police], waiver_page: str, sessions: Sessions, loan_id: UUID
):
    first, second = two_deciders
    assert first.send_form(f"{waiver_page}/propose-waiver", PROPOSAL, from_page=waiver_page).status_code == 303
    mine = page_of(first.get(waiver_page))
    assert mine.find(".//*[@id='another']") is not None
    assert mine.find(".//input[@name='outcome']") is None
    token = first.token("/office/feedback")
    refused = first.post(f"{waiver_page}/decide-waiver", data={**PROPOSAL, "csrf_token": token})
    assert refused.status_code == 422
    with sessions() as db:
        assert db.scalar(select(ChangeRequest)).state == "proposed"
    assert second.send_form(f"{waiver_page}/decide-waiver", PROPOSAL, from_page=waiver_page).status_code == 303
    with sessions() as db:
        assert db.scalar(select(ChangeRequest)).state == "granted"
        assert db.get_one(Loan, loan_id).principal_balance_cents == 2000_00
        entry = db.scalar(select(LedgerEntry).where(LedgerEntry.kind == "waiver"))
        assert (entry.principal_cents, entry.reason) == (-1000_00, "waiver")
    assert second.get(waiver_page).status_code == 200


def test_the_decision_form_begins_with_the_proposal(two_deciders: tuple[Police, Police], waiver_page: str):
    first, second = two_deciders
    first.send_form(f"{waiver_page}/propose-waiver", PROPOSAL | {"principal": "800"}, from_page=waiver_page)
    found = page_of(second.get(waiver_page))
    assert found.find(".//input[@name='principal']").get("value") == "800,00"
    assert text_of(found.find(".//textarea[@name='reasons']")) == "Pitkäaikainen sairaus"


def test_a_waiver_of_everything_closes_the_loan(
    two_deciders: tuple[Police, Police], waiver_page: str, sessions: Sessions, loan_id: UUID
):
    first, second = two_deciders
    everything = PROPOSAL | {"scope": "everything", "clauses": ["5.1f"]}
    first.send_form(f"{waiver_page}/propose-waiver", everything, from_page=waiver_page)
    assert second.send_form(f"{waiver_page}/decide-waiver", everything, from_page=waiver_page).status_code == 303
    with sessions() as db:
        assert db.get_one(Loan, loan_id).state == "closed"


def test_a_waiver_is_refused_with_reasons(two_deciders: tuple[Police, Police], waiver_page: str, sessions: Sessions):
    first, second = two_deciders
    refusal = {"outcome": "refuse", "reasons": "Maksukyky riittää", "clauses": ["5.1e"]}
    assert first.send_form(f"{waiver_page}/propose-waiver", refusal, from_page=waiver_page).status_code == 303
    assert second.send_form(f"{waiver_page}/decide-waiver", refusal, from_page=waiver_page).status_code == 303
    with sessions() as db:
        assert db.scalar(select(ChangeRequest)).state == "refused"


@pytest.mark.parametrize(
    "wrong", [{"principal": "99 999"}, {"principal": "0", "interest": ""}, {"reasons": ""}, {"clauses": []}]
)
def test_a_wrong_proposal_gets_a_sentence_and_is_kept(
    two_deciders: tuple[Police, Police], waiver_page: str, sessions: Sessions, wrong: dict[str, object]
):
    first, _second = two_deciders
    sent = {**PROPOSAL, **wrong}
    answer = first.send_form(f"{waiver_page}/propose-waiver", sent, from_page=waiver_page)
    assert answer.status_code == 422
    found = page_of(answer)
    assert found.find(".//*[@id='error-summary']") is not None
    assert found.find(".//input[@name='principal']").get("value") == sent["principal"]
    with sessions() as db:
        assert db.scalar(select(ChangeRequest)).state == "requested"


def page_text(html: str) -> str:
    """The text of a fragment, as it is read."""
    return "".join(html5lib.parse(html, namespaceHTMLElements=False).itertext())
