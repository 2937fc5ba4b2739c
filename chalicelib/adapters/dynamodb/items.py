"""Items as plain dictionaries, and as DynamoDB's typed ones.

Items hold text, integers and ``b`` (a JSON document as text): smaller on the bill than nested maps, and no ``Decimal``.
"""

from collections.abc import Mapping
from typing import Any

Item = dict[str, Any]


def marshal(value: Any) -> dict[str, Any]:
    """A plain value as DynamoDB's typed value."""
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, bytes):
        return {"B": value}
    if isinstance(value, list | tuple):
        return {"L": [marshal(each) for each in value]}
    if isinstance(value, Mapping):
        return {"M": {name: marshal(each) for name, each in value.items()}}
    raise TypeError(f"cannot store {type(value).__name__}")


def unmarshal(typed: Mapping[str, Any]) -> Any:
    """DynamoDB's typed value as a plain one; numbers are integers, since nothing else is stored."""
    ((kind, value),) = typed.items()
    match kind:
        case "N":
            return int(value)
        case "L":
            return [unmarshal(each) for each in value]
        case "M":
            return {name: unmarshal(each) for name, each in value.items()}
        case "B":
            return bytes(value)
        case _:
            return value


def to_item(typed: Mapping[str, Any]) -> Item:
    """A whole typed item (from a call or a stream record) as a plain dictionary."""
    return {name: unmarshal(value) for name, value in typed.items()}


def to_typed(item: Mapping[str, Any]) -> dict[str, Any]:
    """A plain dictionary as a typed item; None values are left out."""
    return {name: marshal(value) for name, value in item.items() if value is not None}
