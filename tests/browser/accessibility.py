"""What is asked of every page that a browser test reaches."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

#: WCAG 2.2 to level AA, and what axe calls best practice.
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


def assert_accessible(page: Page) -> None:
    """Fail with every violation that axe finds on the page as it stands, and if the page scrolls sideways."""
    found = complaints(page)
    assert not found, "\n".join(found)


def complaints(page: Page) -> list[str]:
    """A sentence for every violation that axe finds on the page as it stands, and one if it scrolls sideways."""
    where = f"{page.url} at {page.viewport_size}"
    return [f"{where}: {_sentence(each)}" for each in violations(page)] + width_complaints(page)


def width_complaints(page: Page) -> list[str]:
    """A sentence if the page is wider than its window, which names what sticks out."""
    sticking_out = page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= width) return [];
            return [...document.querySelectorAll('body *')]
                .filter(element => element.getBoundingClientRect().right > width + 1)
                .map(element => element.outerHTML.slice(0, 120));
        }"""
    )
    return [f"{page.url} is wider than {page.viewport_size}: {sticking_out[:5]}"] if sticking_out else []


def violations(page: Page) -> list[dict[str, Any]]:
    """What axe finds on the page as it stands."""
    # Through the debugger, which the page's own content security policy does not and need not allow for.
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    return page.evaluate("options => axe.run(document, options).then(result => result.violations)", options)


@cache
def _axe() -> str:
    return (Path(__file__).parent / "vendor" / "axe.min.js").read_text()


def _sentence(violation: dict[str, Any]) -> str:
    nodes = "\n".join(f"    {node['html'][:200]}\n      {node['failureSummary']}" for node in violation["nodes"][:5])
    return f"{violation['id']}: {violation['help']} ({violation['helpUrl']})\n{nodes}"
