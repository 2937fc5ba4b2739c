"""Our own format: one product a line, in the shape of ``docs/catalog.md``; with a column map, other flat shapes too."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chalicelib.catalog.feeds.files import ColumnMap, Feed, FeedUnreadable, check_text, count_lines, json_rows
from chalicelib.catalog.rows import Row
from chalicelib.catalog.shape import ProductShape, read_product
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.money import parse_yuan

PRICES_IN_YUAN = {"price_yuan": "price", "list_price_yuan": "list_price"}
_FIELDS = frozenset(ProductShape.__struct_fields__) | frozenset(PRICES_IN_YUAN)
_NESTED = ("attributes.", "category.")


def open_feed(path: Path, columns: ColumnMap) -> Feed:
    """Products of a JSONL file."""
    check_text(path)
    check_columns(columns)
    return Feed("jsonl", count_lines(path), json_rows(path, columns, to_row))


def to_row(record: object, position: int, columns: ColumnMap) -> Row:
    """One decoded line as a product or a refusal."""
    named = record.get("id") if isinstance(record, dict) else None
    try:
        fields = record
        if isinstance(record, dict):
            fields = renamed(record, columns)
            named = fields.get("id", named)
        product = read_product(fields)
    except InvalidRequest as error:
        return Row(position, named if isinstance(named, str) else None, None, error)
    return Row(position, product.product_id, product)


def check_columns(columns: ColumnMap) -> None:
    """Raises ``FeedUnreadable`` for a map to a field that products do not have."""
    for theirs, ours in columns.items():
        if ours is not None and not is_field(ours):
            raise FeedUnreadable(f"the column map sends {theirs!r} to {ours!r}, which is no field of a product")


def is_field(name: str) -> bool:
    """Whether a column of that name says something about a product."""
    return name in _FIELDS or any(name.startswith(nested) and name != nested for nested in _NESTED)


def renamed(record: Mapping[str, Any], columns: ColumnMap) -> dict[str, Any]:
    """The record under our field names, ``attributes.<name>`` and ``category.<level>`` put in their places.

    Prices in yuan become fen. Raises ``InvalidRequest`` naming the field.
    """
    fields: dict[str, Any] = {}
    nested: dict[str, dict[str, Any]] = {"attributes": {}, "category": {}}
    for theirs, value in record.items():
        ours = columns.get(theirs, theirs)
        if ours is None:
            continue
        group, dot, name = ours.partition(".")
        if dot and group in nested:
            nested[group][name] = value
        elif ours in PRICES_IN_YUAN:
            fields[PRICES_IN_YUAN[ours]] = _fen(value, ours)
        else:
            fields[ours] = value
    given = fields.get("attributes", {})
    if nested["attributes"] and isinstance(given, dict):
        fields["attributes"] = {**given, **nested["attributes"]}
    if levels := nested["category"]:
        fields["category"] = [levels[level] for level in sorted(levels) if levels[level]]
    return fields


def _fen(yuan: Any, field: str) -> int | None:
    text = "" if yuan is None else str(yuan).strip()
    return parse_yuan(text, field=field) if text else None
