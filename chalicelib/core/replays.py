"""What was set aside goes back to the step that could not do it."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from chalicelib.core.clock import Clock, whole_milliseconds
from chalicelib.core.errors import Impossible, InvalidRequest, NotFound
from chalicelib.core.failures import Failure, FailureNotFound, Failures

Taker = Callable[[Failure], None]
"""Takes a failure's body again. Must be harmless when repeated: a replay may die before it is noted as done."""


class NoWayBack(Impossible):
    """What this source sets aside is kept to be read only."""


class StillFailing(Impossible):
    """It was tried again and failed again, for the reason given."""


class Replays:
    """Gives failures back to the step that could not do them; ``takers`` by the failure's ``source``."""

    def __init__(self, failures: Failures, takers: Mapping[str, Taker], clock: Clock) -> None:
        self._failures = failures
        self._takers = takers
        self._clock = clock

    def get(self, failure_id: str) -> Failure:
        """One failure. Raises ``FailureNotFound``."""
        failure = self._failures.get(failure_id)
        if failure is None:
            raise FailureNotFound(f"there is no failure {failure_id!r}")
        return failure

    def can_replay(self, failure: Failure) -> bool:
        """Whether there is a way back for it."""
        return failure.replayed_at is None and failure.source in self._takers

    def replay(self, failure_id: str) -> Failure:
        """Do again what failed, once; the failure as it is afterwards. One that was replayed is only answered.

        Raises ``FailureNotFound``, ``NoWayBack``, ``StillFailing``, or ``Conflict`` or ``Unavailable`` when it may go later.
        """
        failure = self.get(failure_id)
        if failure.replayed_at is not None:
            return failure
        taker = self._takers.get(failure.source)
        if taker is None:
            raise NoWayBack(f"what {failure.source} set aside cannot be replayed")
        try:
            taker(failure)
        except (InvalidRequest, NotFound) as error:
            raise StillFailing(f"it failed again: {error.message}") from error
        at = whole_milliseconds(self._clock.now())
        self._failures.mark_replayed(failure_id, at)
        return replace(failure, replayed_at=at)
