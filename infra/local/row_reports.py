"""Rows of an import that somebody should look at, as a table."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

from rich.console import Console
from rich.table import Table

SHOWN_REMARKS: Final = 50


def say_rows(
    console: Console, title: str, rows: Sequence[tuple[int, str | None, str]], shown: int | None = None
) -> None:
    """Print ``rows`` (line, id, reason), the first ``shown`` of them; nothing if there are none."""
    if not rows:
        return
    table = Table("line", "id", "reason", title=title, title_justify="left", pad_edge=False)
    chosen: Iterable[tuple[int, str | None, str]] = islice(rows, shown)
    for line, name, reason in chosen:
        table.add_row(str(line), name or "–", reason)
    console.print(table)
    if shown is not None and len(rows) > shown:
        console.print(f"   … and {len(rows) - shown} more")
