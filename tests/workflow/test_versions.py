"""A new version of the criteria takes effect by itself on its day; what was made under the old one stays under it."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from lending.applications import consent, sections, submission
from lending.basics.errors import NotAllowed, Refused
from lending.cases.model import Event
from lending.decisions import decision
from lending.loans.position import position
from lending.policy.policies import Policies, load_policies, policies_of
from tests.builders import a_citizen, a_colleague
from tests.conftest import ROOT
from tests.workflow import applying
from tests.workflow.desk import Desk, a_desk
from tests.workflow.loan_life import noon

#: The last moment of the old version and the first of the new one, in Finland.
EVE = datetime(2026, 9, 9, 20, 59, tzinfo=UTC)
CHANGE = EVE + timedelta(minutes=1)
AFTER = datetime(2026, 9, 20, 9, 0, tzinfo=UTC)

OLD = "keusote-2025"
NEW = "keusote-2026"
ASKED = replace(applying.PURPOSE, amount_cents=4000_00, months=48)


@pytest.fixture
def desk(db: Session, tmp_path: Path) -> Desk:
    """The desk of keusote, with a stricter version from 10 September 2026 on."""
    folder = tmp_path / "policies"
    shutil.copytree(ROOT / "policies", folder)
    old = folder / "keusote" / "2025-06-01.toml"
    text = old.read_text()
    old.write_text(text.replace("valid_from = 2025-06-01", "valid_from = 2025-06-01\nvalid_until = 2026-09-09"))
    changes = {
        f'id = "{OLD}"': f'id = "{NEW}"',
        "valid_from = 2025-06-01": "valid_from = 2026-09-10",
        "amount_max_euros = 10000": "amount_max_euros = 3000",
        "term_months_max = 96": "term_months_max = 36",
        "grace_months_max = 12": "grace_months_max = 2",
        'rate = "reference_rate"\nreview = "half-yearly"': 'rate = "none"\nreview = "never"',
        'decide = ["decider"]': 'decide = ["waiver_decider"]',
    }
    for before, after in changes.items():
        assert before in text
        text = text.replace(before, after, 1)
    (folder / "keusote" / "2026-09-10.toml").write_text(text)
    db.info["policies"] = load_policies(folder)
    return a_desk(db, "keusote")


def test_the_version_of_the_day_the_application_was_sent_counts(desk: Desk) -> None:
    assert desk.sent(EVE, purpose=ASKED).policy == OLD
    allowed = replace(ASKED, amount_cents=3000_00, months=36)
    assert desk.sent(CHANGE, purpose=allowed).policy == NEW


def test_a_draft_begun_before_is_sent_under_the_criteria_of_the_day_and_held_to_them(db: Session, desk: Desk) -> None:
    case = desk.told(desk.draft(EVE), EVE, purpose=ASKED)
    assert case.policy == OLD
    with pytest.raises(Refused, match="asked-amount-outside-limits") as refused, db.begin_nested():
        submission.submit(db, case, desk.by_citizen(case), CHANGE)
    assert refused.value.facts["most_cents"] == 3000_00
    assert (case.state, case.policy) == ("draft", OLD)
    desk.told(case, CHANGE, purpose=replace(ASKED, amount_cents=3000_00, months=36))
    submission.submit(db, case, desk.by_citizen(case), CHANGE)
    assert case.policy == NEW
    sent = db.query(Event).filter_by(case_id=case.id, kind="application-submitted").one()
    assert sent.facts["policy"] == NEW


def test_a_draft_begun_before_may_use_what_the_new_criteria_allow(db: Session, desk: Desk) -> None:
    policies = policies_of(db)
    more = replace(policies.by_id(NEW), amount_max_cents=20_000_00, term_months_max=120)
    db.info["policies"] = Policies([policies.by_id(OLD), more])
    case = desk.told(desk.draft(EVE), EVE, purpose=ASKED)
    much = replace(ASKED, amount_cents=20_000_00, months=120)
    with pytest.raises(Refused, match="asked-amount-outside-limits"):
        sections.save_purpose(db, case, much, desk.by_citizen(case), EVE)
    sections.save_purpose(db, case, much, desk.by_citizen(case), CHANGE)
    assert (sections.criteria_of(db, case, CHANGE).id, case.policy) == (NEW, NEW)
    assert submission.submit(db, case, desk.by_citizen(case), CHANGE).policy == NEW


def test_a_draft_begun_before_asks_for_the_consent_of_the_new_criteria_and_keeps_their_words(
    db: Session, desk: Desk
) -> None:
    old, new = policies_of(db).by_id(OLD), policies_of(db).by_id(NEW)
    text = replace(new.consent, version="debt-investigation-2")
    consents = {**old.consents, text.version: text}
    db.info["policies"] = Policies([replace(old, consents=consents), replace(new, consent=text, consents=consents)])
    case = desk.draft(EVE)
    by = desk.by_citizen(case)
    with pytest.raises(Refused, match="consent-text-changed"):
        consent.give_consent(db, case, "fi", by, CHANGE, shown=old.consent.version)
    assert consent.give_consent(db, case, "fi", by, CHANGE, shown=text.version).text_version == text.version
    assert case.policy == OLD, "a consent changes nothing else of the draft"


def test_a_sent_application_is_under_its_own_criteria_however_late_it_is_looked_at(db: Session, desk: Desk) -> None:
    case = desk.sent(EVE, purpose=ASKED)
    assert sections.criteria_of(db, case, AFTER).id == OLD


def test_a_case_sent_before_is_handled_and_decided_under_its_own_version(db: Session, desk: Desk) -> None:
    case = desk.sent(EVE, purpose=ASKED)
    made = desk.granted(case, AFTER, amount_cents=4000_00, months=48)
    # More, longer, and by another role than the new version knows.
    assert (made.policy, case.policy) == (OLD, OLD)
    assert all(clause.startswith(f"{OLD}:") for clause in made.clauses)
    stricter = desk.sent(AFTER, purpose=replace(ASKED, amount_cents=3000_00, months=36), citizen=a_citizen(db))
    with pytest.raises(Refused, match="amount-outside-limits") as refused:
        desk.propose(desk.assessed(stricter, AFTER), AFTER, amount_cents=4000_00)
    assert refused.value.facts["clause"] == f"{NEW}:4.2a"


def test_an_agreement_and_a_loan_stay_under_the_version_of_their_case(db: Session, desk: Desk) -> None:
    case = desk.sent(EVE, purpose=ASKED)
    desk.granted(case, AFTER, amount_cents=4000_00, months=48)
    agreement = desk.agreed(case, AFTER)
    # The new version lends without interest; this loan was asked for under the old one.
    assert agreement.policy == OLD and agreement.rate_percent > 0
    loan = desk.lent(case, AFTER)
    assert loan.policy == OLD
    rows = position(db, loan, AFTER.date()).rows
    assert sum(row.interest_cents for row in rows) > 0
    assert policies_of(db).by_id(loan.policy).grace_months_max == 12


def test_a_loan_asked_for_under_the_new_version_follows_it(db: Session, desk: Desk) -> None:
    case = desk.sent(CHANGE, purpose=replace(ASKED, amount_cents=3000_00, months=36))
    desk.propose(desk.assessed(case, AFTER), AFTER)
    with pytest.raises(NotAllowed):
        decision.confirm_proposal(db, case, lambda made: "<p></p>", desk.decider, AFTER)
    chief = a_colleague(db, "waiver_decider").actor
    made = decision.confirm_proposal(db, case, lambda made: "<p></p>", chief, AFTER)
    assert made.policy == NEW
    assert desk.agreed(case, AFTER).rate_percent == 0
    assert desk.lent(case, AFTER).policy == NEW


def test_the_days_around_the_change_lead_to_the_right_version(db: Session, desk: Desk) -> None:
    policies = policies_of(db)
    days = {day: policies.for_organisation("keusote", day).id for day in (noon(EVE.date()).date(), AFTER.date())}
    assert list(days.values()) == [OLD, NEW]
    assert [policy.id for policy in policies.versions("keusote")] == [OLD, NEW]
