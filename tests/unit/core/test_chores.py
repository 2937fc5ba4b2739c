"""Chores of one clock."""

import pytest

from chalicelib.core.chores import Chores


def test_a_chore_that_fails_stops_none_behind_it_and_is_told() -> None:
    done: list[str] = []

    def fail() -> None:
        raise ValueError("broken")

    with pytest.raises(ExceptionGroup) as failed:
        Chores(lambda: done.append("first"), fail, lambda: done.append("last")).do()
    assert done == ["first", "last"]
    assert [str(each) for each in failed.value.exceptions] == ["broken"]
