"""Every page that people of each kind can come to by following links, in a wide and in a narrow window.

Each page is examined with axe in both widths, must not scroll sideways, and is walked through with the Tab key alone.
Pages of one make (the same route, built of the same elements) are examined once.
"""

import re
from collections import deque
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser import keyboard
from tests.browser.accessibility import complaints, width_complaints
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
    "timo": "en",  # decides on waivers
    "antti": "fi",  # audits
}
#: Addresses that no link has: what somebody looks for by writing it.
TYPED = {"antti": ["/office/access-log?number=KEUSOTE-2026-000001"]}
#: Not pages: files to be saved, and the switch of language, which leads back to where one was.
NO_PAGES = re.compile(r"/attachments/[^/]+$|^/language/|^/static/")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
#: What a page is made of, without what it says.
MAKE = """() => [...document.querySelectorAll('body *')]
    .filter(element => !['TR', 'TD', 'TH', 'LI', 'OPTION', 'rect', 'line', 'text', 'tspan'].includes(element.tagName))
    .map(element => element.tagName + '.' + element.className).join(' ')"""

examined: set[tuple[str, int]] = set()
walked: set[str] = set()


@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_can_be_used_by_everybody(visit: Visit, who: str) -> None:
    reader = visit(who, language=PEOPLE[who])
    reader.comes_in()
    waiting = deque([urlsplit(reader.page.url).path, *TYPED.get(who, ())])
    met: set[str] = set()
    while waiting:
        address = waiting.popleft()
        if (route := route_of(address)) in met:
            continue
        met.add(route)
        answer = reader.page.goto(address)
        assert answer is not None and answer.ok, f"{who} followed a link to {address}, which answered {answer}"
        examine(reader, route)
        waiting.extend(links_on(reader))
    assert len(met) > 5, met


def route_of(address: str) -> str:
    """The pattern of the address: what it is a page of, not of which."""
    parts = urlsplit(address)
    asked = parse_qs(parts.query)
    return UUID.sub("*", parts.path) + "".join(asked.get("queue", []) + asked.get("number", []))


def links_on(reader: Visitor) -> list[str]:
    """The addresses of this site that the page links to."""
    hrefs = reader.page.locator("a[href^='/']").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    return [href.split("#")[0] for href in hrefs if not NO_PAGES.search(urlsplit(href).path)]


def examine(reader: Visitor, route: str) -> None:
    """Add what is wrong with the page to what is told at the end."""
    page = reader.page
    make = (route, hash(page.evaluate(MAKE)))
    is_new = make not in examined
    examined.add(make)
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        reader.complaints += complaints(page) if is_new else width_complaints(page)
    if route not in walked:
        walked.add(route)
        reader.complaints += keyboard.complaints(page)
