"""A process that dies, or loses an answer, at a write of its choice."""

from enum import StrEnum
from typing import Any

from botocore.exceptions import ReadTimeoutError

CLIENT_WRITES = frozenset({"transact_write_items", "put_item", "update_item", "delete_item"})
PORT_WRITES = frozenset({"create", "issue", "move", "lease", "give_back", "open", "add", "claim"})


class Killed(BaseException):
    """The process died: nothing may catch this."""


class Death(StrEnum):
    """What happens at the chosen write."""

    BEFORE = "dies before it"
    AFTER = "dies after it"
    SILENCE = "lives on, the answer is lost"


def each_once(writes: int, death: Death) -> range:
    """Every third write, from another one for each death: over all deaths each write meets one of them. For stores on which
    a story takes long; the twins meet every death at every write."""
    return range(1 + [*Death].index(death), writes + 1, len(Death))


class Fate:
    """At the ``at``-th write from now (None: never) ``death`` happens, once."""

    def __init__(self, at: int | None = None, death: Death = Death.AFTER) -> None:
        self.at = at
        self.death = death
        self.writes = 0

    def write(self, method: Any, *arguments: Any, **named: Any) -> Any:
        self.writes += 1
        is_now = self.writes == self.at
        if is_now and self.death is Death.BEFORE:
            raise Killed
        answer = method(*arguments, **named)
        if is_now and self.death is Death.AFTER:
            raise Killed
        if is_now and self.death is Death.SILENCE:
            raise ReadTimeoutError(endpoint_url="the store")
        return answer


class Mortal:
    """``target`` (a DynamoDB client, or the twin of a port) in the hands of ``fate``."""

    def __init__(self, target: Any, fate: Fate, writes: frozenset[str] = CLIENT_WRITES) -> None:
        self._target = target
        self._fate = fate
        self._writes = writes

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._target, name)
        if name not in self._writes:
            return attribute
        return lambda *arguments, **named: self._fate.write(attribute, *arguments, **named)
