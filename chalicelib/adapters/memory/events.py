"""In-memory twins of the ports of ``events``."""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.core.clock import to_rfc3339
from chalicelib.events.model import Event, Outcome


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
        self._events: dict[str, dict[str, Event]] = {}
        self._first_times: dict[tuple[str, str], Event] = {}
        self.stream: list[Event] = []

    def append(self, event: Event) -> Outcome:
        if not event.is_time_given:
            first = self._first_times.setdefault((event.shopper_id, event.message_id), event)
            event = replace(event, at=first.at)
        recorded = self._events.setdefault(event.shopper_id, {})
        place = f"{to_rfc3339(event.at)}#{event.message_id}"
        if place in recorded:
            return Outcome.DUPLICATE if recorded[place].digest == event.digest else Outcome.CONFLICT
        recorded[place] = event
        self.stream.append(event)
        return Outcome.RECORDED

    def of(self, shopper_id: str, limit: int, cursor: str | None = None) -> tuple[Sequence[Event], str | None]:
        recorded = self._events.get(shopper_id, {})
        places = sorted((place for place in recorded if cursor is None or place < cursor), key=str.encode, reverse=True)
        next_cursor = places[limit - 1] if len(places) > limit else None
        return [recorded[place] for place in places[:limit]], next_cursor
