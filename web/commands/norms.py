"""``vakaa norms``: the living-cost norms computed by their rules, held against the figures of the files."""

import os
import sys
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from lending.basics.errors import Refused
from lending.basics.money import euros
from lending.policy.figures import load_figures
from lending.policy.norms import Reproduction, norms_by_index, reproduced
from web.commands.documents import REFUSED, Wrong, told, write, wrong_of
from web.commands.starting import in_words
from web.config import ROOT

#: Exit status when a figure of the files does not follow from the rules.
DIFFERS = 1

HEAD = ("norm", "valid from", "figure", "computed", "files", "status", "rule", "")


@click.group()
def norms() -> None:
    """Living-cost norms."""


@norms.command("compute")
@click.option("--year", type=int, default=None, help="Only the rows that begin in this year.")
@click.option("--index", default=None, help="What the norms of --year would be with this national pension index.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each figure instead of a table.")
@in_words
def compute(year: int | None, index: str | None, as_json: bool) -> None:
    """Compute both norms by their rules, and tell of each figure whether the files say the same."""
    try:
        found = computed(_policies(), year, index)
    except (Wrong, Refused) as refused:
        write(told(refused if isinstance(refused, Wrong) else wrong_of(refused)))
        sys.exit(REFUSED)
    if as_json:
        for each in found:
            write(shown(each))
    else:
        click.echo("\n".join(table(found)))
    if index is None:
        sys.exit(_tell(found))


def computed(policies: Path, year: int | None, index: str | None) -> list[Reproduction]:
    """The figures that are asked for. Raises ``Wrong``, ``Refused``."""
    # Whatever nobody has confirmed yet is used: this is where it is checked.
    figures = load_figures(policies / "figures", allow_unconfirmed=True)
    if index is None:
        return [each for each in reproduced(figures) if year in (None, each.valid_from.year)]
    if year is None:
        raise Wrong("key-missing", "--index needs --year: the year whose January the index is of.", key="--year")
    return list(norms_by_index(figures, year, _whole(index)))


def shown(each: Reproduction) -> dict[str, Any]:
    """One figure as JSON data."""
    return {
        "norm": each.norm,
        "valid_from": each.valid_from.isoformat(),
        "figure": each.key,
        "computed": euros(each.computed_cents),
        "files": None if each.row_cents is None else euros(each.row_cents),
        "status": each.status,
        "reproduced": None if each.row_cents is None else each.is_reproduced,
        "rule": each.rule,
        "index_from": _text(each.base),
        "index_to": _text(each.index),
        "percent": _text(each.percent),
    }


def table(found: Iterable[Reproduction]) -> list[str]:
    """The figures in columns."""
    rows = [HEAD, *(_row(each) for each in found)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEAD))]
    numbers = (HEAD.index("computed"), HEAD.index("files"))
    return [
        "  ".join(
            text.rjust(widths[place]) if place in numbers else text.ljust(widths[place])
            for place, text in enumerate(row)
        ).rstrip()
        for row in rows
    ]


def _policies() -> Path:
    """The folder of the policy files. Nothing else of the settings matters here."""
    return Path(os.environ.get("VAKAA_POLICIES", "").strip() or ROOT / "policies")


def _row(each: Reproduction) -> tuple[str, ...]:
    rule = {
        "index": f"index {_text(each.base)} to {_text(each.index)}",
        "increase": "increase of 12 %",
        "share": f"{_text(each.percent)} % of alone",
        "given": "given by law",
    }[each.rule]
    there = "" if each.row_cents is None else euros(each.row_cents)
    verdict = "" if each.row_cents is None else "reproduced" if each.is_reproduced else "DIFFERS"
    day = each.valid_from.isoformat()
    return each.norm, day, each.key, euros(each.computed_cents), there, each.status or "", rule, verdict


def _tell(found: list[Reproduction]) -> int:
    """Sum up on standard error, and give the exit status."""
    by_rule = [each for each in found if each.status == "computed"]
    differ = [each for each in found if not each.is_reproduced]
    right = sum(each.is_reproduced for each in by_rule)
    click.echo(f"{right} of {len(by_rule)} figures marked computed are reproduced; {len(differ)} differ.", err=True)
    return DIFFERS if differ else 0


def _whole(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal(0)
    if not value.is_finite() or value <= 0 or value != value.to_integral_value() or value > 100_000:
        raise Wrong("number-invalid", "--index must be a whole number such as 1939.", key="--index", given=text[:60])
    return value


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")
