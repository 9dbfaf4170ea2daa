"""Draw the state tables of the code into docs/domain.md: ``python tools/state_tables.py [--check]``.

Each table stands between ``<!-- states: subject -->`` and ``<!-- end -->``; this writes what is between them.
"""

import re
import sys
from pathlib import Path

from lending.applications.states import SUPPLEMENT
from lending.basics.states import StateTable
from lending.cases.states import CASE, CO_BORROWER
from lending.changes.states import CHANGE_REQUEST
from lending.loans.states import AGREEMENT, LOAN
from lending.policy.states import FIGURE_ENTRY

TABLES = {
    table.subject: table for table in (CASE, CO_BORROWER, SUPPLEMENT, AGREEMENT, LOAN, CHANGE_REQUEST, FIGURE_ENTRY)
}
PAGE = Path(__file__).resolve().parent.parent / "docs" / "domain.md"
_SLOT = re.compile(r"(<!-- states: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def drawn(table: StateTable) -> str:
    """The states and the transitions of ``table`` as two Markdown tables."""
    lines = ["| state | queue | acts next |", "|---|---|---|"]
    for state in table.states.values():
        resting = "ended" if state.final else "–"
        lines.append(f"| `{state.name}` | {state.queue or '–'} | {state.acts_next or resting} |")
    lines += ["", "| act | who | from | to |", "|---|---|---|---|"]
    order = list(table.states)
    for row in table.transitions:
        sources = ", ".join(f"`{name}`" for name in sorted(row.sources, key=order.index))
        lines.append(f"| {row.act} | {row.who} | {sources} | `{row.target}` |")
    return "\n".join(lines) + "\n"


def redrawn(text: str) -> str:
    """The page with every table as the code has it now."""
    return _SLOT.sub(lambda slot: f"{slot[1]}\n{drawn(TABLES[slot[2]])}\n{slot[3]}", text)


def main() -> int:
    """Redraw the page, or with ``--check`` tell whether it is as the code is."""
    text = PAGE.read_text(encoding="utf-8")
    if "--check" in sys.argv:
        if redrawn(text) == text:
            return 0
        print("docs/domain.md does not show the state tables of the code; run: python tools/state_tables.py")
        return 1
    PAGE.write_text(redrawn(text), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
