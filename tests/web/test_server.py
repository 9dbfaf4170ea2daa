"""The real thing: started as people start it, answering over a real connection, stopped with Ctrl-C."""

import os
import re
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from tests.browser.serving import Server, serving
from tests.files import a_large_pdf, a_large_photograph

WORKER_MAX_BYTES = 200 * 1024 * 1024
#: The page's own limit for one request is 100 MB; what is over it must not be read at all.
TOO_LARGE_BYTES = 30 * 1024 * 1024
LARGEST_BYTES = 20 * 1024 * 1024
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """Enough of a browser: a connection and the cookies."""

    def __init__(self, server: Server) -> None:
        self._host = server.url.removeprefix("http://")
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> tuple[HTTPResponse, str]:
        return self.send("GET", path, b"", "")

    def post(self, path: str, fields: dict[str, str], token_from: str) -> tuple[HTTPResponse, str]:
        body = urlencode({**fields, "csrf_token": self.token(token_from)}).encode()
        return self.send("POST", path, body, "application/x-www-form-urlencoded")

    def token(self, path: str) -> str:
        found = TOKEN.search(self.get(path)[1])
        assert found
        return found[1]

    def send(self, method: str, path: str, body: bytes, kind: str) -> tuple[HTTPResponse, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        with closing(HTTPConnection(self._host, timeout=60)) as connection:
            connection.request(method, path, body, {"Cookie": cookies, "Content-Type": kind})
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, rest = value.partition("=")
                self._cookies[cookie] = rest.partition(";")[0]
        return response, text


@pytest.fixture(scope="module")
def server(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(run_folder, tmp_path_factory.mktemp("server") / "data") as server:
        yield server


@pytest.fixture
def browser(server: Server) -> Browser:
    return Browser(server)


def test_it_tells_its_address_and_the_people_of_the_demo(server: Server):
    said = server.log.read_text()
    assert server.url in said
    assert "Aino Virtanen (fi)" in said and "decider" in said


def test_it_is_ready(browser: Browser):
    response, text = browser.get("/readyz")
    assert response.status == 200, text


def test_workers_stay_small_whatever_is_uploaded(server: Server, browser: Browser):
    case = _an_application(browser)
    token = browser.token(f"{case}/application/attachments")
    body, kind = _sent(token, [(f"{number}.pdf", b"%PDF-1.7\n" + os.urandom(TOO_LARGE_BYTES)) for number in range(3)])
    for path in (f"{case}/attachments", f"{case}/attachments", "/feedback"):
        try:
            browser.send("POST", path, body, kind)
        except ConnectionError:
            # What is over the limit is not read to its end.
            assert path == "/feedback"
    _stayed_small(server)


def test_workers_stay_small_when_the_largest_documents_come_and_go(server: Server, browser: Browser):
    case = _an_application(browser)
    page = f"{case}/application/attachments"
    files = [("scan.pdf", a_large_pdf(LARGEST_BYTES)), ("photograph.jpg", a_large_photograph())]
    assert all(LARGEST_BYTES * 3 // 4 < len(content) <= LARGEST_BYTES for _name, content in files)
    for _time in range(2):
        response, _ = browser.send("POST", f"{case}/attachments", *_sent(browser.token(page), files))
        assert response.status == 303
    _, text = browser.get(page)
    documents = re.findall(rf'href="({case}/attachments/[0-9a-f-]{{36}})"', text)
    assert len(set(documents)) == 4, text
    for document in documents:
        response, content = browser.get(document)
        assert response.status == 200 and len(content) > LARGEST_BYTES // 8
    _stayed_small(server)


def test_ctrl_c_stops_it_cleanly(run_folder: Path, tmp_path: Path):
    # How it ended is judged by ``serving``.
    with serving(run_folder, tmp_path / "data") as server:
        pass
    said = server.log.read_text()
    assert "Traceback" not in said and '"level": "error"' not in said
    assert not Path(f"/proc/{server.process}").exists()


def _an_application(browser: Browser) -> str:
    """Sign in as Aino Virtanen and begin an application, or go on with hers: its address."""
    person = re.search(r'value="([0-9a-f-]{36})">Aino Virtanen', browser.get("/sign-in")[1])
    assert person
    response, _ = browser.post("/sign-in", {"person": person[1]}, token_from="/sign-in")
    assert response.status == 303
    response, _ = browser.post("/my/applications", {}, token_from="/my")
    case = re.search(r"/my/cases/[0-9a-f-]{36}", response.headers["Location"])
    assert case, response.headers["Location"]
    return case[0]


def _sent(token: str, files: list[tuple[str, bytes]]) -> tuple[bytes, str]:
    """What a browser sends when these files are chosen as bank statements, and the kind of it."""
    boundary = uuid4().hex
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="'
    parts = [f'{head}csrf_token"\r\n\r\n{token}\r\n{head}kind"\r\n\r\nbank-statements\r\n'.encode()]
    for name, content in files:
        parts += [f'{head}files"; filename="{name}"\r\n\r\n'.encode(), content, b"\r\n"]
    return b"".join([*parts, f"--{boundary}--\r\n".encode()]), f"multipart/form-data; boundary={boundary}"


def _stayed_small(server: Server) -> None:
    workers = _children(server.process)
    assert len(workers) >= 2
    for worker in workers:
        assert _resident_bytes(worker) < WORKER_MAX_BYTES


def _children(process: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def _resident_bytes(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text()
    # The most it ever had, not what it has now.
    found = re.search(r"VmHWM:\s+([0-9]+) kB", status)
    assert found
    return int(found[1]) * 1024
