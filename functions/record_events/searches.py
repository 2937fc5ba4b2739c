"""The searches of our own API that an event shows to have been meant: they are recorded beside it."""

from collections.abc import Callable, Iterator, Sequence

from chalicelib.adapters.own_searches import search_behind, search_told_by
from chalicelib.events import Event
from chalicelib.search import Interaction, LoggedSearch


def searches_of(
    event: Event, interactions: Sequence[Interaction], search_of: Callable[[str], LoggedSearch | None]
) -> Iterator[Event]:
    """One event for each search that ``event`` tells of, or that one of its actions came from."""
    if told := search_told_by(event):
        yield told
    for query_id in dict.fromkeys(each.query_id for each in interactions):
        search = search_of(query_id)
        if search and (found := search_behind(event, search)):
            yield found
