"""Attribute names that every table has, and a shopper's partition, where several kinds of keys begin."""

from typing import Final

PK: Final = "pk"
SK: Final = "sk"
LIST_PK: Final = "lpk"
LIST_SK: Final = "lsk"
TTL: Final = "ttl"
BODY: Final = "b"
MOVED_TO: Final = "al"
LISTS_INDEX: Final = "lists"


def shopper_partition(shopper_id: str) -> str:
    return f"S#{shopper_id}"


def shopper_key(shopper_id: str, sk: str) -> dict[str, str]:
    return {PK: shopper_partition(shopper_id), SK: sk}
