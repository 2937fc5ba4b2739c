"""Coupons in our own words: a template a line as JSON (``mall``'s names are understood by the API), or CSV with money in yuan."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from chalicelib.catalog.feeds.csv_rows import LIST_SEPARATOR, check_utf8, records
from chalicelib.catalog.feeds.files import byte_lines, check_text, china_time, count_lines, unique
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.money import parse_yuan
from infra.local.coupon_feeds import mall
from infra.local.coupon_feeds.rows import CouponsUnreadable, Feed, Row

_TEXTS: Final = frozenset(("id", "name", "kind", "currency", "group", "status", "code_prefix", "public_code", "sku"))
_YUAN: Final = frozenset(
    ("value", "minimum_spend", "budget", "budget_per_day", "cap", "every", "off", "price", "paid", "worth")
)
_LIMITS: Final = frozenset(("per_shopper", "per_shopper_per_day"))
_COUNTS: Final = frozenset(("nth", "buy", "get", "times", "quantity", "per_order", "minimum_quantity"))
_NUMBERS: Final = frozenset(("stock", "valid_days", "basis_points", "priority", "max_grams", *_LIMITS, *_COUNTS))
_TIMES: Final = frozenset(("starts_at", "ends_at"))
_LISTS: Final = frozenset(("channels", "regions", "except_regions"))
_PLACES: Final = ("shops", "categories", "brands", "products", "skus", "tags")
_AUDIENCE: Final = ("levels", "segments")
_FLAGS: Final = frozenset(("is_exclusive", "is_automatic", "is_new"))
_YES: Final = frozenset(("1", "true", "yes", "是"))
_NO: Final = frozenset(("0", "false", "no", "否"))
_UNLIMITED: Final = "不限"
_FIELDS: Final = _TEXTS | _YUAN | _NUMBERS | _TIMES | _LISTS | _FLAGS | {*_PLACES, *_AUDIENCE, "tiers", "hours"}


def open_jsonl(path: Path) -> Feed:
    """A template a line, as ``POST /v1/coupons`` takes it; each needs an ``id``, so that repeating an import is safe."""
    check_text(path)
    return Feed("jsonl", count_lines(path), _json_rows(path))


def open_csv(path: Path) -> Feed:
    """A template a row. Raises ``CouponsUnreadable`` without the columns id, name and stock."""
    check_text(path)
    check_utf8(path)
    header = next((cells for _, cells, _ in records(path)), [])
    missing = [column for column in ("id", "name", "stock") if column not in header]
    if missing:
        raise CouponsUnreadable(f"{path} has no column {', '.join(missing)}, only {', '.join(header)}")
    unused = tuple(column for column in header if column not in _FIELDS)
    return Feed("csv", max(0, count_lines(path) - 1), _csv_rows(path), unused)


def _json_rows(path: Path) -> Iterator[Row]:
    for number, line in byte_lines(path):
        try:
            document = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            yield Row(number, None, None, InvalidRequest(f"not valid JSON in UTF-8: {error}"))
            continue
        yield _row(number, document)


def _row(position: int, document: Any) -> Row:
    if not isinstance(document, dict):
        return Row(position, None, None, InvalidRequest("a template is a JSON object"))
    if document.get("id") in (None, ""):
        missing = InvalidRequest("id is missing: without it a second import would make a second coupon", field="id")
        return Row(position, None, None, missing)
    return Row(position, str(document["id"]), document, remarks=mall.remarks(document))


def _csv_rows(path: Path) -> Iterator[Row]:
    remaining = records(path)
    _, header, _ = next(remaining)
    for line, texts, trouble in remaining:
        if trouble is None and len(texts) != len(header):
            trouble = f"the row has {len(texts)} cells, the header has {len(header)}"
        cells = {name: text.strip() for name, text in zip(header, texts, strict=False) if text.strip()}
        try:
            if trouble is not None:
                raise InvalidRequest(trouble)
            yield _row(line, template(cells))
        except InvalidRequest as error:
            yield Row(line, cells.get("id"), None, error)


def template(cells: Mapping[str, str]) -> dict[str, Any]:
    """The cells of a row that are not empty as a template; columns that no field takes are left out. Raises ``InvalidRequest``
    naming the column."""
    read = {name: _cell(name, text) for name, text in cells.items() if name in _FIELDS}
    place = {name: read.pop(name) for name in _PLACES if name in read}
    audience = {name: read.pop(name) for name in (*_AUDIENCE, "is_new") if name in read}
    return read | ({"scope": [place]} if place else {}) | ({"audience": audience} if audience else {})


def _cell(name: str, text: str) -> Any:
    if name in _YUAN:
        return parse_yuan(text, field=name)
    if name in _NUMBERS:
        return _number(name, text)
    if name in _TIMES:
        return to_rfc3339(china_time(text, field=name))
    if name in _FLAGS:
        return _flag(name, text)
    if name == "tiers":
        return [dict(zip(("at_least", "off"), _pair(name, each, ":", parse_yuan), strict=True)) for each in _list(text)]
    if name == "hours":
        return [dict(zip(("since", "until"), _pair(name, each, "-", _as_it_is), strict=True)) for each in _list(text)]
    return text if name in _TEXTS else _list(text)


def _number(name: str, text: str) -> int | None:
    if name in _LIMITS and text == _UNLIMITED:
        return None
    if not text.isdecimal():
        raise InvalidRequest(f"{name} {text!r} is not a whole number", field=name)
    return int(text)


def _flag(name: str, text: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise InvalidRequest(f"{name} {text!r} is neither yes nor no", field=name)
    return text.lower() in _YES


def _pair(name: str, text: str, between: str, read: Any) -> list[Any]:
    parts = text.split(between)
    if len(parts) != 2:
        raise InvalidRequest(f"{name} {text!r} is no pair joined by {between!r}", field=name)
    return [read(part.strip(), field=name) for part in parts]


def _as_it_is(text: str, *, field: str) -> str:
    return text


def _list(text: str) -> list[str]:
    return list(unique(text.split(LIST_SEPARATOR)))
