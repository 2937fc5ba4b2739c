"""Several things that one clock starts, none of which waits for another to succeed."""

from collections.abc import Callable


class Chores:
    """What is to be done at every tick."""

    def __init__(self, *chores: Callable[[], object]) -> None:
        self._chores = chores

    def do(self) -> None:
        """Do each in turn, also behind one that fails. Raises an ``ExceptionGroup`` of what went wrong."""
        failures: list[Exception] = []
        for chore in self._chores:
            try:
                chore()
            except Exception as failure:  # noqa: BLE001 - told below, behind the others
                failures.append(failure)
        if failures:
            raise ExceptionGroup("chores failed", failures)
