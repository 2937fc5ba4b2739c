"""The events of every day as files, for as long as the shop likes: the log itself forgets them after a while.

A file holds the log's own text of an event on each line, gzipped; what is personal in it was sealed at the door. It lies under
the UTC day on which its events were recorded, so that a day that is over does not grow any more.
"""

import gzip
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Protocol

from chalicelib.core.errors import InvalidRequest
from chalicelib.events.model import Event, decode_event


class EventArchive(Protocol):
    """The files. All methods raise ``Unavailable`` when they cannot be reached."""

    def put(self, day: date, name: str, content: bytes) -> None:
        """Write a file of a day; again with the same name is the same file."""
        ...

    def files(self, day: date) -> Iterator[bytes]:
        """What a day's files hold, in the order of their names."""
        ...

    def days(self) -> Iterator[date]:
        """The days that have files, the earliest first."""
        ...


def packed(lines: Iterable[str]) -> bytes:
    """A file of the texts of events; the same texts make the same bytes."""
    return gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0)


def archived_events(archive: EventArchive, day: date) -> Iterator[Event]:
    """The events of a day, each once: a worker that died after it wrote a file wrote its events again, perhaps under other
    names. Lines that hold no event are left out."""
    seen: set[tuple[str, str, datetime]] = set()
    for content in archive.files(day):
        for line in gzip.decompress(content).decode().splitlines():
            event = _event(line)
            if event is not None and (place := (event.shopper_id, event.message_id, event.at)) not in seen:
                seen.add(place)
                yield event


def _event(line: str) -> Event | None:
    try:
        return decode_event(line)
    except InvalidRequest:
        return None
