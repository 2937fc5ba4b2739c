"""Keys of the catalogue, of the index, and of what was searched for. ``keys`` has the drawing."""

from datetime import UTC, datetime
from typing import Final

from chalicelib.adapters.dynamodb.attributes import PK, SK

PRODUCT: Final = "P"
PRODUCT_PREFIX: Final = "P#"
REBUILD_PREFIX: Final = "R#"
RULES: Final = "RULE"
INDEXES: Final = "INDEX"
OVERHAULS: Final = "OVERHAUL"
OVERHAUL_PREFIX: Final = "O#"
LEXICON_HEAD: Final = {PK: "LEXICON", SK: "H"}
BLOCKED_WORDS: Final = {PK: "BLOCKED", SK: "W"}
COUNTED_THROUGH: Final = {PK: "COUNTED", SK: "through"}


def lexicon_partition(version: str) -> str:
    return f"WORDS#{version}"


def lexicon_chunk_key(version: str, number: int) -> dict[str, str]:
    return {PK: lexicon_partition(version), SK: f"{number:03d}"}


def product_key(product_id: str) -> dict[str, str]:
    return {PK: f"{PRODUCT_PREFIX}{product_id}", SK: PRODUCT}


def rebuild_key(rebuild_id: str) -> dict[str, str]:
    return {PK: f"{REBUILD_PREFIX}{rebuild_id}", SK: "R"}


def overhaul_key(overhaul_id: int) -> dict[str, str]:
    return {PK: OVERHAULS, SK: f"{OVERHAUL_PREFIX}{overhaul_id:015d}"}


def search_hour(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H}"


def search_place(hour: str, shard: int) -> str:
    return f"UBI#{hour}#{shard}"


def search_key(place: str, query_id: str) -> dict[str, str]:
    return {PK: place, SK: f"{query_id}#Q"}


def search_action_key(place: str, query_id: str, action_id: str) -> dict[str, str]:
    return {PK: place, SK: f"{query_id}#A#{action_id}"}


def rule_key(rule_id: str) -> dict[str, str]:
    return {PK: RULES, SK: rule_id}


def index_key(name: str) -> dict[str, str]:
    return {PK: INDEXES, SK: name}


def stage_partition(stage: str) -> str:
    return f"STAGE#{stage}"


def staged_key(stage: str, product_id: str) -> dict[str, str]:
    return {PK: stage_partition(stage), SK: product_id}


def lines_partition(span: str) -> str:
    return f"LINES#{span}"


def lines_key(span: str, chunk: int) -> dict[str, str]:
    return {PK: lines_partition(span), SK: f"{chunk:03d}"}


def contests_key(span: str) -> dict[str, str]:
    return {PK: f"CONTESTS#{span}", SK: "C"}


def popularity_key(query: str) -> dict[str, str]:
    return {PK: f"POPULAR#{query}", SK: "P"}
