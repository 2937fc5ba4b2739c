"""Shops' catalogue files, each format in its own module; every row becomes a product or a refusal with its reason."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Final

from chalicelib.catalog.feeds import csv_rows, jsonl, litemall, openbg
from chalicelib.catalog.feeds.files import ColumnMap, Feed, FeedUnreadable, first_record
from chalicelib.catalog.rows import Row
from chalicelib.core.errors import InvalidRequest

__all__ = ["FORMATS", "ColumnMap", "Feed", "FeedUnreadable", "detect", "open_feed", "read_records"]

_MODULES: Final[Mapping[str, ModuleType]] = {
    "litemall": litemall,
    "openbg": openbg,
    "jsonl": jsonl,
    "csv": csv_rows,
}
FORMATS: Final = tuple(_MODULES)
_RECORD_ROWS: Final[Mapping[str, Callable[[object, int, ColumnMap], Row]]] = {
    "openbg": openbg.to_row,
    "jsonl": jsonl.to_row,
    "csv": csv_rows.to_row,
}


def detect(path: Path) -> str:
    """The format of a file or folder, by its name and first record. Raises ``FeedUnreadable`` when none fits."""
    if not path.exists():
        raise FeedUnreadable(f"{path} does not exist")
    if path.is_dir():
        if (path / litemall.GOODS_FILE).is_file():
            return "litemall"
        raise FeedUnreadable(f"{path} is a folder without {litemall.GOODS_FILE}: no known catalogue")
    if path.suffix.lower() == ".csv":
        return "csv"
    record = first_record(path)
    if isinstance(record, dict):
        return "openbg" if openbg.looks_like(record) else "jsonl"
    raise FeedUnreadable(f"{path} is neither a litemall folder, nor CSV, nor a file with one JSON object a line")


def open_feed(path: Path, format_name: str = "auto", columns: ColumnMap | None = None) -> Feed:
    """The feed at ``path``, read lazily. ``columns`` maps the file's names to ours (None: leave that column out).

    Raises ``FeedUnreadable`` for a file that cannot be read at all; single bad rows come out as refusals.
    """
    chosen = detect(path) if format_name == "auto" else format_name
    if chosen not in _MODULES:
        raise FeedUnreadable(f"there is no format {chosen!r}; known are auto, {', '.join(FORMATS)}", field="format")
    if not path.exists():
        raise FeedUnreadable(f"{path} does not exist")
    feed: Feed = _MODULES[chosen].open_feed(path, columns or {})
    return feed


def read_records(format_name: str, records: Iterable[object]) -> Iterator[Row]:
    """Rows of a feed that came as decoded JSON; positions count from 0. Raises ``InvalidRequest`` for other formats."""
    if format_name not in _RECORD_ROWS:
        known = ", ".join(_RECORD_ROWS)
        raise InvalidRequest(f"format {format_name!r} cannot be sent as rows; {known} can", field="format")
    to_row = _RECORD_ROWS[format_name]
    return (to_row(record, position, {}) for position, record in enumerate(records))
