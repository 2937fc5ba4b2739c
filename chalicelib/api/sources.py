"""Lists of what lies under several ids of one person: one list after another, with one cursor."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from chalicelib import wiring
from chalicelib.api.profiles import MAX_CURSOR_CHARACTERS, checked
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.ids import digest

Item = TypeVar("Item")
_MARK_CHARACTERS = 8


def across(
    shopper_id: str,
    read: Callable[[str, int, str | None], tuple[Sequence[Item], str | None]],
    limit: int,
    cursor: str | None,
) -> tuple[list[Item], str | None]:
    """One page of what ``read(id, limit, cursor)`` lists, of every id of a shopper: the surviving one's first.

    Raises ``InvalidRequest`` for a cursor that this did not give.
    """
    ids = wiring.services().profiles.sources_of(checked(shopper_id))
    place, inner = _place(ids, cursor)
    items: list[Item] = []
    while True:
        page, inner = read(ids[place], limit - len(items), inner)
        items += page
        if inner is None:
            place += 1
        if place == len(ids):
            return items, None
        if len(items) >= limit:
            return items, f"{_mark(ids[place])}{inner or ''}"


def _place(ids: Sequence[str], cursor: str | None) -> tuple[int, str | None]:
    if not cursor:
        return 0, None
    marks = [_mark(each) for each in ids]
    mark, inner = cursor[:_MARK_CHARACTERS], cursor[_MARK_CHARACTERS:]
    if mark not in marks or len(cursor) > MAX_CURSOR_CHARACTERS:
        raise InvalidRequest("cursor is none that this list gave", field="cursor")
    return marks.index(mark), inner or None


def _mark(shopper_id: str) -> str:
    """Short, and true still after another id was merged in between two pages."""
    return digest(shopper_id)[:_MARK_CHARACTERS]
