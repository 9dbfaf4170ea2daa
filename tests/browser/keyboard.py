"""Going through a page with the keyboard alone."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page

#: More stops than any page has.
STOPS_MAX = 600
#: So often Tab is pressed before anybody reads where that has led: to ask after each took as long as pressing.
STRIDE = 25
#: Whether one can see that an element has the focus, and how it is called.
DESCRIBE = """element => {
    const rings = [[element, null], [element, '::before'], [element, '::after']];
    const label = element.labels && element.labels[0];
    if (label) rings.push([label, null], [label, '::before']);
    if (element.tagName === 'SUMMARY') rings.push(...[...element.querySelectorAll('*')].map(each => [each, null]));
    const visible = rings.some(([each, pseudo]) => {
        const style = getComputedStyle(each, pseudo);
        return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
    });
    const box = (element.type === 'radio' || element.type === 'checkbox') && label ? label : element;
    const {width, height} = box.getBoundingClientRect();
    return {
        visible: visible && width > 0 && height > 0,
        name: (label && label.innerText || element.ariaLabel || element.innerText || element.value || '')
            .replace(/\\s+/g, ' ').trim(),
        html: element.outerHTML.slice(0, 160),
    };
}"""
#: Start from the very beginning, wherever the page had put the focus, and note each stop from there on.
BEGIN = f"""() => {{
    document.activeElement.blur();
    window.scrollTo(0, 0);
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
    const describe = {DESCRIBE}, numbers = new Map(), stops = window.vkStops = [];
    document.addEventListener('focusin', ({{target}}) => {{
        if (!numbers.has(target)) numbers.set(target, numbers.size);
        stops.push({{number: numbers.get(target), ...describe(target)}});
    }});
}}"""


def complaints(page: Page) -> list[str]:
    """What is wrong with the page for somebody who has only a keyboard: the skip link, the focus, a trap."""
    stops = _stops(page)
    first = next(stops, None)
    if first is None or 'href="#main-content"' not in first["html"]:
        found = [f"{page.url} does not begin with the skip link but with {first}"]
    else:
        found = [] if first["visible"] else [f"{page.url} does not show its skip link"]
    seen = {0}
    for stop in stops:
        if stop["number"] == 0:
            return found
        if stop["number"] in seen:
            return [*found, f"{page.url} goes round in a ring at {stop['html']}"]
        seen.add(stop["number"])
        if not stop["visible"]:
            found.append(f"{page.url} does not show the focus on {stop['html']}")
    return found if len(seen) < STOPS_MAX else [*found, f"{page.url} has no end for the Tab key"]


def _stops(page: Page) -> Iterator[dict[str, Any]]:
    """Where Tab leads, one stop after the other; it ends where Tab leads nowhere any more."""
    page.evaluate(BEGIN)
    for _ in range(0, STOPS_MAX, STRIDE):
        for _ in range(STRIDE):
            page.keyboard.press("Tab")
        stops = page.evaluate("() => window.vkStops.splice(0)")
        if not stops:
            return
        yield from stops


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what is called ``name`` has the focus."""
    for _ in range(STOPS_MAX):
        page.keyboard.press("Tab")
        if page.evaluate(f"() => ({DESCRIBE})(document.activeElement)")["name"] == name:
            return
    raise AssertionError(f"Tab never comes to {name!r} on {page.url}")
