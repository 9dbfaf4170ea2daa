"""Going through a page with the keyboard alone."""

from playwright.sync_api import Page

#: More stops than any page has.
STOPS_MAX = 600
#: What has the focus, whether one can see that it has, and how it is called.
FOCUSED = """() => {
    const element = document.activeElement;
    if (!element || element === document.body || element === document.documentElement) return null;
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
    window.vkStops = window.vkStops || new Map();
    if (!window.vkStops.has(element)) window.vkStops.set(element, window.vkStops.size);
    return {
        stop: window.vkStops.get(element),
        visible: visible && width > 0 && height > 0,
        name: (label && label.innerText || element.ariaLabel || element.innerText || element.value || '')
            .replace(/\\s+/g, ' ').trim(),
        html: element.outerHTML.slice(0, 160),
    };
}"""


def complaints(page: Page) -> list[str]:
    """What is wrong with the page for somebody who has only a keyboard: the skip link, the focus, a trap."""
    page.evaluate("() => { document.activeElement.blur(); window.scrollTo(0, 0); window.vkStops = null; }")
    # From the very beginning, wherever the page had put the focus.
    page.evaluate(
        "() => { document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex'); }"
    )
    page.keyboard.press("Tab")
    found = _skip_link(page)
    seen = {0}
    for _ in range(STOPS_MAX):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None or focused["stop"] == 0:
            return found
        if focused["stop"] in seen:
            return [*found, f"{page.url} goes round in a ring at {focused['html']}"]
        seen.add(focused["stop"])
        if not focused["visible"]:
            found.append(f"{page.url} does not show the focus on {focused['html']}")
    return [*found, f"{page.url} has no end for the Tab key"]


def _skip_link(page: Page) -> list[str]:
    focused = page.evaluate(FOCUSED)
    if focused is None or 'href="#main-content"' not in focused["html"]:
        return [f"{page.url} does not begin with the skip link but with {focused}"]
    return [] if focused["visible"] else [f"{page.url} does not show its skip link"]


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what is called ``name`` has the focus."""
    for _ in range(STOPS_MAX):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is not None and focused["name"] == name:
            return
    raise AssertionError(f"Tab never comes to {name!r} on {page.url}")
