"""In-memory twin of the event archive."""

from collections.abc import Iterator
from datetime import date


class MemoryEventArchive:
    """``EventArchive`` in a dictionary."""

    def __init__(self) -> None:
        self._files: dict[tuple[date, str], bytes] = {}

    def put(self, day: date, name: str, content: bytes) -> None:
        self._files[day, name] = content

    def files(self, day: date) -> Iterator[bytes]:
        return (self._files[place] for place in sorted(self._files) if place[0] == day)

    def days(self) -> Iterator[date]:
        return iter(sorted({day for day, _ in self._files}))
