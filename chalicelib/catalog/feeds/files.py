"""Files as feeds read them: UTF-8, line by line, every trouble named with its place."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import msgspec

from chalicelib.catalog.rows import Row
from chalicelib.core.errors import InvalidRequest

ColumnMap = Mapping[str, str | None]
"""The file's name of a column to our field; None leaves the column out."""
CHINA_TIME = timezone(timedelta(hours=8))
_BOM = b"\xef\xbb\xbf"
_OTHER_BEGINNINGS = {
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
    b"\x1f\x8b": "gzip-compressed",
    b"PK\x03\x04": "a zip archive or an Excel workbook",
}


class FeedUnreadable(InvalidRequest):
    """The file as a whole cannot be read as a catalogue."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A catalogue file opened: ``rows`` reads it once; ``expected`` is about how many rows there are, for a progress bar.

    ``unused`` are columns of the file that no field takes.
    """

    format_name: str
    expected: int
    rows: Iterator[Row]
    unused: tuple[str, ...] = ()


def check_text(path: Path) -> None:
    """Raises ``FeedUnreadable`` for a folder, an empty file, or one that is plainly no UTF-8 text."""
    if path.is_dir():
        raise FeedUnreadable(f"{path} is a folder; a file is expected")
    with path.open("rb") as file:
        beginning = file.read(4)
    if not beginning:
        raise FeedUnreadable(f"{path} is empty")
    for magic, name in _OTHER_BEGINNINGS.items():
        if beginning.startswith(magic):
            raise FeedUnreadable(f"{path} is {name}; UTF-8 text is expected")


def byte_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Lines that are not blank, numbered from 1, without a byte order mark."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            text = (line.removeprefix(_BOM) if number == 1 else line).strip()
            if text:
                yield number, text


def count_lines(path: Path) -> int:
    """How many lines are not blank."""
    return sum(1 for _ in byte_lines(path))


def first_record(path: Path) -> object:
    """The first line as JSON, or None when it is none."""
    check_text(path)
    for _, line in byte_lines(path):
        try:
            return msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
    return None


def json_rows(path: Path, columns: ColumnMap, to_row: Callable[[object, int, ColumnMap], Row]) -> Iterator[Row]:
    """A row for each line of JSON; a line that is none becomes a refusal."""
    for number, line in byte_lines(path):
        try:
            record = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            yield Row(number, None, None, InvalidRequest(f"not valid JSON in UTF-8: {error}"))
            continue
        yield to_row(record, number, columns)


def china_time(text: str, *, field: str) -> datetime:
    """A time, in UTC; one without a zone is China's, as shop systems there write it. Raises ``InvalidRequest``."""
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InvalidRequest(f"{field}: {text!r} is no date and time", field=field) from None
    return (instant if instant.tzinfo else instant.replace(tzinfo=CHINA_TIME)).astimezone(UTC)


def unique(values: Iterator[str] | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """Values without blanks and repetitions, in their order."""
    return tuple(dict.fromkeys(value.strip() for value in values if value.strip()))
