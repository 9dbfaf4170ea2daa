"""A real server, a real Chromium, and windows of two widths that are watched while a test uses them."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

from tests.browser import accessibility
from tests.browser.serving import Server, serving
from tests.browser.visitor import Visitor
from tests.browser.words import Words

#: The first that there is. See ``tools/need-chromium``.
CHROMIUMS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
SCREENSHOTS = Path(__file__).parents[2] / "var" / "screenshots"
WIDTHS = {1280: 900, 320: 640}
#: Nothing leaves this machine, neither for the page nor for the browser itself.
QUIET = (
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--disable-client-side-phishing-detection",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    "--disable-dev-shm-usage",
)

Open = Callable[..., Page]
Visit = Callable[..., Visitor]
FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def server(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Vakaa with the demo's people and cases. Tests share it: each takes people and cases of its own."""
    with serving(run_folder, tmp_path_factory.mktemp("server") / "data") as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    named = os.environ.get("VAKAA_CHROMIUM")
    chromium = next((path for path in ([named] if named else CHROMIUMS) if Path(path).exists()), None)
    if chromium is None:
        pytest.fail(
            f"The browser tests need Chromium at {named or CHROMIUMS[-1]}: install it (on Debian: apt-get install "
            "chromium fonts-liberation), or name another with VAKAA_CHROMIUM.",
            pytrace=False,
        )
    # Chromium's own walls do not work for root.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*QUIET, *sandbox])
        yield browser
        browser.close()


@pytest.fixture(scope="session", autouse=True)
def examined_once(run_folder: Path) -> None:
    """No page is examined by two workers."""
    accessibility.share(run_folder / "examined")


@pytest.fixture
def complaints() -> list[str]:
    """What broke a rule that holds on every page; a test fails for it when it has ended."""
    return []


@pytest.fixture
def open_page(
    request: pytest.FixtureRequest, browser: Browser, server: Server, complaints: list[str]
) -> Iterator[Open]:
    """Open a window: ``open_page(width=320, javascript=False, language="sv-FI")``. Each has cookies of its own.

    Afterwards the test fails if a page broke a rule that holds everywhere: no script error, nothing that the content
    security policy stopped, no missing file, nothing asked of another machine.
    """
    pages: list[Page] = []

    def open_page(*, width: int = 1280, javascript: bool = True, language: str = "fi-FI") -> Page:
        context = browser.new_context(
            base_url=server.url,
            viewport={"width": width, "height": WIDTHS.get(width, 900)},
            java_script_enabled=javascript,
            locale=language,
            timezone_id="Europe/Helsinki",
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        accessibility.brings_axe(context)
        page = context.new_page()
        _watch(page, server.url, complaints)
        pages.append(page)
        return page

    yield open_page
    if request.node.stash.get(FAILED, False):
        _keep_screenshots(request.node.name, pages)
    for page in pages:
        page.context.close()
    assert not complaints, "\n".join(dict.fromkeys(complaints))


@pytest.fixture
def visit(open_page: Open, complaints: list[str]) -> Visit:
    """Somebody of the demo at a browser of their own: ``visit("aino", language="sv", width=320, javascript=False)``."""

    def visit(
        who: str, *, language: str = "fi", width: int = 1280, javascript: bool = True, looks_closely: bool = False
    ) -> Visitor:
        page = open_page(width=width, javascript=javascript, language=f"{language}-FI")
        return Visitor(page, Words(language), who, javascript, looks_closely, complaints)

    return visit


@pytest.fixture
def page(open_page: Open) -> Page:
    """A window 1280 px wide, of someone whose browser speaks Finnish."""
    return open_page()


@pytest.fixture
def phone(open_page: Open) -> Page:
    """A window 320 px wide."""
    return open_page(width=320)


@pytest.fixture(params=sorted(WIDTHS))
def window(request: pytest.FixtureRequest, open_page: Open) -> Page:
    """One window after the other, narrow and wide: the test runs once in each."""
    return open_page(width=request.param)


def _watch(page: Page, own: str, complaints: list[str]) -> None:
    def console(message: ConsoleMessage) -> None:
        # A page may answer 4xx on purpose; a file that is missing is told below.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            complaints.append(f"{page.url} said: {message.text}")

    def asked(request: Request) -> None:
        if not request.url.startswith((own + "/", "data:", "blob:")):
            complaints.append(f"{page.url} asked another machine: {request.url}")

    def answered(response: Response) -> None:
        is_file = response.request.resource_type in ("stylesheet", "script", "image", "font")
        if response.status >= (400 if is_file else 500):
            complaints.append(f"{page.url} got {response.status} for {response.url}")

    page.on("pageerror", lambda error: complaints.append(f"{page.url} broke: {error}"))
    page.on("console", console)
    page.on("request", asked)
    page.on("response", answered)


# --- What a failing test saw -----------------------------------------------------------------------------------------


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


def _keep_screenshots(name: str, pages: list[Page]) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(pages, 1):
        safe = "".join(character if character.isalnum() else "-" for character in name)
        page.screenshot(path=SCREENSHOTS / f"{safe}-{number}.png", full_page=True)
