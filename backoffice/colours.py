"""What every template of the back office may rely on: the colours of tags."""

from typing import Any

from backoffice import office
from web.labels_casework import CASE_COLOURS, FIGURE_COLOURS, FINDING_COLOURS
from web.labels_figures import FIGURE_ENTRY_COLOURS
from web.labels_loan import CHANGE_COLOURS


@office.context_processor
def colours() -> dict[str, Any]:
    """Colours by code. The words alone must say it all: a colour only helps to find them."""
    return {
        "case_colours": CASE_COLOURS,
        "finding_colours": FINDING_COLOURS,
        "figure_colours": FIGURE_COLOURS,
        "figure_entry_colours": FIGURE_ENTRY_COLOURS,
        "change_colours": CHANGE_COLOURS,
    }
