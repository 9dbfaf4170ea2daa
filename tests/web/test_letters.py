"""Letters say what the criteria of their own organisation say: on interest, on who pays what, on how to challenge."""

import pytest
from sqlalchemy import select

from lending.cases.model import Case, FrozenDocument
from lending.people.model import Citizen
from tests.web.demo_world import World


def letter(world: World, family_name: str, kind: str) -> str:
    """The newest letter of this kind to the citizen, as it was frozen."""
    with world.sessions() as db:
        query = select(FrozenDocument).join(Case, Case.id == FrozenDocument.case_id).join(Citizen)
        query = query.where(Citizen.family_name == family_name, FrozenDocument.kind == kind)
        found = db.scalars(query.order_by(FrozenDocument.frozen_at.desc())).first()
        assert found, f"nobody has written {kind} to {family_name}"
        return found.html


def test_a_decision_is_appealed_to_the_court_where_the_criteria_say_so(world: World):
    written = letter(world, "Karppinen", "decision")
    assert "Valitusosoitus" in written and "808/2019" in written
    assert "oikaisu" not in written.lower()


def test_a_decision_is_first_reviewed_by_the_county_where_the_criteria_say_so(world: World):
    written = letter(world, "Salmi", "decision")
    assert "Oikaisuvaatimusohje" in written and "7 a luku" in written
    assert "Valitusosoitus annetaan sen päätöksen mukana" in written


def test_a_loan_without_interest_says_so_and_speaks_of_no_rate(world: World):
    for kind in ("decision", "agreement"):
        written = letter(world, "Karppinen", kind)
        assert "koroton" in written
        assert "viitekor" not in written and "korkoineen" not in written


@pytest.mark.parametrize(("family_name", "lender"), [("Karppinen", "Kemin kaupunki"), ("Salmi", "Keski-Uudenmaan")])
def test_a_letter_speaks_for_its_own_lender_alone(world: World, family_name: str, lender: str):
    others = {"Kemin kaupunki", "Keski-Uudenmaan", "Pohjois-Savon"} - {lender}
    for kind in ("decision", "agreement"):
        written = letter(world, family_name, kind)
        assert lender in written
        assert not [other for other in others if other in written]


def test_the_lines_of_what_was_written_are_kept_in_the_letters(world: World):
    for kind in ("decision", "agreement"):
        assert '<span class="vk-told">' in letter(world, "Karppinen", kind)
