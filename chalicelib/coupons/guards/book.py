"""The rules at the door as the shop keeps them."""

from collections.abc import Sequence

from chalicelib.core.clock import Clock
from chalicelib.core.remembered import Remembered
from chalicelib.coupons.guards.ports import GuardRecords, GuardRules
from chalicelib.coupons.guards.rules import Guards, Hit


class GuardBook:
    """The rules, remembered for some seconds, and what they did."""

    def __init__(self, rules: GuardRules, records: GuardRecords, clock: Clock, kept_seconds: int) -> None:
        self._rules = rules
        self._records = records
        self._clock = clock
        self._known = Remembered(self.stored, clock, kept_seconds)

    def current(self) -> Guards:
        """The rules that are applied now."""
        return self._known.value()

    def stored(self) -> Guards:
        """The rules as they are stored."""
        return self._rules.load() or Guards()

    def store(self, guards: Guards) -> Guards:
        """Put rules in the place of those of the version before. Raises ``GuardsChanged``."""
        self._rules.store(guards)
        self._known.forget()
        return guards

    def hits(self, limit: int, cursor: str | None = None) -> tuple[Sequence[Hit], str | None]:
        """What was refused, or would have been, latest first, and where to go on."""
        return self._records.hits(self._clock.now(), limit, cursor)
