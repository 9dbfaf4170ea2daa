"""What is asked of every page that a browser test reaches."""

import re
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
#: What a page is made of, without what it says; of neighbours that are made alike, however many, one.
MAKE = """() => {
    const make = element => {
        const parts = [...element.children].map(make).filter((part, place, all) => part !== all[place - 1]);
        return `${element.tagName}.${element.getAttribute('class') || ''}[${parts.join(' ')}]`;
    };
    return make(document.body);
}"""
#: WCAG 2.2 to level AA, and what axe calls best practice.
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


def brings_axe(context: BrowserContext) -> None:
    """Have axe at hand on every page that is opened there, unpacked on those that are looked at.

    Through the debugger, which a page's own content security policy does not and need not allow for; and once for all
    pages, because Chromium then reads it once: half a megabyte sent to each took a third of the time of looking at it.
    """
    context.add_init_script(f"window.vkUnpackAxe = () => {{ {AXE.read_text(encoding='utf-8')} }}")


def complaints(page: Page) -> list[str]:
    """A sentence for every violation that axe finds on the page as it stands, and one if it scrolls sideways."""
    where = f"{page.url} at {page.viewport_size}"
    return [f"{where}: {_sentence(each)}" for each in violations(page)] + width_complaints(page)


def new_complaints(page: Page) -> list[str]:
    """The same, but axe looks once a run only at pages of one make: the same route, elements and width of the window.

    Whoever comes to it first looks, in whichever worker: what it finds fails that test.
    """
    make = (route_of(page.url), page.evaluate(MAKE), str(page.viewport_size))
    return complaints(page) if is_first(repr(make)) else width_complaints(page)


def share(folder: Path) -> None:
    """Let the workers of a run tell each other in ``folder`` what they have looked at."""
    folder.mkdir(exist_ok=True)
    _notes["folder"] = folder


def is_first(make: str) -> bool:
    """Whether nobody in this run has come to ``make`` before."""
    try:
        (_notes["folder"] / sha256(make.encode()).hexdigest()).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def route_of(address: str) -> str:
    """The pattern of an address: what it is a page of, not of which."""
    return UUID.sub("*", urlsplit(address).path)


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
    # Without reading the style sheets once more: no rule of these asks for them.
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"], "preload": False}
    page.evaluate("() => { if (!window.axe) vkUnpackAxe(); }")
    return page.evaluate("options => axe.run(document, options).then(result => result.violations)", options)


#: Where the run notes what has been looked at.
_notes: dict[str, Path] = {}


def _sentence(violation: dict[str, Any]) -> str:
    nodes = "\n".join(f"    {node['html'][:200]}\n      {node['failureSummary']}" for node in violation["nodes"][:5])
    return f"{violation['id']}: {violation['help']} ({violation['helpUrl']})\n{nodes}"
