"""The time in tests: it stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

#: A Tuesday in September, noon in Finland.
NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


class Clock:
    """A clock that a test sets and moves. Called, it tells the time, as the real one does."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **amount: float) -> datetime:
        """Move on by ``days``, ``hours``, ``minutes`` or ``seconds``, and tell the time."""
        self.now += timedelta(**amount)
        return self.now
