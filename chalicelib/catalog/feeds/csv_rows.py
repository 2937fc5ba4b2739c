"""CSV with one product a row and our field names (or a column map) in the header. Money is in yuan here, as shops export it."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from chalicelib.catalog.feeds.files import ColumnMap, Feed, FeedUnreadable, check_text, china_time, count_lines, unique
from chalicelib.catalog.feeds.jsonl import check_columns, is_field, renamed
from chalicelib.catalog.rows import Row
from chalicelib.catalog.shape import read_product
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import InvalidRequest

LIST_SEPARATOR = "|"
_LARGEST_CELL = 10_000_000
_TRUE = frozenset({"1", "true", "yes", "y", "是", "上架"})
_FALSE = frozenset({"0", "false", "no", "n", "否", "下架"})
_IN_YUAN = {"price": "price_yuan", "list_price": "list_price_yuan"}


def open_feed(path: Path, columns: ColumnMap) -> Feed:
    """Products of a CSV file. Raises ``FeedUnreadable`` when it is not UTF-8 or has no id and title."""
    check_text(path)
    check_columns(columns)
    check_utf8(path)
    header = next((cells for _, cells, _ in records(path)), [])
    ours = {theirs: columns.get(theirs, theirs) for theirs in header}
    missing = {"id", "title"} - set(ours.values())
    if missing:
        raise FeedUnreadable(
            f"{path} has no column for {' and '.join(sorted(missing))}, only {', '.join(header)}: a column map names them"
        )
    unused = tuple(theirs for theirs, name in ours.items() if name is None or not is_field(name))
    kept = {**columns, **dict.fromkeys(unused)}
    return Feed("csv", max(0, count_lines(path) - 1), _rows(path, kept), unused)


def to_row(record: object, position: int, columns: ColumnMap) -> Row:
    """One row, as texts by column, as a product or a refusal."""
    if not isinstance(record, dict) or not all(isinstance(value, str) for value in record.values()):
        return Row(position, None, None, InvalidRequest("a CSV row is an object whose values are texts"))
    named = {theirs: columns.get(theirs, theirs) for theirs in record}
    in_yuan = {theirs: _IN_YUAN.get(ours, ours) if ours else None for theirs, ours in named.items()}
    try:
        product = read_product(_typed(renamed(record, in_yuan)))
    except InvalidRequest as error:
        product_id = next((record[theirs] for theirs, ours in named.items() if ours == "id"), None)
        return Row(position, product_id or None, None, error)
    return Row(position, product.product_id, product)


def check_utf8(path: Path) -> None:
    """Raises ``FeedUnreadable`` saying where the text stops being UTF-8, and what to do."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode()
            except UnicodeDecodeError:
                raise FeedUnreadable(
                    f"{path} is not UTF-8 (line {number}); if it is GBK: iconv -f GB18030 -t UTF-8 {path.name} > utf8.csv"
                ) from None


def records(path: Path) -> Iterator[tuple[int, list[str], str | None]]:
    """(line it begins on, cells, what is wrong with it) of each record that is not blank, the header first."""
    csv.field_size_limit(_LARGEST_CELL)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield line, [], f"not valid CSV: {error}"
                continue
            if any(cell.strip() for cell in cells):
                yield line, cells, None


def _rows(path: Path, columns: ColumnMap) -> Iterator[Row]:
    remaining = records(path)
    _, header, _ = next(remaining)
    for line, cells, trouble in remaining:
        if trouble is None and len(cells) != len(header):
            trouble = f"the row has {len(cells)} cells, the header has {len(header)}"
        if trouble is not None:
            yield Row(line, None, None, InvalidRequest(trouble))
        else:
            yield to_row(dict(zip(header, cells, strict=True)), line, columns)


def _typed(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Texts as the shape wants them; an empty cell is an absent field, an empty price an unknown one."""
    typed: dict[str, Any] = {"price": None}
    for name, value in fields.items():
        if name == "attributes":
            typed[name] = {key: _list(text) for key, text in value.items() if text.strip()}
        elif not isinstance(value, str):
            typed[name] = value
        elif value.strip():
            typed[name] = _cell(name, value.strip())
    return typed


def _cell(name: str, text: str) -> Any:
    match name:
        case "stock" | "sales_30d":
            if not text.isdecimal():
                raise InvalidRequest(f"{name}: {text!r} is not a whole number", field=name)
            return int(text)
        case "is_on_sale":
            if text.lower() not in _TRUE | _FALSE:
                raise InvalidRequest(f"{name}: {text!r} is neither yes nor no", field=name)
            return text.lower() in _TRUE
        case "created_at":
            return to_rfc3339(china_time(text, field=name))
        case "tags":
            return _list(text)
        case _:
            return text


def _list(text: str) -> list[str]:
    return list(unique(text.split(LIST_SEPARATOR)))
