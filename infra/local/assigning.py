"""``tags``: set a tag by hand for a list of shoppers, row by row accounted for.

FILE is CSV with a header (``shopper``, and ``value`` for a tag that has values) or JSON lines ({"shopper": ..., "value": ...}).
Works on the laptop's shop and on a deployed stage alike, over HTTP with an admin key. Doing it again changes nothing more.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from chalicelib.core.errors import InvalidRequest
from chalicelib.profiles import Fate, TagRow, read_csv_rows, read_json_rows
from infra.local.asking import add_shop_arguments, with_shop
from infra.local.client import ShopClient

ROWS = 100
"""Rows of a request: a second or two."""
TRIES = 5
_JSON_LINES = {"Content-Type": "application/jsonl"}
Result = tuple[TagRow, str, str]
"""A row, what became of it, and why."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("import",))
    parser.add_argument("path", type=Path, metavar="FILE", help="a .csv file with a header, or a .jsonl file")
    parser.add_argument("--tag", required=True, metavar="ID", help="the tag to set")
    parser.add_argument("--dry-run", action="store_true", help="change nothing, say what would be done")
    add_shop_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when every row was done, 3 when some were not, 2 when nothing could be read or asked."""
    console = Console(highlight=False)
    try:
        rows = _read(arguments.path)
    except (OSError, UnicodeDecodeError, InvalidRequest) as error:
        console.print(f"[red]✗[/] {arguments.path}: {error}", soft_wrap=True)
        return 2
    return with_shop(arguments, lambda client, console: _import(client, arguments, rows, console))


def _read(path: Path) -> list[TagRow]:
    text = path.read_text(encoding="utf-8-sig")
    is_csv = path.suffix.lower() != ".jsonl" and not text.lstrip().startswith("{")
    return read_csv_rows(text, most=None) if is_csv else read_json_rows(text, most=None)


def _import(client: ShopClient, arguments: argparse.Namespace, rows: Sequence[TagRow], console: Console) -> int:
    place = f"/v1/tags/{quote(arguments.tag, safe='')}/assignments" + "?dry_run=true" * arguments.dry_run
    results: list[Result] = []
    columns = (TextColumn("   {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(arguments.tag, total=len(rows))
        for start in range(0, len(rows), ROWS):
            results += _sent(client, place, rows[start : start + ROWS])
            progress.update(task, completed=len(results))
    return _say(console, results, is_dry=arguments.dry_run)


def _sent(client: ShopClient, place: str, rows: Sequence[TagRow]) -> list[Result]:
    """What became of some rows; those for which the shop had no time are sent again."""
    results: list[Result] = [(row, Fate.REFUSED, row.problem) for row in rows if row.problem is not None]
    waiting = [row for row in rows if row.problem is None]
    for attempt in range(TRIES):
        if not waiting:
            break
        if attempt:
            time.sleep(1)
        lines = "\n".join(json.dumps({"shopper": row.shopper_id, "value": row.value}) for row in waiting)
        answer: dict[str, Any] = client.call("POST", place, headers=_JSON_LINES, text=lines)
        told = [(waiting[each["line"] - 1], each["status"], each.get("reason", "")) for each in answer["results"]]
        is_last = attempt == TRIES - 1
        results += [each for each in told if is_last or each[1] != Fate.LATER]
        waiting = [row for row, fate, _ in told if fate == Fate.LATER]
    return sorted(results, key=lambda each: each[0].line)


def _say(console: Console, results: Sequence[Result], *, is_dry: bool) -> int:
    counts = Counter(fate for _, fate, _ in results)
    said = ", ".join(f"{counts[fate]} {fate}" for fate in Fate)
    console.print(f"{len(results)} rows{' (dry run)' * is_dry}: {said}", soft_wrap=True)
    undone = [each for each in results if each[1] in (Fate.REFUSED, Fate.LATER)]
    if undone:
        table = Table("line", "shopper", "", "reason", pad_edge=False)
        for row, fate, reason in undone:
            table.add_row(str(row.line), row.shopper_id or "–", fate, reason)
        console.print(table)
    return 3 if undone else 0
