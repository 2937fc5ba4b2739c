"""Plays AWS's part between the pieces: polls every queue and stream, and fires schedules as the shop's clock moves."""

import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.core.clock import Clock
from infra.local.sources import Source, lambda_context

IDLE_SECONDS = 0.05
QUIET_ROUNDS = 2
_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")


def rate_interval(expression: str) -> timedelta:
    """The interval of an EventBridge ``rate(5 minutes)``. Raises ``ValueError`` for any other expression."""
    found = _RATE.fullmatch(expression)
    if not found:
        raise ValueError(f"the laptop's pump plays rate(...) schedules only, not {expression}")
    return timedelta(**{f"{found[2]}s": int(found[1])})


@dataclass
class Schedule:
    """An EventBridge rule with a rate, and the function it calls."""

    name: str
    interval: timedelta
    function: Callable[[dict[str, Any], Any], Any]
    last_fired_at: datetime

    def fire(self, now: datetime) -> None:
        """Call the function as EventBridge does."""
        self.last_fired_at = now
        event = {
            "version": "0",
            "id": f"laptop-{self.name}",
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": "123456789012",
            "time": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": "us-east-1",
            "resources": [f"arn:aws:events:us-east-1:123456789012:rule/{self.name}"],
            "detail": {},
        }
        self.function(event, lambda_context(self.name))


class Pump:
    """Moves what is waiting. ``drain`` does it here and now; ``start`` keeps doing it in the background."""

    def __init__(self, sources: Sequence[Source], schedules: Sequence[Schedule], clock: Clock) -> None:
        self._sources = sources
        self._schedules = schedules
        self._clock = clock
        # Lambda runs one stream batch per shard at a time; so does the pump, whoever turns its handle.
        self._turn = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def turn(self) -> int:
        """One round over all sources; how many records were done with."""
        with self._turn:
            return sum(source.poll() for source in self._sources)

    def drain(self, patience_seconds: float = 60.0) -> int:
        """Turn until nothing moves; how many records were done with. Raises ``TimeoutError`` when it never ends."""
        moved, quiet, until = 0, 0, time.monotonic() + patience_seconds
        while quiet < QUIET_ROUNDS:
            if time.monotonic() > until:
                raise TimeoutError(f"queues and streams did not run dry in {patience_seconds:.0f} s")
            done = self.turn()
            moved += done
            quiet = 0 if done else quiet + 1
        return moved

    def fire_due(self) -> list[str]:
        """Fire each schedule whose interval has passed on the shop's clock; their names."""
        now = self._clock.now()
        due = [each for each in self._schedules if now - each.last_fired_at >= each.interval]
        for schedule in due:
            schedule.fire(now)
        return [schedule.name for schedule in due]

    def fire_now(self) -> None:
        """Fire every schedule, due or not: EventBridge, too, may deliver an occurrence twice."""
        for schedule in self._schedules:
            schedule.fire(self._clock.now())

    def start(self) -> None:
        """Turn and fire in the background until ``stop``."""
        self._thread = threading.Thread(target=self._run, name="pump", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread:
            self._thread.join(10)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.fire_due()
                moved = self.turn()
            except Exception as error:  # noqa: BLE001 - one bad round must not stop the shop
                print(f"  pump: {type(error).__name__}: {error}")
                moved = 0
            if not moved:
                self._stopping.wait(IDLE_SECONDS)
