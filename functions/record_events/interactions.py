"""What an event says of a search: any client may join a product event to its search by ``properties.query_id``, and the lines
of an order by theirs."""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.events import PRODUCT_CONVERTED, Call, Event
from chalicelib.search import Action, Interaction, time_of

ACTIONS: Mapping[str, Action] = {
    "Product Viewed": Action.VIEWED,
    "Product Clicked": Action.CLICKED,
    "Product Added": Action.ADDED,
    PRODUCT_CONVERTED: Action.CONVERTED,
}
_ORDERED = "Order Completed"
MAX_LINES = 50


def interactions_of(event: Event) -> Iterator[Interaction]:
    """The actions on searches' products in ``event``: none when it names no search of ours or no product."""
    if event.call is not Call.TRACK:
        return
    if event.name in ACTIONS:
        yield from _interaction(event, event.message_id, ACTIONS[event.name], event.properties)
    lines = event.properties.get("products")
    if event.name == _ORDERED and isinstance(lines, list):
        for number, line in enumerate(lines[:MAX_LINES]):
            if isinstance(line, dict):
                said = {"query_id": event.properties.get("query_id"), **line}
                yield from _interaction(event, f"{event.message_id}-{number}", Action.CONVERTED, said)


def _interaction(event: Event, action_id: str, action: Action, said: Mapping[str, Any]) -> Iterator[Interaction]:
    query_id, product_id = said.get("query_id"), said.get("product_id")
    if time_of(query_id) is None or not isinstance(product_id, int | str):
        return
    position = said.get("position")
    is_place = isinstance(position, int) and not isinstance(position, bool)
    yield Interaction(
        action_id=action_id,
        query_id=str(query_id),
        action=action,
        object_id=str(product_id)[:128],
        at=event.at,
        position=position if is_place else None,
    )
