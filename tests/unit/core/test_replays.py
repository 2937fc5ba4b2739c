"""What was set aside goes back once."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib.adapters.memory.core import MemoryFailures
from chalicelib.core.clock import MovableClock
from chalicelib.core.errors import InvalidRequest, Unavailable
from chalicelib.core.failures import Failure, FailureNotFound
from chalicelib.core.replays import NoWayBack, Replays, StillFailing
from tests.support.shoppers import NOW

FAILURE = Failure("f1", "record_events", "不是 JSON", "{", NOW)


def replays(taker: Callable[[Failure], None]) -> tuple[Replays, MemoryFailures]:
    failures = MemoryFailures()
    failures.add(FAILURE)
    failures.add(Failure("f2", "elsewhere", "so", "{}", NOW))
    return Replays(failures, {"record_events": taker}, MovableClock(NOW + timedelta(hours=1))), failures


def test_a_failure_is_taken_back_once_and_says_when() -> None:
    taken: list[str] = []
    made, failures = replays(lambda failure: taken.append(failure.body))
    assert made.can_replay(FAILURE)
    for _ in range(2):
        assert made.replay("f1").replayed_at == NOW + timedelta(hours=1)
    assert taken == ["{"]
    known = failures.get("f1")
    assert known is not None
    assert not made.can_replay(known)


@pytest.mark.parametrize(
    ("error", "said"), [(InvalidRequest("still bad"), StillFailing), (Unavailable("busy"), Unavailable)]
)
def test_what_fails_again_stays_where_it_is(error: Exception, said: type[Exception]) -> None:
    def taker(_: Failure) -> None:
        raise error

    made, failures = replays(taker)
    with pytest.raises(said):
        made.replay("f1")
    assert failures.get("f1") == FAILURE


def test_what_nobody_takes_back_and_what_is_not_there_are_told_apart() -> None:
    made, _ = replays(lambda _: None)
    with pytest.raises(NoWayBack, match="elsewhere"):
        made.replay("f2")
    with pytest.raises(FailureNotFound):
        made.replay("f3")
