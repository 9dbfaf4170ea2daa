"""``vakaa policy``: are the criteria in order, what do they say on a day, and what changes between two versions."""

import json
import os
import sys
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path

import click

from lending.basics.errors import NotFound, Refused
from lending.policy.figures import load_figures
from lending.policy.loading import read_policy
from lending.policy.policies import FIGURES_FOLDER, Policies, Policy, PolicyError, load_policies
from lending.policy.reading import LANGUAGES
from web.clock import local
from web.config import ROOT
from web.policy_words import DEFAULT, Line, lines_of

#: The exit status of a set with mistakes in it, and of a question that has no answer.
MISTAKES, UNANSWERED = 1, 2
_Folder = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def policy() -> None:
    """The criteria of each organisation: check them, read them, compare two versions."""


@policy.command()
@click.argument("folder", type=_Folder, required=False)
def check(folder: Path | None) -> None:
    """Name every mistake in the policy files of FOLDER, by file, key and reason; exit status 1 where there is one."""
    root = folder or _folder()
    mistakes: list[PolicyError] = []
    policies: Policies | None = None
    try:
        policies = load_policies(root)
    except PolicyError as wrong:
        mistakes.extend(wrong.all)
    if (root / FIGURES_FOLDER).is_dir():
        try:
            load_figures(root / FIGURES_FOLDER, allow_unconfirmed=True)
        except PolicyError as wrong:
            mistakes.extend(wrong.all)
    for mistake in mistakes:
        click.echo(str(mistake))
    if mistakes:
        count = len(mistakes)
        click.echo(f"{count} mistake{'' if count == 1 else 's'}. A service does not start with these files.", err=True)
        sys.exit(MISTAKES)
    assert policies is not None
    for each in policies.versions():
        until = f" until {each.valid_until}" if each.valid_until else ""
        click.echo(f"{each.id}: {each.organisation.names['en']}, in force from {each.valid_from}{until}.")
    click.echo("Everything is in order.")


@policy.command()
@click.argument("organisation")
@click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), help="The day; today unless given.")
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of the clauses' texts."
)
@click.option("--json", "as_json", is_flag=True, help="Every key of the file with what it says, as JSON.")
def show(organisation: str, on: datetime | None, language: str, as_json: bool) -> None:
    """What the criteria of ORGANISATION say on a day, in words."""
    day = (on or local(datetime.now(UTC))).date()
    found = _in_force(organisation, day)
    lines = list(lines_of(found, (language,)))
    if as_json:
        said = {line.key: {"says": line.value, "default": line.default} for line in lines}
        click.echo(json.dumps({"policy": found.id, "on": day.isoformat(), "keys": said}, ensure_ascii=False, indent=1))
        return
    click.echo(f"{found.organisation.names[language]}: {found.id}, as in force on {day}")
    for heading, group in groupby(lines, key=lambda line: line.heading):
        click.echo(f"\n{heading}")
        for line in group:
            click.echo(f"  {line.label}: {line.value}{f'  [{DEFAULT}]' if line.default else ''}")


@policy.command()
@click.argument("before")
@click.argument("after")
def diff(before: str, after: str) -> None:
    """What changes from BEFORE to AFTER, in words. Each is the id of a version (keusote-2025) or a file."""
    old, new = _version(before), _version(after)
    told = changes(old, new)
    click.echo(f"From {old.id} to {new.id}:" if told else f"Nothing changes from {old.id} to {new.id}.")
    for heading, sentences in told:
        click.echo(f"\n{heading}")
        for sentence in sentences:
            click.echo(f"  {sentence}")


def changes(old: Policy, new: Policy) -> list[tuple[str, list[str]]]:
    """What changes between two versions, in sentences by heading."""
    was = {line.key: line for line in lines_of(old)}
    becomes = {line.key: line for line in lines_of(new)}
    order = [*was, *(key for key in becomes if key not in was)]
    found: dict[str, list[str]] = {}
    for key in order:
        sentence = _change(was.get(key), becomes.get(key))
        if sentence:
            line = becomes.get(key) or was[key]
            found.setdefault(line.heading, []).append(sentence)
    headings = list(dict.fromkeys(line.heading for line in (*was.values(), *becomes.values())))
    return [(heading, found[heading]) for heading in headings if heading in found]


def _change(was: Line | None, becomes: Line | None) -> str | None:
    if was is None:
        assert becomes is not None
        return f"{becomes.label} is new: {becomes.value}"
    if becomes is None:
        return f"{was.label} is gone. It was: {was.value}"
    if was.value != becomes.value:
        return f"{was.label}: was “{was.value}”, becomes “{becomes.value}”"
    if was.default != becomes.default:
        now = "now a default of the service" if becomes.default else "now said by the criteria"
        return f"{was.label}: still “{was.value}”, {now}"
    return None


def _folder() -> Path:
    return Path(os.environ.get("VAKAA_POLICIES", "").strip() or ROOT / "policies")


def _policies() -> Policies:
    try:
        return load_policies(_folder())
    except PolicyError as wrong:
        click.echo(f"The policy files have a mistake (vakaa policy check names every one): {wrong}", err=True)
        sys.exit(UNANSWERED)


def _in_force(organisation: str, day: date) -> Policy:
    policies = _policies()
    try:
        return policies.for_organisation(organisation, day)
    except NotFound:
        known = ", ".join(each.key for each in policies.organisations())
        click.echo(f"There is no organisation {organisation!r} here; there are {known}.", err=True)
    except Refused:
        starts = ", ".join(f"{each.id} from {each.valid_from}" for each in policies.versions(organisation))
        click.echo(f"{organisation} has no criteria in force on {day}; it has {starts}.", err=True)
    sys.exit(UNANSWERED)


def _version(named: str) -> Policy:
    """The version of the id, or of the file, even one that is not yet among the others."""
    path = Path(named)
    if path.suffix == ".toml":
        try:
            return read_policy(path)
        except PolicyError as wrong:
            for mistake in wrong.all:
                click.echo(str(mistake), err=True)
            sys.exit(UNANSWERED)
    policies = _policies()
    try:
        return policies.by_id(named)
    except NotFound:
        known = ", ".join(each.id for each in policies.versions())
        click.echo(f"There is no version {named!r}; there are {known}.", err=True)
        sys.exit(UNANSWERED)
