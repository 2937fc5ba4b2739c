"""``coupons issue``: a coupon to each shopper of a list, row by row accounted for.

FILE is CSV with a header (``shopper``; 顾客 will do) or one shopper a line. Every row has a stable key, made of the file's text
(or of ``--batch``) and the shopper: doing it again, after a break or for fun, gives nobody a second coupon.
"""

import argparse
import csv
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from chalicelib.core.ids import digest
from chalicelib.coupons import MAX_SHOPPERS, Fate
from infra.local.asking import add_shop_arguments, with_shop
from infra.local.client import ShopClient

TRIES = 5
MOST_SHOWN = 50
_HEADS = ("shopper", "shopper_id", "顾客", "会员", "user_id")


@dataclass(frozen=True)
class Row:
    """One line of the file, and why it cannot be sent."""

    line: int
    shopper: str
    problem: str = ""


Result = tuple[Row, str, str]
"""A row, what became of it, and why."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="FILE", help="a .csv file with a header, or one shopper a line")
    parser.add_argument("--coupon", required=True, metavar="ID", help="the template to give from")
    parser.add_argument("--batch", metavar="NAME", help="the name of this hand-out; without one, what the file says")
    parser.add_argument("--reason", default="批量发放", help="the reason in each coupon's ledger")
    parser.add_argument("--dry-run", action="store_true", help="read the file and ask for the template, give nothing")
    add_shop_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when every row has its coupon, 3 when some have not, 2 when nothing could be read or asked."""
    console = Console(highlight=False)
    try:
        text = arguments.path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        console.print(f"[red]✗[/] {arguments.path}: {error}", soft_wrap=True)
        return 2
    rows = read_rows(text)
    batch = arguments.batch or digest("hand-out", text)
    return with_shop(arguments, lambda client, console: _issue(client, arguments, rows, batch, console))


def read_rows(text: str) -> list[Row]:
    """The shoppers of a file; blank lines are none."""
    lines = [(number, cells) for number, cells in enumerate(csv.reader(text.splitlines()), 1) if any(cells)]
    column = 0
    if lines and (head := [cell.strip().lower() for cell in lines[0][1]]) and set(head) & set(_HEADS):
        column = next(place for place, cell in enumerate(head) if cell in _HEADS)
        lines = lines[1:]
    seen: set[str] = set()
    return [_row(number, cells, column, seen) for number, cells in lines]


def _row(number: int, cells: Sequence[str], column: int, seen: set[str]) -> Row:
    shopper = cells[column].strip() if column < len(cells) else ""
    if not 0 < len(shopper) <= 128:
        return Row(number, shopper[:128], "没有顾客，或编号过长 (no shopper, or an id over 128 characters)")
    if shopper in seen:
        return Row(number, shopper, "名单中重复 (twice in the list)")
    seen.add(shopper)
    return Row(number, shopper)


def _issue(client: ShopClient, arguments: argparse.Namespace, rows: Sequence[Row], batch: str, console: Console) -> int:
    place = f"/v1/coupons/{quote(arguments.coupon, safe='')}"
    template: dict[str, Any] = client.call("GET", place)
    good = [row for row in rows if not row.problem]
    console.print(
        f"{template['name']}: {template['left']} left of {template['stock']}, {template['status']}; "
        f"{len(good)} of {len(rows)} rows to send, batch {batch}",
        soft_wrap=True,
    )
    results: list[Result] = [(row, Fate.REFUSED, row.problem) for row in rows if row.problem]
    if not arguments.dry_run:
        columns = (TextColumn("   {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console) as progress:
            task = progress.add_task(arguments.coupon, total=len(good))
            for start in range(0, len(good), MAX_SHOPPERS):
                page = good[start : start + MAX_SHOPPERS]
                results += _sent(client, f"{place}/issue", page, {"batch": batch, "reason": arguments.reason})
                progress.update(task, advance=len(page))
    return _say(console, results)


def _sent(client: ShopClient, place: str, rows: Sequence[Row], about: dict[str, str]) -> list[Result]:
    """What became of some rows; those for which the shop had no time are sent again."""
    results: list[Result] = []
    waiting = list(rows)
    for attempt in range(TRIES):
        if attempt:
            time.sleep(1)
        asked = {"shoppers": [row.shopper for row in waiting], **about}
        answer: dict[str, Any] = client.call("POST", place, asked)
        told = [
            (row, each["status"], each.get("error", {}).get("message", ""))
            for row, each in zip(waiting, answer["results"], strict=True)
        ]
        is_last = attempt == TRIES - 1
        results += [each for each in told if is_last or each[1] != Fate.LATER]
        waiting = [row for row, fate, _ in told if fate == Fate.LATER]
        if not waiting:
            break
    return results


def _say(console: Console, results: Sequence[Result]) -> int:
    counts = Counter(fate for _, fate, _ in results)
    console.print(", ".join(f"{counts[fate]} {fate}" for fate in Fate), soft_wrap=True)
    undone = sorted((each for each in results if each[1] != Fate.ISSUED), key=lambda each: each[0].line)
    if undone:
        table = Table("line", "shopper", "", "reason", pad_edge=False)
        for row, fate, reason in undone[:MOST_SHOWN]:
            table.add_row(str(row.line), row.shopper or "–", fate, reason)
        console.print(table)
        if len(undone) > MOST_SHOWN:
            console.print(f"and {len(undone) - MOST_SHOWN} more")
    return 3 if undone else 0
