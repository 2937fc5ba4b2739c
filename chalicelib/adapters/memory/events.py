"""In-memory twins of the ports of ``events``."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from chalicelib.events.model import Event, Outcome, Unreadable
from chalicelib.events.spans import is_claimed, place_of, settled, span_of


class MemoryEventQueue:
    """``EventQueue`` in a list; ``drain`` plays the consumer."""

    def __init__(self) -> None:
        self._waiting: list[Event] = []

    def send(self, events: Sequence[Event]) -> None:
        self._waiting += events

    def drain(self) -> list[Event]:
        """What was sent since the last time."""
        drained, self._waiting = self._waiting, []
        return drained


class MemoryEventLog:
    """``EventLog`` in dictionaries; ``stream`` holds what was recorded, in that order, as the table's stream would."""

    def __init__(self) -> None:
        self._events: dict[str, dict[tuple[str, str], Event]] = {}
        self._claims: dict[tuple[str, str], datetime] = {}
        self._recorded_at: dict[tuple[str, tuple[str, str]], datetime] = {}
        self.stream: list[Event] = []

    def append(self, event: Event, recorded_at: datetime | None = None) -> Outcome:
        if is_claimed(event):
            event = settled(event, self._claims.setdefault((event.shopper_id, event.message_id), event.told_at))
        recorded = self._events.setdefault(event.shopper_id, {})
        place = span_of(event.told_at), event.message_id
        if place in recorded:
            return Outcome.DUPLICATE if recorded[place].digest == event.digest else Outcome.CONFLICT
        recorded[place] = event
        self._recorded_at[event.shopper_id, place] = recorded_at or event.received_at
        self.stream.append(event)
        return Outcome.RECORDED

    def of(self, shopper_id: str, limit: int, cursor: str | None = None) -> tuple[Sequence[Event], str | None]:
        recorded = {place_of(event): event for event in self._events.get(shopper_id, {}).values()}
        places = sorted((place for place in recorded if cursor is None or place < cursor), reverse=True)
        next_cursor = places[limit - 1] if len(places) > limit else None
        return [recorded[place] for place in places[:limit]], next_cursor

    def all_of(self, shopper_id: str) -> Iterable[tuple[Event | Unreadable, datetime]]:
        recorded = self._events.get(shopper_id, {})
        return [(event, self._recorded_at[shopper_id, place]) for place, event in recorded.items()]


class MemoryNameTallies:
    """``NameTallies`` in dictionaries; it tells any number of names apart."""

    def __init__(self) -> None:
        self._sums: dict[date, dict[str, int]] = {}

    def add(self, day: date, counts: Mapping[str, int]) -> None:
        sums = self._sums.setdefault(day, {})
        for kind, count in counts.items():
            sums[kind] = sums.get(kind, 0) + count

    def of(self, day: date) -> Mapping[str, int]:
        return dict(self._sums.get(day, {}))
