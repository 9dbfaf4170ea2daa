"""Every organisation's criteria in this installation: loading, and finding the version of a day."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from lending.basics.errors import NotFound, Refused
from lending.policy.loading import read_policy
from lending.policy.organisation import Arrangement, Organisation, Unit
from lending.policy.policy import (
    AttachmentRule,
    Caps,
    Clause,
    ConsentText,
    Mandate,
    Policy,
    Purpose,
    ReviewRoute,
)
from lending.policy.reading import PolicyError, raise_all

__all__ = [
    "Arrangement",
    "AttachmentRule",
    "Caps",
    "Clause",
    "ConsentText",
    "Mandate",
    "Organisation",
    "Policies",
    "Policy",
    "PolicyError",
    "Purpose",
    "ReviewRoute",
    "Unit",
    "load_policies",
    "policies_of",
]

FIGURES_FOLDER = "figures"
CONSENTS_FILE = "consents.toml"


class Policies:
    """All versions of all organisations' criteria.

    ``today`` tells the day, so that an organisation is described by the version in force on it: its units, contact and
    municipalities change on the day of a new version and not when its file is added. Without it the newest counts.
    """

    def __init__(self, policies: Iterable[Policy], today: Callable[[], date] | None = None) -> None:
        self.today = today
        self._by_id = {policy.id: policy for policy in policies}
        self._versions: dict[str, list[Policy]] = {}
        for policy in sorted(self._by_id.values(), key=lambda policy: policy.valid_from):
            self._versions.setdefault(policy.organisation.key, []).append(policy)

    def for_organisation(self, key: str, on: date) -> Policy:
        """The version of ``key`` in force on the day.

        Raises ``NotFound`` when there is no such organisation and ``Refused("no-policy-in-force")`` when it has
        no criteria for that day.
        """
        versions = self._versions.get(key)
        if versions is None:
            raise NotFound
        for policy in versions:
            if policy.in_force(on):
                return policy
        raise Refused("no-policy-in-force", organisation=key, on=on)

    def by_id(self, policy_id: str) -> Policy:
        """The version that an application, a decision or a loan was made under. Raises ``NotFound``."""
        if policy_id not in self._by_id:
            raise NotFound
        return self._by_id[policy_id]

    def versions(self, key: str | None = None) -> list[Policy]:
        """Every version of ``key``, or of everybody: by organisation, oldest first. Raises ``NotFound``."""
        if key is not None and key not in self._versions:
            raise NotFound
        return [policy for each in sorted(self._versions) if key in (None, each) for policy in self._versions[each]]

    def organisation(self, key: str) -> Organisation:
        """The organisation as the version of today describes it. Raises ``NotFound``."""
        versions = self._versions.get(key)
        if versions is None:
            raise NotFound
        if self.today is None:
            return versions[-1].organisation
        day = self.today()
        begun = [policy for policy in versions if policy.valid_from <= day]
        return (begun[-1] if begun else versions[0]).organisation

    def organisations(self) -> list[Organisation]:
        """Every organisation, by key."""
        return [self.organisation(key) for key in sorted(self._versions)]

    def serving(self, municipality: str | None) -> Organisation | None:
        """The organisation that serves the municipality (three-digit code) today; ``None``: nobody."""
        return next((each for each in self.organisations() if municipality in each.municipalities), None)

    def in_force(self, on: date, organisations: Iterable[Organisation]) -> list[Policy]:
        """The versions of the organisations that are in force on the day; those that have none are left out."""
        versions = (policy for each in organisations for policy in self._versions[each.key])
        return [policy for policy in versions if policy.in_force(on)]


def load_policies(folder: Path | str) -> Policies:
    """Read ``<folder>/<organisation>/<date>.toml``, every one, into frozen data.

    Raises ``PolicyError`` naming file, key and reason of the first mistake, with all the others in ``all``: a service
    with half its rules must not start.
    """
    root = Path(folder)
    files = sorted(path for path in root.glob("*/*.toml") if path.parent.name != FIGURES_FOLDER)
    files = [path for path in files if path.name != CONSENTS_FILE]
    if not files:
        raise PolicyError(str(root), "", "there is no policy file in this folder")
    found: list[tuple[Path, Policy]] = []
    mistakes: list[PolicyError] = []
    for path in files:
        try:
            found.append((path, read_policy(path)))
        except PolicyError as wrong:
            mistakes.extend(wrong.all)
    mistakes.extend(_together(found))
    raise_all(mistakes)
    return Policies(policy for _, policy in found)


def _together(found: list[tuple[Path, Policy]]) -> Iterator[PolicyError]:
    """What only the files beside each other show to be wrong."""
    ids: dict[str, str] = {}
    latest: dict[str, Policy] = {}
    for path, policy in found:
        file = f"{path.parent.name}/{path.name}"
        if policy.id in ids:
            yield PolicyError(file, "id", f"is {policy.id!r}, which is the id of {ids[policy.id]} too")
        ids[policy.id] = file
        if policy.organisation.key != path.parent.name:
            yield PolicyError(file, "organisation.key", f"must be the name of the folder, {path.parent.name!r}")
        if policy.valid_from.isoformat() != path.stem:
            yield PolicyError(file, "valid_from", f"must be the date in the file's name, {path.stem}")
        before = latest.get(path.parent.name)
        # Files come in the order of their dates, so looking at the one before is enough.
        if before and (before.valid_until is None or before.valid_until >= policy.valid_from):
            eve = policy.valid_from - timedelta(days=1)
            yield PolicyError(
                file,
                "valid_from",
                f"is {policy.valid_from}, when {before.id} is still in force; give {before.id} valid_until = {eve}",
            )
        if before:
            for unit in sorted(set(before.organisation.units) - set(policy.organisation.units)):
                reason = f"is missing, and {before.id} has placed cases in it"
                yield PolicyError(file, f"organisation.units.{unit}", reason)
        latest[path.parent.name] = policy
    yield from _served_twice(found)


def _served_twice(found: list[tuple[Path, Policy]]) -> Iterator[PolicyError]:
    """A municipality leads to one organisation at a time."""
    for place, (path, policy) in enumerate(found):
        for _, other in found[:place]:
            if other.organisation.key == policy.organisation.key or not _meet(policy, other):
                continue
            for code in sorted(set(policy.organisation.municipalities) & set(other.organisation.municipalities)):
                file = f"{path.parent.name}/{path.name}"
                yield PolicyError(
                    file, f"organisation.municipalities.{code}", f"is served by {other.id} at the same time"
                )


def _meet(one: Policy, other: Policy) -> bool:
    """Whether the two are in force on some day together."""
    first, second = sorted((one, other), key=lambda policy: policy.valid_from)
    return first.valid_until is None or first.valid_until >= second.valid_from


def policies_of(db: Session) -> Policies:
    """The criteria this session works under."""
    policies = db.info["policies"]
    assert isinstance(policies, Policies)
    return policies
