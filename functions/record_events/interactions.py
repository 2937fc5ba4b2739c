"""What an event says of a search: any client may join a product event to its search by ``properties.query_id``."""

from collections.abc import Mapping

from chalicelib.events import PRODUCT_CONVERTED, Call, Event
from chalicelib.search import Action, Interaction, pseudonym, time_of

ACTIONS: Mapping[str, Action] = {
    "Product Viewed": Action.VIEWED,
    "Product Clicked": Action.CLICKED,
    "Product Added": Action.ADDED,
    PRODUCT_CONVERTED: Action.CONVERTED,
}


def interaction_of(event: Event) -> Interaction | None:
    """The action on a search's product in ``event``, or None when it names no search of ours or no product."""
    action = ACTIONS.get(event.name) if event.call is Call.TRACK else None
    query_id, product_id = event.properties.get("query_id"), event.properties.get("product_id")
    if action is None or time_of(query_id) is None or not isinstance(product_id, int | str):
        return None
    position = event.properties.get("position")
    return Interaction(
        action_id=event.message_id,
        query_id=str(query_id),
        action=action,
        object_id=str(product_id)[:128],
        at=event.at,
        client=pseudonym(event.shopper_id),
        position=position if isinstance(position, int) and not isinstance(position, bool) else None,
    )
