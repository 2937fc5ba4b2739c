"""What a store said, kept for some seconds by one container."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from chalicelib.core.clock import Clock
from chalicelib.core.errors import Unavailable
from chalicelib.core.telemetry import logger

T = TypeVar("T")


class Remembered(Generic[T]):
    """A value that is read again once it is ``seconds`` old. While the store does not answer, what was known serves;
    ``instead`` serves where nothing was (None: ``Unavailable`` is raised)."""

    def __init__(self, read: Callable[[], T], clock: Clock, seconds: int, instead: T | None = None) -> None:
        self._read = read
        self._clock = clock
        self._life = timedelta(seconds=seconds)
        self._value = instead
        self._until: datetime | None = None

    def value(self) -> T:
        """The value, at most ``seconds`` old."""
        now = self._clock.now()
        if self._value is None or self._until is None or now >= self._until:
            try:
                self._value = self._read()
            except Unavailable as error:
                if self._value is None:
                    raise
                logger().warning("not read, what was known serves", extra={"reason": error.message})
            self._until = now + self._life
        return self._value

    def forget(self) -> None:
        """Read it again when it is asked for next: it was changed here."""
        self._until = None
