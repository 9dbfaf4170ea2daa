"""Every page that people of each kind can come to by following links, in a wide and in a narrow window.

Each page is examined with axe in both widths, must not scroll sideways, and is walked through with the Tab key alone.
Pages of one make (the same route, built of the same elements) are examined once.
"""

import re
from collections import deque
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser import accessibility, keyboard
from tests.browser.conftest import WIDTHS, Visit
from tests.browser.visitor import Visitor

#: The demo's people of each kind, and the language in which each reads.
PEOPLE = {
    "samuli": "en",  # has a draft
    "farid": "fi",  # repays a loan
    "kalle": "sv",  # is late
    "elina": "fi",  # prepares
    "ritva": "sv",  # decides
    "paivi": "fi",  # handles payments
    "antti": "fi",  # audits
}
#: Addresses that no link has: what somebody looks for by writing it.
TYPED = {"antti": ["/office/access-log?number=KEUSOTE-2025-000003"]}
#: Not pages: files to be saved, and the switch of language, which leads back to where one was.
NO_PAGES = re.compile(r"/attachments/[^/]+$|^/language/|^/static/")


@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_can_be_used_by_everybody(visit: Visit, who: str) -> None:
    reader = visit(who, language=PEOPLE[who])
    reader.comes_in()
    waiting = deque([urlsplit(reader.page.url).path, *TYPED.get(who, ())])
    met: set[str] = set()
    while waiting:
        address = waiting.popleft()
        if (route := page_of(address)) in met:
            continue
        met.add(route)
        answer = reader.page.goto(address)
        assert answer is not None and answer.ok, f"{who} followed a link to {address}, which answered {answer}"
        examine(reader, route)
        waiting.extend(links_on(reader))
    assert len(met) > 5, met


def page_of(address: str) -> str:
    """What the address shows: the pattern of it, and which queue or case was asked for."""
    parts = urlsplit(address)
    asked = parse_qs(parts.query)
    return accessibility.route_of(address) + "".join(asked.get("queue", []) + asked.get("number", []))


def links_on(reader: Visitor) -> list[str]:
    """The addresses of this site that the page links to."""
    hrefs = reader.page.locator("a[href^='/']").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    return [href.split("#")[0] for href in hrefs if not NO_PAGES.search(urlsplit(href).path)]


def examine(reader: Visitor, route: str) -> None:
    """Add what is wrong with the page to what is told at the end."""
    page = reader.page
    # First as wide as the window is: to change it lays the page out anew.
    wide = page.viewport_size and page.viewport_size["width"]
    for width, height in sorted(WIDTHS.items(), key=lambda size: size[0] != wide):
        if width != wide:
            page.set_viewport_size({"width": width, "height": height})
        reader.complaints += accessibility.new_complaints(page)
    if accessibility.is_first(f"walked through: {route}"):
        reader.complaints += keyboard.complaints(page)
