"""What a full house costs: the work queue and a loan's page among 10 and among 10 000 cases, on SQLite.

Times are of the whole request without a network, so many times over; the ratio is that of the full house to the quiet.
"""

import tempfile
import time
from functools import cached_property, partial
from pathlib import Path

from lending.basics.vault import KEY_BYTES
from tests.bench import Measurements, Once, bench
from tests.web.crowd import UNIT, add_crowd
from tests.web.demo_addresses import Address
from tests.web.demo_world import Stage, World, make_template
from web.app import create_app
from web.config import Config
from web.wiring import wiring

QUIET, FULL = 10, 10_000
TIMES = 20
#: The page, and whether the borrower opens it, not a member of staff.
PAGES = {
    "work queue": ("/office?queue=in_preparation", False),
    "every case by name": ("/office?queue=all&sort=name", False),
    "loans of a unit": ("/office/loans", False),
    "my loan": ("/my/loans/<uuid:loan_id>", True),
}


@bench
def pages() -> Measurements:
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        for size in (QUIET, FULL):
            for name in PAGES:
                # The quiet house is the yardstick of the full one.
                yardstick = partial(house.seconds, QUIET, name) if size == FULL else None
                act = partial(house.open, size, name)
                yield f"{name}, {size} cases, {TIMES} times", Once(act, partial(house.fill, size), yardstick)
        house.leave()


class House:
    """The demo among so many others, built when somebody first wants to see it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._there = 0
        self._seconds: dict[tuple[int, str], float] = {}

    def fill(self, size: int) -> None:
        """Let there be ``size`` cases besides those of the demo."""
        if self._there < size:
            assert self._loan.case, "The loan is one of the demo's, found before anybody else is there"
            add_crowd(self._world.engine, self._there, size, self._world.colleague(UNIT, "preparer").id)
            self._there = size
            for name in PAGES:
                self._open(name)

    def open(self, size: int, name: str) -> None:
        """Open the page many times."""
        begun = time.perf_counter()
        for _time in range(TIMES):
            self._open(name)
        self._seconds[size, name] = time.perf_counter() - begun

    def seconds(self, size: int, name: str) -> float:
        """How long that took in the house of this size."""
        return self._seconds[size, name]

    def leave(self) -> None:
        """Let go of the database."""
        if "_world" in self.__dict__:
            self._world.engine.dispose()

    def _open(self, name: str) -> None:
        path, is_own = PAGES[name]
        reader = self._loan.case.citizen if is_own else self._world.colleague(UNIT, "preparer")
        response = self._world.client(reader, police=False).get(self._loan.path if is_own else path)
        assert response.status_code == 200

    @cached_property
    def _loan(self) -> Address:
        return next(page for page in self._world.addresses("citizen", ["GET"]) if page.rule == PAGES["my loan"][0])

    @cached_property
    def _world(self) -> World:
        template, own = self._folder / "template", self._folder / "own"
        template.mkdir()
        config = Config(
            data=template,
            database_url=f"sqlite:///{template / 'demo.sqlite'}",
            secret_key="only for measuring " * 2,
            vault_keys=(bytes(range(KEY_BYTES)),),
            demo=True,
            sign_in="demo",
            cookie_secure=False,
            testing=True,
            limits=False,
            log_level="ERROR",
        )
        make_template(template, config)
        app = create_app(config)
        return World(app, Stage(template, own), dict(wiring(app).sessions.kw["info"]))
