"""Time enters the program here and nowhere else, so that tests and the laptop shop can travel."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the present instant, in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class MovableClock:
    """A clock that stands where it was put (``start``), or runs from there when ``running``; ``advance`` moves it on."""

    def __init__(self, start: datetime, *, running: bool = False) -> None:
        self._origin = datetime.now(UTC) if running else None
        self._start = start

    def now(self) -> datetime:
        elapsed = datetime.now(UTC) - self._origin if self._origin else timedelta(0)
        return self._start + elapsed

    def advance(self, by: timedelta) -> datetime:
        """Move on by ``by`` and return the new present."""
        self._start += by
        return self.now()


def to_rfc3339(instant: datetime) -> str:
    """``2026-11-22T08:00:00.000Z``: milliseconds always, so that the texts sort as the instants do."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"


def from_rfc3339(text: str) -> datetime:
    """The instant a text names, in UTC. Raises ``ValueError`` when it is no RFC 3339 time, lacks a zone or has no date in UTC."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"no time zone in {text!r}")
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"no date in UTC: {text!r}") from None


def whole_milliseconds(instant: datetime) -> datetime:
    """The instant as it comes back from a store: nothing finer than a millisecond."""
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)
