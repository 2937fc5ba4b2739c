"""The rules at the door as the shop keeps them."""

from collections.abc import Sequence
from datetime import timedelta

from chalicelib.core.clock import Clock
from chalicelib.coupons.guards.ports import GuardRecords, GuardRules
from chalicelib.coupons.guards.rules import Guards, Hit


class GuardBook:
    """The rules, remembered for some seconds, and what they did."""

    def __init__(self, rules: GuardRules, records: GuardRecords, clock: Clock, kept_seconds: int) -> None:
        self._rules = rules
        self._records = records
        self._clock = clock
        self._kept_for = timedelta(seconds=kept_seconds)
        self._known = Guards()
        self._known_until = clock.now() - self._kept_for

    def current(self) -> Guards:
        """The rules that are applied now."""
        now = self._clock.now()
        if now >= self._known_until:
            self._known, self._known_until = self.stored(), now + self._kept_for
        return self._known

    def stored(self) -> Guards:
        """The rules as they are stored."""
        return self._rules.load() or Guards()

    def store(self, guards: Guards) -> Guards:
        """Put rules in the place of those of the version before. Raises ``GuardsChanged``."""
        self._rules.store(guards)
        self._known_until = self._clock.now() - self._kept_for
        return guards

    def hits(self, limit: int, cursor: str | None = None) -> tuple[Sequence[Hit], str | None]:
        """What was refused, or would have been, latest first, and where to go on."""
        return self._records.hits(self._clock.now(), limit, cursor)
