"""Tables for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Sequence

from chalicelib.api.answer import Answer


def csv_answer(
    headings: Sequence[str], rows: Iterable[Sequence[str]], headers: dict[str, str] | None = None, *, mark: bool = True
) -> Answer:
    """The table as CSV, in which no cell is a formula; without ``headings`` a further part of one. With its ``mark``
    spreadsheets read Chinese as what it is."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    if headings:
        writer.writerow(headings)
    writer.writerows([_unformulated(cell) for cell in row] for row in rows)
    told = ("\ufeff" if mark else "") + text.getvalue()
    return Answer(told, headers={"Content-Type": "text/csv; charset=utf-8", **(headers or {})})


def _unformulated(cell: str) -> str:
    """A text that a spreadsheet does not take for a formula; numbers stay numbers."""
    is_number = cell.lstrip("-").replace(".", "", 1).isdecimal()
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not is_number else cell
