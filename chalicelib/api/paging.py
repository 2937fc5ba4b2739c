"""Pages of a list that is at hand whole."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from chalicelib.api.request import Request
from chalicelib.core.errors import InvalidRequest

T = TypeVar("T")


def page_of(
    request: Request, items: Sequence[T], id_of: Callable[[T], str], view: Callable[[T], dict[str, Any]]
) -> dict[str, Any]:
    """The page that is asked for, and where the next begins: behind the last one's id. Raises ``InvalidRequest``."""
    limit, cursor = request.page()
    ids = [id_of(each) for each in items]
    if cursor is not None and cursor not in ids:
        raise InvalidRequest("cursor is none that this list gave, or what it named is gone", field="cursor")
    start = ids.index(cursor) + 1 if cursor else 0
    page = items[start : start + limit]
    following = id_of(page[-1]) if start + limit < len(items) else None
    return {"items": [view(each) for each in page], "next_cursor": following}
