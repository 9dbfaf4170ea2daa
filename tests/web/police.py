"""A client that looks at every page it is given as a strict reader would, so that no test has to."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

from flask.testing import FlaskClient
from jinja2 import Undefined
from jinja2.utils import missing
from lxml import etree
from sqlalchemy import event
from werkzeug.test import TestResponse

from tools import translations
from web.headers import CONTENT_SECURITY_POLICY
from web.wiring import wiring

#: More than this for one page is a query in a loop. A test of a heavy page may say so: ``client.queries_at_most = 40``.
QUERIES_AT_MOST = 30
UNLABELLED_TYPES = frozenset({"hidden", "submit", "button", "reset", "image"})
#: Two of these in one text on a Finnish or Swedish page are English.
ENGLISH = frozenset({"the", "you", "your", "this", "is", "and", "of", "with", "that", "has", "are", "have", "not"})
UNREAD = frozenset({"script", "style", "template"})


class Police(FlaskClient):
    """Keeps cookies, follows what a browser would, and fails the test on a page that breaks a rule of the house."""

    queries_at_most = QUERIES_AT_MOST
    #: A test that tries a thousand addresses for their status alone may do without the reading.
    reads_pages = True
    #: How many queries the last answer took.
    queries = 0

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self._counting():
            response = super().open(*args, **kwargs)
        where = f"{response.request.method} {response.request.path}"
        assert self.queries <= self.queries_at_most, f"{where} took {self.queries} queries; is there one in a loop?"
        if self.reads_pages and response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            problems = list(_problems(response))
            assert not problems, f"{where} ({response.status_code}):\n" + "\n".join(problems)
        return response

    def send_form(self, path: str, fields: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Open the page at ``path`` and send its form, with its token, as a browser would."""
        token = self.token(options.pop("from_page", path))
        return self.post(path, data={**(fields or {}), "csrf_token": token}, **options)

    def token(self, path: str = "/feedback") -> str:
        """A form token of this client's session, from the page at ``path``."""
        field = page_of(self.get(path)).find(".//input[@name='csrf_token']")
        assert field is not None, f"{path} has no form"
        return field.get("value", "")

    def _counting(self) -> Any:
        return _Counting(self, wiring(self.application).engine)


class _Counting:
    def __init__(self, client: Police, engine: Any) -> None:
        self._client, self._engine = client, engine

    def __enter__(self) -> None:
        self._client.queries = 0
        event.listen(self._engine, "before_cursor_execute", self._count)

    def __exit__(self, *_error: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._count)

    def _count(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "PRAGMA")):
            self._client.queries += 1


class Unfound(Undefined):
    """What a template was looking for: it may ask whether that is there, but not use it where it is not.

    A misspelt ``row.is_payd`` would only ever be false. Keys that a mapping may lack are left alone.
    """

    def _used(self) -> None:
        thing = self._undefined_obj
        if isinstance(self._undefined_name, str) and thing is not missing and not isinstance(thing, Mapping):
            raise AssertionError(f"A template uses {self._undefined_name!r}, which no {type(thing).__name__} has.")

    def __bool__(self) -> bool:
        self._used()
        return super().__bool__()

    def __str__(self) -> str:
        self._used()
        return super().__str__()

    def __iter__(self) -> Iterator[Any]:
        self._used()
        return super().__iter__()

    def __len__(self) -> int:
        self._used()
        return super().__len__()

    def __eq__(self, other: Any) -> bool:
        self._used()
        return super().__eq__(other)

    __hash__ = Undefined.__hash__


def page_of(response: TestResponse) -> Element:
    """The page as a tree, without namespaces: ``page_of(response).find(".//h1")``."""
    # Thousands are read in a run, a few milliseconds each in a parser that is not written in C.
    return etree.fromstring(response.text, etree.HTMLParser(remove_comments=True, remove_pis=True))


def text_of(element: Element | None) -> str:
    """What a reader reads of the element."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def _problems(response: TestResponse) -> Iterator[str]:
    headers = response.headers
    if "HX-Redirect" in headers:
        return
    if headers.get("Content-Security-Policy") != CONTENT_SECURITY_POLICY:
        yield "The content security policy is not the strict one."
    if headers.get("X-Content-Type-Options") != "nosniff" or headers.get("Referrer-Policy") != "no-referrer":
        yield "The strict headers are missing."
    if response.request.headers.get("HX-Request") == "true":
        return
    page = page_of(response)
    yield from _of_head(page)
    yield from _of_storing(response, page)
    yield from _of_forms(page)
    yield from _of_ids(page)
    yield from _of_inline(page)
    yield from _of_language(page)


def _of_head(page: Element) -> Iterator[str]:
    headings = page.findall(".//h1")
    if len(headings) != 1 or not text_of(headings[0]):
        yield f"A page has one h1 with text; this has {[text_of(each) for each in headings]}."
    if page.get("lang") not in ("fi", "sv", "en"):
        yield f"html lang is {page.get('lang')!r}."
    title = text_of(page.find(".//title"))
    if not title or title.startswith("–"):
        yield "The page has no title of its own: fill {% block title %}."
    if len(page.findall(".//main")) != 1:
        yield "A page has one main."


def _of_storing(response: TestResponse, page: Element) -> Iterator[str]:
    signed_in = any(
        "sign-out" in (form.get("action") or "") for form in page.iter("form") if form.get("method") == "post"
    )
    if signed_in and response.headers.get("Cache-Control") != "no-store":
        yield "A page of somebody signed in must not be stored: Cache-Control is not no-store."


def _of_forms(page: Element) -> Iterator[str]:
    labelled = {label.get("for") for label in page.iter("label")}
    wrapped = {id(field) for label in page.iter("label") for field in label.iter()}
    for field in _all(page, "input", "select", "textarea"):
        if field.get("type") in UNLABELLED_TYPES or field.get("aria-label") or field.get("aria-labelledby"):
            continue
        if field.get("id") not in labelled and id(field) not in wrapped:
            yield f"A field has no label: {field.tag} name={field.get('name')!r}."
    for form in page.iter("form"):
        if form.get("method", "get").lower() == "post" and form.find(".//input[@name='csrf_token']") is None:
            yield f"A form has no token: action={form.get('action')!r}. Write {{{{ csrf(form) }}}} into it."
    yield from _of_words(page)


def _of_words(page: Element) -> Iterator[str]:
    for button in page.iter("button"):
        if not text_of(button) and not button.get("aria-label"):
            yield "A button says nothing."
    for link in page.iter("a"):
        if link.get("href") and not text_of(link) and not link.get("aria-label"):
            yield f"A link says nothing: {link.get('href')}."
    for image in page.iter("img"):
        if image.get("alt") is None:
            yield f"An image has no alt: {image.get('src')}."


def _of_ids(page: Element) -> Iterator[str]:
    ids = Counter(element.get("id") for element in page.iter() if element.get("id"))
    for name, count in ids.items():
        if count > 1:
            yield f"The id {name!r} is used {count} times."
    for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
        for element in page.iter():
            for name in (element.get(attribute) or "").split():
                if name not in ids:
                    yield f"{attribute}={name!r} names nothing on the page."


def _of_inline(page: Element) -> Iterator[str]:
    for element in page.iter():
        if not isinstance(element.tag, str):
            continue
        if element.get("style") is not None or element.tag == "style":
            yield f"Inline style on <{element.tag}>: the content security policy stops it."
        if element.tag == "script" and not element.get("src"):
            yield "Inline script: the content security policy stops it."
        for name in element.attrib:
            if name.startswith("on"):
                yield f"Inline handler {name} on <{element.tag}>: the content security policy stops it."


def _of_language(page: Element) -> Iterator[str]:
    language = page.get("lang", "")
    if language not in ("fi", "sv"):
        return
    translated = _translated(language)
    body = page.find("body")
    for text in _texts(body, language) if body is not None else ():
        if text in translated:
            yield f"Not translated although there is a translation: {text!r}."
        elif _complete(language) and len(ENGLISH.intersection(text.lower().split())) >= 2:
            yield f"English on a page in {language}: {text!r}."


def _texts(element: Element, language: str) -> Iterator[str]:
    """Every text and readable attribute in ``language`` under the element."""
    if element.get("lang", language) != language or element.tag in UNREAD:
        return
    for attribute in ("aria-label", "title", "placeholder", "alt"):
        if value := element.get(attribute):
            yield " ".join(value.split())
    if element.text and element.text.strip():
        yield " ".join(element.text.split())
    for child in element:
        yield from _texts(child, language)
        if child.tail and child.tail.strip():
            yield " ".join(child.tail.split())


@lru_cache
def _translated(language: str) -> frozenset[str]:
    """The English sources that have another wording in ``language``."""
    catalogue = translations.read(language)
    return frozenset(
        message.id
        for message in catalogue
        if isinstance(message.id, str) and message.id and message.string and message.string != message.id
    )


@lru_cache
def _complete(language: str) -> bool:
    """Whether everything in the catalogue has been translated. ``make check`` holds it so, and the catalogue whole."""
    return all(message.string for message in translations.read(language) if message.id)


def _all(page: Element, *tags: str) -> Iterable[Element]:
    for tag in tags:
        yield from page.iter(tag)
