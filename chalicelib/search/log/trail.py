"""What searches leave behind: which query showed which products to whom, and what was done with them.

The shape is that of OpenSearch's User Behavior Insights 1.3: one query record per search, one event per action, joined by
the query id. A shopper has a name of their own here, drawn at random (``LogNames``): enough to count people and to tell one
typist from another, and nobody's once it is forgotten.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import msgspec

from chalicelib.core.clock import whole_milliseconds
from chalicelib.core.ids import Randomness
from chalicelib.core.shapes import decode
from chalicelib.search.text import fold

MAX_COUNTED_CHARACTERS = 100
"""A longer query is logged cut off: nobody types it twice."""
MAX_SHOWN = 100
"""Products of one search that are logged; what stands behind them was not looked at."""
_RANDOM_BYTES = 10
_TIME_DIGITS = 12
_HEX = frozenset("0123456789abcdef")
AS_ASKED = "as_asked"
SEARCH_MARK = '{"logged_search":'
"""What a search's queue message begins with; events travel in the same queue."""


class Action(StrEnum):
    """What was done with a product that a search showed."""

    VIEWED = "view"
    CLICKED = "click"
    ADDED = "add_to_cart"
    CONVERTED = "conversion"


@dataclass(frozen=True, slots=True)
class LoggedSearch:
    """One search: ``query`` folded, ``asked`` as typed, ``client`` a shopper's name in the log or None, ``shown`` object ids
    whose first stood at position ``first`` + 1 over all pages, ``total`` all hits. ``rung`` is the ladder's: where it is not
    ``as_asked``, what was asked found nothing. ``attributes`` are for experiments (see ``search.log.contests``)."""

    query_id: str
    at: datetime
    query: str
    asked: str
    client: str | None
    first: int
    shown: tuple[str, ...]
    total: int
    index: str = "products"
    rung: str = AS_ASKED
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found as it was asked."""
        return self.total == 0 or self.rung != AS_ASKED


@dataclass(frozen=True, slots=True)
class Interaction:
    """One action on one product, joined to its search by ``query_id``, which also says who did it; ``position`` counts from
    1, None when unknown."""

    action_id: str
    query_id: str
    action: Action
    object_id: str
    at: datetime
    position: int | None = None


def new_query_id(at: datetime, randomness: Randomness) -> str:
    """32 hex characters: the time in milliseconds, then 80 random bits. Ids sort as searches came, and a click that brings
    one along says by it where the search lies."""
    return f"{_epoch_milliseconds(at):0{_TIME_DIGITS}x}{randomness.token_bytes(_RANDOM_BYTES).hex()}"


def time_of(query_id: object) -> datetime | None:
    """When the search of ``query_id`` was, or None when it is no id of ours."""
    if not isinstance(query_id, str) or len(query_id) != _TIME_DIGITS + 2 * _RANDOM_BYTES or set(query_id) - _HEX:
        return None
    try:
        return datetime.fromtimestamp(int(query_id[:_TIME_DIGITS], 16) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def query_key(query: str) -> str:
    """The form under which searches for the same thing are counted: folded, blanks single, cut off."""
    return " ".join(fold(query).split())[:MAX_COUNTED_CHARACTERS].strip()


def new_name(randomness: Randomness) -> str:
    """A name for a shopper in the search log that says nothing of who it is: 16 hex characters."""
    return randomness.token_bytes(8).hex()


def encode_search(search: LoggedSearch, shopper_id: str | None = None) -> str:
    """The queue message of a search that ``shopper_id`` made: the log itself does not get to know the id."""
    return msgspec.json.encode(_Message(search, shopper_id)).decode()


def decode_search(text: str) -> tuple[LoggedSearch, str | None]:
    """The search in a queue message, and who made it. Raises ``InvalidRequest`` when it holds none."""
    message = decode(text.encode(), _Message)
    return message.logged_search, message.shopper_id


class _Message(msgspec.Struct):
    logged_search: LoggedSearch
    shopper_id: str | None = None


def logged(
    query_id: str, at: datetime, asked: str, client: str | None, first: int, shown: tuple[str, ...], total: int
) -> LoggedSearch:
    """A search as it is logged; ``client`` None: nobody in particular, or a name that comes later."""
    asked = asked.strip()[:MAX_COUNTED_CHARACTERS]
    kept = shown[:MAX_SHOWN]
    return LoggedSearch(query_id, whole_milliseconds(at), query_key(asked), asked, client, first, kept, total)


def _epoch_milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
