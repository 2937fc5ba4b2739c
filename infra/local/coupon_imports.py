"""``coupons import``: templates of coupons into a running shop, row by row accounted for; doing it again changes nothing."""

import argparse
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from chalicelib.core.errors import InvalidRequest
from infra.local.asking import add_shop_arguments, with_shop
from infra.local.client import CallRefused, ShopClient
from infra.local.coupon_feeds import FORMATS, CouponsUnreadable, Document, Feed, Row, open_feed
from infra.local.coupon_feeds.comparing import Repeats, checked, differences
from infra.local.row_reports import SHOWN_REMARKS, say_rows


class Fate(StrEnum):
    """What became of a row."""

    IMPORTED = "imported"
    UNCHANGED = "unchanged"
    REPEATED = "repeated"
    REFUSED = "refused"


Result = tuple[Row, Fate, str]
"""A row, what became of it, and why it was refused or not counted."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="PATH", help="a litemall folder, or a .jsonl, .csv or .csv.gz file")
    parser.add_argument("--format", default="auto", choices=("auto", *FORMATS), help="what PATH is (default: look)")
    parser.add_argument("--dry-run", action="store_true", help="read, check and report, send nothing")
    add_shop_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when every row was taken, 3 when some were refused, 2 when nothing could be read or asked."""
    console = Console(highlight=False)
    try:
        feed = open_feed(arguments.path, arguments.format)
    except (CouponsUnreadable, OSError) as error:
        console.print(f"[red]✗[/] {error}", soft_wrap=True)
        return 2
    if arguments.dry_run:
        return _import(feed, console, None)
    return with_shop(arguments, lambda client, console: _import(feed, console, client))


def _import(feed: Feed, console: Console, client: ShopClient | None) -> int:
    results: list[Result] = []
    columns = (TextColumn("   {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(feed.format_name, total=feed.expected)
        for result in outcomes(feed.rows, client):
            results.append(result)
            progress.update(task, completed=len(results))
        progress.update(task, total=len(results))
    return _say(console, feed, results, "would be imported" if client is None else "imported")


def outcomes(rows: Iterator[Row], client: ShopClient | None) -> Iterator[Result]:
    """What becomes of each row; without a client it is only checked, as the shop would. What the file alone tells (a row that
    cannot be a template, an id or a public code that it has twice) is the same with a client and without."""
    repeats = Repeats()
    for row in rows:
        if row.document is None:
            yield row, Fate.REFUSED, str(row.error)
            continue
        try:
            said = checked(row.document)
            line = repeats.line_of(row.position, said)
        except InvalidRequest as error:
            yield row, Fate.REFUSED, str(error)
            continue
        if line is not None:
            yield row, Fate.REPEATED, f"the same as line {line}: counted once"
        elif client is None:
            yield row, Fate.IMPORTED, ""
        else:
            yield _sent(row, row.document, said, client)


def _sent(row: Row, document: Document, said: dict[str, Any], client: ShopClient) -> Result:
    try:
        client.call("POST", "/v1/coupons", document)
    except CallRefused as refused:
        if refused.status >= 500 or refused.status in (401, 403):
            raise
        if refused.answer["error"]["code"] != "coupon_exists":
            return row, Fate.REFUSED, refused.answer["error"]["message"]
    else:
        return row, Fate.IMPORTED, ""
    there = client.call("GET", f"/v1/coupons/{quote(str(row.coupon_id), safe='')}")
    changed = differences(said, there)
    if not changed:
        return row, Fate.UNCHANGED, ""
    return (
        row,
        Fate.REFUSED,
        f"the shop has another coupon with this id: {', '.join(changed)} differ; it stays as it is",
    )


def _say(console: Console, feed: Feed, results: list[Result], verb: str) -> int:
    counts = Counter(fate for _, fate, _ in results)
    refused = counts[Fate.REFUSED]
    said = f"[green]{counts[Fate.IMPORTED]} {verb}[/], {counts[Fate.UNCHANGED]} unchanged, "
    said += f"[red]{refused} refused[/]" if refused else "0 refused"
    said += f", {counts[Fate.REPEATED]} repeated" if counts[Fate.REPEATED] else ""
    console.print(f"   {len(results)} rows: {said}", soft_wrap=True)
    if feed.unused:
        console.print(f"   columns that no field takes: {', '.join(feed.unused)}", soft_wrap=True)
    say_rows(console, "Refused", [_told(row, reason) for row, fate, reason in results if fate is Fate.REFUSED])
    say_rows(
        console, "Remarks", [_told(result[0], each) for result in results for each in _remarks(result)], SHOWN_REMARKS
    )
    return 3 if refused else 0


def _remarks(result: Result) -> tuple[str, ...]:
    row, fate, reason = result
    return (reason,) if fate is Fate.REPEATED else row.remarks


def _told(row: Row, reason: str) -> tuple[int, str | None, str]:
    return row.position, row.coupon_id, reason
