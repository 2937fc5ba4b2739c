"""The names that connectors give an index: the shop's own, its sorted replicas, and temporary ones to be moved over it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from chalicelib.search.plan import Sort

MAX_NAME_CHARACTERS = 128


class IndexKind(StrEnum):
    """What a name stands for."""

    SHOP = "shop"
    REPLICA = "replica"
    TEMPORARY = "temporary"
    UNKNOWN = "unknown"


def kind_of(name: str, shop_index: str) -> IndexKind:
    """What ``name`` stands for; a temporary one is the shop's with ``_tmp`` or ``_temp`` behind it (and more), or in front."""
    if name == shop_index:
        return IndexKind.SHOP
    if name in replicas_of(shop_index):
        return IndexKind.REPLICA
    shop = re.escape(shop_index)
    is_temporary = re.fullmatch(rf"{shop}[_.-]te?mp[\w.-]*|te?mp[_.-]{shop}[\w.-]*", name)
    return IndexKind.TEMPORARY if is_temporary and len(name) <= MAX_NAME_CHARACTERS else IndexKind.UNKNOWN


def replicas_of(shop_index: str) -> tuple[str, ...]:
    """The sorted replicas that every shop has."""
    return tuple(f"{shop_index}_{sort}" for sort in Sort if sort is not Sort.RELEVANCE)


@dataclass(frozen=True, slots=True)
class IndexNote:
    """What is kept of an index by its name: ``settings`` as they were sent, and the stage of a temporary one."""

    name: str
    created_at: datetime
    updated_at: datetime
    settings: Mapping[str, Any] = field(default_factory=dict)
    stage: str | None = None


class IndexNotes(Protocol):
    """Notes by the name of an index. Those of temporary ones (they have a stage) are kept for two days."""

    def create(self, note: IndexNote) -> IndexNote:
        """Store ``note`` unless there is one of its name; the one that stands."""
        ...

    def get(self, name: str) -> IndexNote | None: ...

    def put(self, note: IndexNote) -> None: ...

    def delete(self, name: str) -> None: ...

    def all(self) -> list[IndexNote]:
        """Every note, in the order of names; a shop has a handful."""
        ...
