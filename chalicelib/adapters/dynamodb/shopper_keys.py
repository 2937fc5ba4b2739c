"""Keys of events, profiles and tags. ``keys`` has the drawing."""

from typing import Final

from chalicelib.adapters.dynamodb.attributes import PK, SK, shopper_partition

HOT_PROFILE: Final = "P"
CONSENTS: Final = "P#C"
LOG_NAME: Final = "N"
CAP_RING: Final = "P#F"
TAG_PREFIX: Final = "P#G#"
TRAITS: Final = "P#T"
COUNTED_AHEAD: Final = "P#R"
ORDER_PREFIX: Final = "O#"
MERGE_PREFIX: Final = "A#M#"
REFUSAL_PREFIX: Final = "A#R#"
PROFILE_PREFIX: Final = "P"
CONSENT_EVIDENCE_PREFIX: Final = "C#"
SEND_PREFIX: Final = "X#"
EVENT_PREFIX: Final = "E#"
TAG_DEFINITIONS: Final = "TAGDEF"
TAG_ROUNDS: Final = "ROUND"
SEGMENTS: Final = "SEGMENT"


def events_prefix(span: str) -> str:
    return f"{EVENT_PREFIX}{span}#"


def event_key(shopper_id: str, span: str, message_id: str) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: events_prefix(span) + message_id}


def event_time_key(shopper_id: str, message_id: str) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: f"U#{message_id}"}


def consent_evidence_key(shopper_id: str, at: str, version: int) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: f"{CONSENT_EVIDENCE_PREFIX}{at}#{version:06d}"}


def orders_prefix(generation: str) -> str:
    return f"{ORDER_PREFIX}{generation}#"


def name_partition(name: str) -> str:
    return f"I#{name}"


def name_key(name: str, shopper_id: str) -> dict[str, str]:
    return {PK: name_partition(name), SK: shopper_partition(shopper_id)}


def order_key(shopper_id: str, generation: str, order_id: str) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: orders_prefix(generation) + order_id}


def generation_in(sort_key: str) -> str:
    """The generation in the sort key of an order."""
    return sort_key.removeprefix(ORDER_PREFIX).partition("#")[0]


def merge_key(shopper_id: str, at: str, other: str) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: f"{MERGE_PREFIX}{at}#{other}"}


def refusal_key(shopper_id: str, at: str, other: str) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: f"{REFUSAL_PREFIX}{at}#{other}"}


def tag_key(shopper_id: str, tag_id: str) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: f"{TAG_PREFIX}{tag_id}"}


def send_key(shopper_id: str, occurrence: str, send_id: str) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: f"{SEND_PREFIX}{occurrence}#{send_id}"}


def tag_definition_key(tag_id: str) -> dict[str, str]:
    return {PK: TAG_DEFINITIONS, SK: tag_id}


def segment_key(segment_id: str) -> dict[str, str]:
    return {PK: SEGMENTS, SK: segment_id}


def tag_round_key(round_id: str) -> dict[str, str]:
    return {PK: TAG_ROUNDS, SK: round_id}


def tally_partition(day: str) -> str:
    return f"NAMES#{day}"


def tally_key(day: str, shard: int) -> dict[str, str]:
    return {PK: tally_partition(day), SK: f"{shard:03d}"}


def due_list(shard: int) -> str:
    return f"DUE#{shard}"


def due_place(instant: str, shopper_id: str) -> str:
    return f"{instant}#{shopper_id}"


def due_through(instant: str) -> str:
    """Behind every place of ``instant`` and before every later one (``$`` follows ``#``)."""
    return f"{instant}$"


def tag_list(tag: str, shard: int) -> str:
    return f"TAG#{tag}#{shard}"
