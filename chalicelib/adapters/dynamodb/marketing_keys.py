"""Keys of campaigns, webhooks and what keeps the shop running. ``keys`` has the drawing."""

from typing import Final

from chalicelib.adapters.dynamodb.attributes import LIST_PK, LIST_SK, PK, SK

CAMPAIGNS: Final = "CAMPAIGN"
API_KEYS: Final = "KEYS"
WEBHOOK_SOURCES: Final = "WEBHOOK"
WAITING_PREFIX: Final = "W#"
FAILURES: Final = "FAILURES"
DATA_KEYS: Final = "SEALING"
LAUNCHES: Final = "LAUNCH"


def campaign_key(campaign_id: str) -> dict[str, str]:
    return {PK: CAMPAIGNS, SK: campaign_id}


def run_partition(campaign_id: str) -> str:
    return f"RUN#{campaign_id}"


def run_key(campaign_id: str, occurrence: str, run_id: str) -> dict[str, str]:
    return {PK: run_partition(campaign_id), SK: f"{occurrence}#{run_id}"}


def page_partition(run_id: str) -> str:
    return f"PAGES#{run_id}"


def page_key(run_id: str, shard: int, cursor: str) -> dict[str, str]:
    return {PK: page_partition(run_id), SK: f"{shard:03d}#{cursor}"}


def api_key_key(key_hash: str) -> dict[str, str]:
    return {PK: API_KEYS, SK: key_hash}


def data_key_key(number: int) -> dict[str, str]:
    return {PK: DATA_KEYS, SK: f"{number:06d}"}


def webhook_source_key(source_id: str) -> dict[str, str]:
    return {PK: WEBHOOK_SOURCES, SK: source_id}


def delivery_key(source_id: str, key: str) -> dict[str, str]:
    return {PK: f"HOOK#{source_id}#{key}", SK: "D"}


def placed_partition(source_id: str, order_id: str) -> str:
    return f"PLACED#{source_id}#{order_id}"


def placed_key(source_id: str, order_id: str) -> dict[str, str]:
    return {PK: placed_partition(source_id, order_id), SK: "O"}


def waiting_key(source_id: str, order_id: str, key: str) -> dict[str, str]:
    return {PK: placed_partition(source_id, order_id), SK: f"{WAITING_PREFIX}{key}"}


def shelved_key(source_id: str, product_id: str) -> dict[str, str]:
    return {PK: f"SHELVED#{source_id}#{product_id}", SK: "T"}


def idempotency_key(key: str) -> dict[str, str]:
    return {PK: f"IDEM#{key}", SK: "I"}


def failure_key(failure_id: str) -> dict[str, str]:
    return {PK: f"FAIL#{failure_id}", SK: "F"}


def failure_place(at: str, failure_id: str) -> dict[str, str]:
    return {LIST_PK: FAILURES, LIST_SK: f"{at}#{failure_id}"}
