"""How often each kind of event comes, by day: which names are not understood, and whether something stopped coming."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from typing import Final, Protocol

from chalicelib.core.clock import Clock
from chalicelib.events.catalogue import CATALOGUE
from chalicelib.events.model import Call, Event

MOST_DAYS: Final = 90
MOST_CHARACTERS: Final = 80
"""Of a name that is counted; longer ones are counted under their beginning."""
OTHERS: Final = "…"
"""Counts names beyond those that a day tells apart."""


class NameTallies(Protocol):
    """Sums of kinds of events by day."""

    def add(self, day: date, counts: Mapping[str, int]) -> None:
        """Add to a day's sums, in one write. Of very many different names the later ones are added up as ``OTHERS``."""
        ...

    def of(self, day: date) -> Mapping[str, int]:
        """A day's sums."""
        ...


@dataclass(frozen=True, slots=True)
class Tally:
    """How often one kind of event came. ``name`` is empty for all calls but ``track``; ``days`` in the shop's zone."""

    call: Call
    name: str
    days: Mapping[date, int]

    @property
    def count(self) -> int:
        return sum(self.days.values())

    @property
    def is_known(self) -> bool:
        return is_in_catalogue(f"{self.call}:{self.name}")


def is_in_catalogue(kind: str) -> bool:
    """Whether a kind as it is counted (``track:Product Viewed``, ``page:``) is one of those that are understood."""
    call, _, name = kind.partition(":")
    return call != Call.TRACK or name in CATALOGUE


class EventNames:
    """Counts recorded events by name. A repeated delivery is not counted; a worker that dies between recording and counting
    leaves its batch out: the numbers are never too high.
    """

    def __init__(self, tallies: NameTallies, clock: Clock, zone: tzinfo) -> None:
        self._tallies = tallies
        self._clock = clock
        self._zone = zone

    def count(self, recorded: Iterable[Event]) -> None:
        """Add events that were just recorded to today's sums."""
        counts = Counter(_kind(event) for event in recorded)
        if counts:
            self._tallies.add(self._today(), counts)

    def of_last(self, days: int) -> Sequence[Tally]:
        """The kinds of events of the last ``days`` days, today among them, most frequent first."""
        found: dict[str, dict[date, int]] = {}
        for back in range(days):
            day = self._today() - timedelta(days=back)
            for kind, count in self._tallies.of(day).items():
                found.setdefault(kind, {})[day] = count
        tallies = [Tally(Call(kind.partition(":")[0]), kind.partition(":")[2], each) for kind, each in found.items()]
        return sorted(tallies, key=lambda tally: (-tally.count, tally.call, tally.name))

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()


def _kind(event: Event) -> str:
    return f"{event.call}:{event.name[:MOST_CHARACTERS] if event.call is Call.TRACK else ''}"
