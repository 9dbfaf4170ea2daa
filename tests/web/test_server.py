"""The real thing: started as people start it, answering over a real connection, stopped with Ctrl-C."""

import os
import re
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from tests.browser.serving import Server, serving

WORKER_MAX_BYTES = 200 * 1024 * 1024
#: The page's own limit for one request is 100 MB; what is over it must not be read at all.
FILE_BYTES = 30 * 1024 * 1024
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
        connection = HTTPConnection(self._host, timeout=60)
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        connection.request(method, path, body, {"Cookie": cookies, "Content-Type": kind})
        response = connection.getresponse()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, rest = value.partition("=")
                self._cookies[cookie] = rest.partition(";")[0]
        text = response.read().decode()
        connection.close()
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
    person = re.search(r'value="([0-9a-f-]{36})">Aino Virtanen', browser.get("/sign-in")[1])
    assert person
    response, _ = browser.post("/sign-in", {"person": person[1]}, token_from="/sign-in")
    assert response.status == 303
    response, _ = browser.post("/my/applications", {}, token_from="/my")
    case = re.search(r"/my/cases/[0-9a-f-]{36}", response.headers["Location"])
    assert case, response.headers["Location"]
    boundary = uuid4().hex
    token = browser.token(f"{case[0]}/application/attachments")
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'.encode(),
        f'--{boundary}\r\nContent-Disposition: form-data; name="kind"\r\n\r\nbank_statement\r\n'.encode(),
    ]
    for number in range(3):
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{number}.pdf"\r\n\r\n'
        parts += [head.encode(), b"%PDF-1.7\n" + os.urandom(FILE_BYTES), b"\r\n"]
    body = b"".join([*parts, f"--{boundary}--\r\n".encode()])
    kind = f"multipart/form-data; boundary={boundary}"
    for path in (f"{case[0]}/attachments", f"{case[0]}/attachments", "/feedback"):
        try:
            browser.send("POST", path, body, kind)
        except ConnectionError:
            # What is over the limit is not read to its end.
            assert path == "/feedback"
    workers = _children(server.process)
    assert len(workers) >= 2
    for worker in workers:
        assert _resident_bytes(worker) < WORKER_MAX_BYTES


def test_ctrl_c_stops_it_cleanly(run_folder: Path, tmp_path: Path):
    # How it ended is judged by ``serving``.
    with serving(run_folder, tmp_path / "data") as server:
        pass
    said = server.log.read_text()
    assert "Traceback" not in said and '"level": "error"' not in said
    assert not Path(f"/proc/{server.process}").exists()


def _children(process: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def _resident_bytes(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text()
    # The most it ever had, not what it has now.
    found = re.search(r"VmHWM:\s+([0-9]+) kB", status)
    assert found
    return int(found[1]) * 1024
