"""Somebody at a browser: finds things as people do, by what they are called, and does with them what people do.

Every verb is a sentence with its subject: ``aino.presses("Send the application")``. Words are those of the program's
own source; the visitor looks up what the page calls them in the language of the visit. See ``tests.browser.words``.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.accessibility import new_complaints, width_complaints
from tests.browser.words import AsIs, Words
from web.demo.people import CITIZENS, STAFF

#: A folder for a picture of every page that is passed, when somebody wants to look at them.
ALBUM = os.environ.get("VAKAA_ALBUM")

Answer = str | bool | tuple[str, ...]


@dataclass
class Visitor:
    """Somebody using the service. ``looks_closely``: the pages that are reached are examined with axe."""

    page: Page
    words: Words
    who: str
    javascript: bool = True
    looks_closely: bool = False
    #: The number of the visitor's case, once it has one.
    number: AsIs = field(default_factory=AsIs)
    #: What is wrong with pages that were passed; the test fails for it when it has ended.
    complaints: list[str] = field(default_factory=list, repr=False)
    _pictures: int = field(default=0, repr=False)

    # --- Who it is ---

    @property
    def name(self) -> AsIs:
        """The name under which the demo knows them."""
        person = CITIZENS.get(self.who) or STAFF[self.who]
        return AsIs(f"{person.given_names} {person.family_name}")

    @property
    def is_staff(self) -> bool:
        return self.who in STAFF

    def signs_in(self) -> None:
        """Choose oneself on the sign-in page one has come to, and go on in the language of the visit."""
        self.presses(self.name)
        self._keeps_to_the_language()

    def comes_in(self) -> None:
        """Sign in and stand on the first page of one's own side."""
        self.goes_to("/office" if self.is_staff else "/my")
        if self.page.get_by_role("button", name=self.name, exact=True).count():
            self.signs_in()

    def _keeps_to_the_language(self) -> None:
        # Staff and citizens have a language of their own in the demo; a visit is in one language all through.
        if self.page.locator("html").get_attribute("lang") != self.words.language:
            self.chooses_language(self.words.language)

    def chooses_language(self, language: str) -> None:
        """Switch the language from the header."""
        with self._leaving():
            self.page.locator(f"nav a[hreflang='{language}']").click()

    # --- Moving ---

    def goes_to(self, path: str) -> None:
        """Write an address."""
        self.page.goto(path)
        self._arrived()

    def follows(self, text: str, of: str = "", within: Locator | None = None, **facts: Any) -> None:
        """Follow a link; the first where several have the same name. ``of`` as in ``presses``."""
        with self._leaving():
            self._named("link", text, facts, within, of).first.click()

    def follows_the_link_in(self, part: Locator) -> None:
        """Follow the first link of a part of the page."""
        with self._leaving():
            part.get_by_role("link").first.click()

    def presses(self, text: str, of: str = "", within: Locator | None = None, **facts: Any) -> None:
        """Press a button that leads on. ``of``: what it is about, as screen readers hear it after its name."""
        with self._leaving():
            self._named("button", text, facts, within, of).first.click()

    def presses_in_place(self, text: str) -> None:
        """Press a button whose answer is put into the page that stands there."""
        if not self.javascript:
            self.presses(text)
            return
        with self.page.expect_response(lambda response: response.request.resource_type in ("xhr", "fetch")):
            self._named("button", text, {}, None).first.click()
        self._arrived()

    def presses_in_vain(self, text: str) -> None:
        """Press a button that says why it does not lead on."""
        self._named("button", text, {}, None).first.click()

    def opens(self, text: str, within: Locator | None = None, **facts: Any) -> None:
        """Open what is folded together."""
        summary = (within or self.page).locator("summary").filter(has_text=self._exactly(self.say(text, **facts)))
        if not summary.first.evaluate("summary => summary.parentElement.open"):
            summary.first.click()

    def saves_file(self, text: str) -> bytes:
        """Follow a link to a file, and read what was saved."""
        with self.page.expect_download() as saving:
            self._named("link", text, {}, None).first.click()
        return Path(saving.value.path()).read_bytes()

    # --- Filling in ---

    def answers(self, told: Mapping[str, Answer], within: Locator | None = None) -> None:
        """Fill a form in: text into fields, a choice by its words, ``True`` to tick and ``False`` to untick."""
        for label, answer in told.items():
            self._answer(self._control(label, within or self.page), answer)

    def adds_files(self, label: str, *files: FilePayload, within: Locator | None = None, **facts: Any) -> None:
        """Choose files from the own device."""
        (within or self.page).get_by_label(self.say(label, **facts), exact=True).set_input_files(list(files))

    def row(self, title: str, number: int) -> Locator:
        """One of the rows that can be added and removed."""
        return self.page.get_by_role("group", name=f"{self.say(title)} {number}", exact=True)

    def part(self, heading: str, **facts: Any) -> Locator:
        """The part of the page under this heading."""
        title = self.page.get_by_role("heading", name=self.say(heading, **facts), exact=True)
        return self.page.locator("section, article, .vk-card").filter(has=title).last

    def _control(self, label: str, within: Page | Locator) -> Locator:
        name = self.say(label)
        optional = self.say("%(label)s (optional)", label=name)
        for each in (name, optional):
            found = within.get_by_label(each, exact=True)
            if found.count():
                return found.first
        for each in (name, optional):
            found = within.get_by_role("group", name=each, exact=True)
            if found.count():
                return found.first
        raise AssertionError(f"{self.page.url} asks nothing called {name!r}")

    def _answer(self, control: Locator, answer: Any) -> None:
        kind = control.evaluate("element => element.type || element.tagName.toLowerCase()")
        if kind == "fieldset":
            for each in answer if isinstance(answer, tuple) else (answer,):
                control.get_by_label(self.say(each), exact=True).check()
        elif kind in ("checkbox", "radio"):
            control.set_checked(bool(answer))
        elif kind == "select-one":
            control.select_option(label=self.say(answer))
        else:
            control.fill(str(answer))

    # --- Reading ---

    def say(self, message: str, **facts: Any) -> str:
        """What the page calls it."""
        return self.words.say(message, **facts)

    def is_at(self, heading: str, **facts: Any) -> None:
        """The page has this heading."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.say(heading, **facts))

    def sees(self, message: str, within: Locator | None = None, **facts: Any) -> None:
        """The page says this."""
        place = within or self.page.locator("main")
        expect(place).to_contain_text(self.say(message, **facts))

    def sees_many(self, one: str, many: str, number: int, within: Locator | None = None, **facts: Any) -> None:
        """The page says this of so many things."""
        expect(within or self.page.locator("main")).to_contain_text(self.words.say_many(one, many, number, **facts))

    def does_not_see(self, message: str, **facts: Any) -> None:
        """The page does not say this."""
        expect(self.page.locator("main")).not_to_contain_text(self.say(message, **facts))

    def sees_no(self, role: Any, name: str) -> None:
        """There is no such link or button."""
        expect(self.page.get_by_role(role, name=self.say(name), exact=True)).to_have_count(0)

    def sees_typed(self, told: Mapping[str, str], within: Locator | None = None) -> None:
        """What was typed still stands in its fields."""
        for label, text in told.items():
            expect(self._control(label, within or self.page)).to_have_value(text)

    def is_told(self, sentence: str, **facts: Any) -> None:
        """What was sent is refused with this sentence, in a summary that has the focus."""
        summary = self.page.locator("#error-summary")
        expect(summary).to_contain_text(self.say(sentence, **facts))
        if self.javascript:
            expect(summary).to_be_focused()

    def reads(self, label: str, **facts: Any) -> str:
        """The value that stands beside ``label`` in a list of facts or under it as a key figure."""
        term = self._exactly(self.say(label, **facts))
        found = self.page.locator("dl > div, .vk-figure").filter(
            has=self.page.locator("dt, .vk-figure__label", has_text=term)
        )
        return plain(found.first.locator("dd, .vk-figure__value").first.inner_text())

    def reads_in(self, message: str, shape: str) -> str:
        """What stands in the only placeholder of ``message`` and has this shape."""
        text = plain(self.page.locator("main").inner_text())
        before, after = re.split(r"%\(\w+\)s", self.say(message))
        found = re.search(f"{re.escape(before)}({shape}){re.escape(after)}", text)
        assert found, f"nothing like {shape} in {self.say(message)!r} in: {text[:500]}"
        return found[1]

    # --- Within ---

    def _named(self, role: Any, text: str, facts: Mapping[str, Any], within: Locator | None, of: str = "") -> Locator:
        name = " ".join(filter(None, (self.say(text, **facts), of)))
        return (within or self.page).get_by_role(role, name=name, exact=True)

    @staticmethod
    def _exactly(text: str) -> re.Pattern[str]:
        return re.compile(rf"^\s*{re.escape(text)}\s*$")

    @contextmanager
    def _leaving(self) -> Iterator[None]:
        with self.page.expect_navigation():
            yield
        self._arrived()

    def _arrived(self) -> None:
        self.page.wait_for_load_state()
        if ALBUM:
            self._keeps_a_picture(Path(ALBUM))
        self.complaints += new_complaints(self.page) if self.looks_closely else width_complaints(self.page)

    def _keeps_a_picture(self, album: Path) -> None:
        self._pictures += 1
        width = self.page.viewport_size["width"] if self.page.viewport_size else 0
        path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "id", self.page.url.split("/", 3)[3]).split("?")[0]
        name = f"{self.words.language}-{width}-{self.who}-{self._pictures:02}-{path.replace('/', '.') or 'front'}.png"
        album.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=album / name, full_page=True, caret="initial")


def plain(text: str) -> str:
    """Text with ordinary spaces only."""
    return re.sub(r"\s+", " ", text).strip()
