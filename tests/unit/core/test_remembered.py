"""What a container remembers: asked again when it is old, or was changed here; the old answer while there is no new one."""

from datetime import timedelta

import pytest

from chalicelib.core.clock import MovableClock
from chalicelib.core.errors import Unavailable
from chalicelib.core.remembered import Remembered
from tests.support.shoppers import NOW


class Source:
    """A store that counts how often it is asked, and may stop answering."""

    def __init__(self) -> None:
        self.asked = 0
        self.is_down = False

    def __call__(self) -> int:
        if self.is_down:
            raise Unavailable("down")
        self.asked += 1
        return self.asked


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture
def source() -> Source:
    return Source()


def test_a_value_is_read_once_while_it_is_fresh(source: Source, clock: MovableClock) -> None:
    remembered = Remembered(source, clock, 5)
    assert [remembered.value() for _ in range(3)] == [1, 1, 1]
    clock.advance(timedelta(seconds=4.999))
    assert remembered.value() == 1
    clock.advance(timedelta(milliseconds=1))
    assert remembered.value() == 2


def test_what_was_changed_here_is_read_at_once(source: Source, clock: MovableClock) -> None:
    remembered = Remembered(source, clock, 5)
    assert remembered.value() == 1
    remembered.forget()
    assert remembered.value() == 2


def test_the_old_value_serves_while_the_store_is_silent_and_it_is_not_asked_by_every_request(
    source: Source, clock: MovableClock
) -> None:
    remembered = Remembered(source, clock, 5)
    assert remembered.value() == 1
    source.is_down = True
    clock.advance(timedelta(seconds=5))
    assert remembered.value() == 1
    source.is_down = False
    assert remembered.value() == 1
    clock.advance(timedelta(seconds=5))
    assert remembered.value() == 2


def test_without_any_value_the_refusal_is_told_unless_something_serves_instead(
    source: Source, clock: MovableClock
) -> None:
    source.is_down = True
    plain, served = Remembered(source, clock, 5), Remembered(source, clock, 5, 0)
    with pytest.raises(Unavailable):
        plain.value()
    assert served.value() == 0
    source.is_down = False
    assert plain.value() == 1, "a refusal is not remembered"
