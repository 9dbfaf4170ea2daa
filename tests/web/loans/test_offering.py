"""Staff offer the agreement as they saw it, in the borrower's language, and conclude it once it is accepted."""

from collections.abc import Callable
from uuid import UUID

import html5lib
import pytest
from sqlalchemy import select

from lending.cases import documents
from lending.cases.model import Case, FrozenDocument
from lending.decisions.model import Decision
from lending.loans.model import Agreement
from tests.web.loans.sights import Sessions
from tests.web.police import page_of, text_of


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


def test_the_conditions_of_the_decision_are_terms_of_the_agreement_unless_the_official_writes_others(
    staff_client, granted: Callable[..., UUID], sessions: Sessions
):
    case_id = granted()
    with sessions.begin() as db:
        db.scalars(select(Decision).where(Decision.case_id == case_id)).one().conditions = "Luottokielto voimassa."
    client, address = staff_client("preparer"), f"/office/cases/{case_id}/agreement/offer"
    page = page_of(client.get(address))
    assert text_of(page.find(".//textarea[@name='other_terms']")) == "Luottokielto voimassa."
    assert text_of(page).count("Luottokielto voimassa.") == 2, "in the form, and in the agreement below it"
    client.send_form(address, {"due_day": "15", "expected_on": "11.1.2026", "other_terms": ""})
    with sessions() as db:
        assert db.scalar(select(Agreement)).other_terms is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"due_day": "7", "expected_on": "11.1.2026"},
        {"due_day": "15", "expected_on": "31.2.2026"},
        {"due_day": "15", "expected_on": "1.1.2026"},
        {"due_day": "15", "expected_on": "11.1.2062"},
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


def test_whoever_does_not_offer_reads_who_does_and_not_that_the_loan_must_be_granted_first(
    staff_client, granted: Callable[..., UUID]
):
    read = text_of(page_of(staff_client("decider").get(f"/office/cases/{granted()}/agreement")))
    assert "Asian valmistelija tarjoaa sopimuksen luotonsaajalle." in read
    assert "kun luotto on myönnetty" not in read


def test_a_case_that_ended_without_a_loan_waits_for_no_agreement(
    staff_client, granted: Callable[..., UUID], sessions: Sessions
):
    case_id = granted()
    with sessions.begin() as db:
        db.get_one(Case, case_id).state = "refused"
    read = text_of(page_of(staff_client("preparer").get(f"/office/cases/{case_id}/agreement")))
    assert "Sopimusta ei tarjottu" in read
    assert "kun luotto on myönnetty" not in read


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


def page_text(html: str) -> str:
    """The text of a fragment, as it is read."""
    return "".join(html5lib.parse(html, namespaceHTMLElements=False).itertext())
