"""Versioned documents in a dictionary: what the twins of segments and tag definitions share."""

from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from chalicelib.core.errors import Conflict


class Versioned(Protocol):
    """A document with a version."""

    @property
    def version(self) -> int: ...


T = TypeVar("T", bound=Versioned)


class MemoryVersioned(Generic[T]):
    """Documents by id. ``stale`` makes the refusal of a change that was made on another version."""

    def __init__(self, stale: Callable[[str], Conflict]) -> None:
        self._kept: dict[str, T] = {}
        self._stale = stale

    def all(self) -> Sequence[T]:
        return [self._kept[each] for each in sorted(self._kept)]

    def get(self, item_id: str) -> T | None:
        return self._kept.get(item_id)

    def keep(self, item_id: str, document: T, expected_version: int | None) -> None:
        """Store a document, if the stored version is the expected one (None: there is none)."""
        self._expect(item_id, expected_version)
        self._kept[item_id] = document

    def delete(self, item_id: str, expected_version: int) -> None:
        self._expect(item_id, expected_version)
        del self._kept[item_id]

    def _expect(self, item_id: str, version: int | None) -> None:
        known = self._kept.get(item_id)
        if (known.version if known else None) != version:
            raise self._stale(item_id)
