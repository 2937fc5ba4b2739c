"""Lists of shoppers who shall carry a tag: read from CSV or JSON lines, and done row by row, each accounted for."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from chalicelib.core.errors import Conflict, InvalidRequest, NotFound, TooLarge, Unavailable
from chalicelib.profiles.model import StaleProfile
from chalicelib.profiles.tags.definition import TagDefinition, ValueType

MAX_ROWS = 1000
MAX_SHOPPER_CHARACTERS = 128
MAX_VALUE_CHARACTERS = 100
_SHOPPER_COLUMNS = ("shopper", "shopper_id", "user_id", "userId", "id", "顾客", "顾客编号")
_VALUE_COLUMNS = ("value", "值", "标签值")
Assign = Callable[[str, str], bool]
"""Gives a shopper the tag with a value, once however often it is asked; whether that changed anything."""


class RowsUnreadable(InvalidRequest):
    """The list as a whole cannot be read."""


class Fate(StrEnum):
    """What became of a row. ``LATER``: nothing yet, send it again."""

    SET = "set"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class TagRow:
    """A row on a ``line`` (counted from 1, a header included). ``problem``: why it cannot be used."""

    line: int
    shopper_id: str = ""
    value: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class RowReport:
    """What became of a row, and why if it was not done."""

    row: TagRow
    fate: Fate
    reason: str | None = None


def read_csv_rows(text: str, most: int | None = MAX_ROWS) -> list[TagRow]:
    """Rows of CSV whose header names a column ``shopper`` and perhaps ``value``.

    Raises ``RowsUnreadable``, and ``TooLarge`` for more rows than ``most`` (None: any number will do).
    """
    lines = csv.reader(io.StringIO(text, newline=""))
    try:
        header = [name.strip() for name in next(lines, [])]
        shopper, value = _place(header, _SHOPPER_COLUMNS), _place(header, _VALUE_COLUMNS)
        if shopper is None:
            raise RowsUnreadable(f"the header must name a column {' or '.join(_SHOPPER_COLUMNS)}", field="body")
        rows = (_row(lines.line_num, _cell(cells, shopper), _cell(cells, value)) for cells in lines if any(cells))
        return _bounded(rows, most)
    except csv.Error as error:
        raise RowsUnreadable(f"line {lines.line_num}: {error}", field="body") from None


def read_json_rows(text: str, most: int | None = MAX_ROWS) -> list[TagRow]:
    """Rows of JSON lines, ``{"shopper": id, "value": text}`` each. Raises ``TooLarge`` as ``read_csv_rows`` does."""
    rows = (_json_row(line, each) for line, each in enumerate(text.split("\n"), 1) if each.strip())
    return _bounded(rows, most)


def assign_rows(
    definition: TagDefinition, rows: Sequence[TagRow], assign: Assign, is_time_over: Callable[[], bool]
) -> list[RowReport]:
    """Have the tag set for every row that may have it; what is not reached in time is said to be for later."""
    met: dict[str, int] = {}
    reports: list[RowReport] = []
    for row in rows:
        problem = row.problem or _problem(definition, row)
        if row.problem is None and problem is None and row.shopper_id in met:
            problem = f"this shopper is on line {met[row.shopper_id]} already"
        if problem is not None:
            reports.append(RowReport(row, Fate.REFUSED, problem))
            continue
        met[row.shopper_id] = row.line
        reports.append(
            RowReport(row, Fate.LATER, "no time was left, send it again") if is_time_over() else _assigned(row, assign)
        )
    return reports


def _assigned(row: TagRow, assign: Assign) -> RowReport:
    try:
        is_new = assign(row.shopper_id, row.value or "true")
    except (StaleProfile, Unavailable) as error:
        return RowReport(row, Fate.LATER, error.message)
    except (NotFound, Conflict) as error:
        return RowReport(row, Fate.REFUSED, error.message)
    return RowReport(row, Fate.SET if is_new else Fate.UNCHANGED)


def _problem(definition: TagDefinition, row: TagRow) -> str | None:
    if definition.value_type is ValueType.FLAG:
        return None if row.value in (None, "true") else f"{definition.tag_id} has no values: leave it out, or say true"
    return None if row.value else f"{definition.tag_id} needs a value"


def _bounded(rows: Iterator[TagRow], most: int | None) -> list[TagRow]:
    read: list[TagRow] = []
    for row in rows:
        if len(read) == most:
            raise TooLarge(f"more than {most} rows: send them in several requests", field="body")
        read.append(row)
    return read


def _row(line: int, shopper_id: str | None, value: str | None) -> TagRow:
    if not shopper_id or len(shopper_id) > MAX_SHOPPER_CHARACTERS:
        return TagRow(line, (shopper_id or "")[:MAX_SHOPPER_CHARACTERS], value, "no shopper's id is here")
    if value is not None and len(value) > MAX_VALUE_CHARACTERS:
        return TagRow(line, shopper_id, None, f"the value has more than {MAX_VALUE_CHARACTERS} characters")
    return TagRow(line, shopper_id, value)


def _json_row(line: int, text: str) -> TagRow:
    try:
        document: Any = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return TagRow(line, problem="not JSON")
    shopper_id = document.get("shopper") if isinstance(document, dict) else None
    value = document.get("value") if isinstance(document, dict) else None
    if not isinstance(shopper_id, str) or not (value is None or isinstance(value, str)):
        return TagRow(line, problem='must be {"shopper": text, "value": text}')
    return _row(line, shopper_id.strip(), value.strip() or None if value is not None else None)


def _place(header: Sequence[str], names: Sequence[str]) -> int | None:
    return next((header.index(name) for name in names if name in header), None)


def _cell(cells: Sequence[str], place: int | None) -> str | None:
    return cells[place].strip() or None if place is not None and place < len(cells) else None
