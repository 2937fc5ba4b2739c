"""``import``: load a catalogue into a running shop, row by row accounted for.

A litemall folder, an OpenBG file, our own JSONL or a CSV (in yuan) is read here and sent to the shop in batches; what
the shop or the reader refuses is listed with its place, its id and the reason. ``--dry-run`` only reads.
"""

import argparse
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from urllib3.exceptions import HTTPError

from chalicelib.adapters.memory.products import MemoryProducts
from chalicelib.catalog import (
    FORMATS,
    Catalog,
    Fate,
    Feed,
    FeedUnreadable,
    ImportReport,
    Row,
    RowResult,
    open_feed,
    product_document,
    read_product,
)
from chalicelib.core.errors import InvalidRequest
from infra.local import demo_shop
from infra.local.client import DEFAULT_URL, CallRefused, ShopClient
from infra.local.row_reports import SHOWN_REMARKS, say_rows

KEY_VARIABLE = "ZHAOHUI_ADMIN_KEY"
BATCH_BYTES = 400_000
"""Below the API's 500 KB, so that the rest of the JSON fits beside the products."""
BATCH_PRODUCTS = 200
"""Every refused row is listed, however many; of remarks on rows that were taken, these are enough to see."""

Columns = dict[str, str | None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="PATH", help="a litemall folder, or a .jsonl or .csv file")
    parser.add_argument("--format", default="auto", choices=("auto", *FORMATS), help="what PATH is (default: look)")
    parser.add_argument(
        "--map",
        type=Path,
        metavar="FILE",
        help='for jsonl and csv: JSON {"their column": "our field"}; null leaves a column out',
    )
    parser.add_argument("--dry-run", action="store_true", help="read and report, send nothing")
    parser.add_argument("--url", default=DEFAULT_URL, help=f"the shop (default {DEFAULT_URL}: the one of `serve`)")
    parser.add_argument("--key", help=f"an admin key of the shop (default: the environment's {KEY_VARIABLE})")


def run(arguments: argparse.Namespace) -> int:
    """0 when every row was taken, 3 when some were refused, 2 when nothing could be read or sent."""
    console = Console()
    try:
        feed = open_feed(arguments.path, arguments.format, _read_columns(arguments.map))
        report = _dry_run(feed, console) if arguments.dry_run else _send_feed(feed, arguments, console)
    except (FeedUnreadable, CallRefused) as error:
        return _say_failed(console, str(error))
    except HTTPError as error:
        return _say_failed(console, f"no shop answers at {arguments.url}: {error}")
    _say_report(console, report, feed, "would be imported" if arguments.dry_run else "imported")
    return 3 if report.rejected else 0


def _say_failed(console: Console, reason: str) -> int:
    console.print(f"[red]✗[/] {reason} (what was sent stays; sending it again changes nothing)", soft_wrap=True)
    return 2


def import_into(catalog: Catalog, path: Path | None, console: Console) -> ImportReport:
    """Import ``path``, or the shipped demo shop, straight into a catalogue, with a progress bar and a report."""
    feed = _demo_feed() if path is None else open_feed(path)
    with _progress(console, feed) as advance:
        report = catalog.import_feed(feed.rows, advance)
    _say_report(console, report, feed, "imported")
    return report


def _demo_feed() -> Feed:
    products = list(demo_shop.products())
    rows = (
        Row(position, document["id"], read_product(document)) for position, document in enumerate(products, start=1)
    )
    return Feed("demo shop", len(products), rows)


def _dry_run(feed: Feed, console: Console) -> ImportReport:
    with _progress(console, feed) as advance:
        return Catalog(MemoryProducts()).import_feed(feed.rows, advance)


def _send_feed(feed: Feed, arguments: argparse.Namespace, console: Console) -> ImportReport:
    key = arguments.key or os.environ.get(KEY_VARIABLE)
    if not key:
        raise FeedUnreadable(f"an admin key is needed: --key KEY or {KEY_VARIABLE}; `serve --keys-file FILE` writes it")
    client = ShopClient(arguments.url, key)
    report = ImportReport()
    with _progress(console, feed) as advance:
        for batch in batches(feed.rows):
            report.add(send(client, batch))
            advance(report.rows)
    return report


def batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows in order, as many at once as one request may carry; refused ones weigh nothing."""
    batch: list[Row] = []
    weight = 0
    for row in rows:
        size = _weight(row)
        if batch and (weight + size > BATCH_BYTES or len(batch) >= BATCH_PRODUCTS):
            yield batch
            batch, weight = [], 0
        batch.append(row)
        weight += size
    if batch:
        yield batch


def send(client: ShopClient, batch: Sequence[Row]) -> list[RowResult]:
    """Send the readable rows of a batch; the fate of every row, in order. Raises ``CallRefused``."""
    documents = [product_document(row.product) for row in batch if row.product is not None]
    answer = client.call("POST", "/v1/products/batch", {"products": documents}) if documents else {"results": []}
    answers = iter(answer["results"])
    return [
        RowResult(row, Fate.REJECTED, row.error) if row.product is None else _result(row, next(answers))
        for row in batch
    ]


def _result(row: Row, answer: dict[str, Any]) -> RowResult:
    error = answer.get("error")
    return RowResult(
        row, Fate(answer["status"]), InvalidRequest(error["message"], field=error.get("field")) if error else None
    )


def _weight(row: Row) -> int:
    return 0 if row.product is None else len(json.dumps(product_document(row.product), ensure_ascii=False).encode()) + 2


def _read_columns(path: Path | None) -> Columns | None:
    if path is None:
        return None
    try:
        columns = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FeedUnreadable(f"the column map {path} cannot be read: {error}") from None
    if not isinstance(columns, dict) or not all(ours is None or isinstance(ours, str) for ours in columns.values()):
        raise FeedUnreadable(f"the column map {path} must be an object of texts (or null)")
    return columns


@contextmanager
def _progress(console: Console, feed: Feed) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn("   {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(feed.format_name, total=feed.expected)
        yield lambda rows_done: progress.update(task, completed=rows_done)
        progress.update(task, total=progress.tasks[0].completed)


def _say_report(console: Console, report: ImportReport, feed: Feed, verb: str) -> None:
    console.print(
        f"   {report.rows} rows: [green]{report.imported} {verb}[/], {report.unchanged} unchanged, "
        f"{f'[red]{len(report.rejected)} refused[/]' if report.rejected else '0 refused'}; "
        f"{len(report.categories)} categories, {len(report.brands)} brands, {report.skus} SKUs",
        highlight=False,
        soft_wrap=True,
    )
    if report.off_sale:
        console.print(f"   {report.off_sale} off sale: kept, but search does not show them", highlight=False)
    if report.unpriced:
        console.print(
            f"   {report.unpriced} without a price: shown without one, no price filter finds them", highlight=False
        )
    if feed.unused:
        console.print(f"   columns that no field takes: {', '.join(feed.unused)}", highlight=False, soft_wrap=True)
    say_rows(console, "Refused", [_told(each.row, str(each.error)) for each in report.rejected])
    remarks = [_told(row, remark) for row in report.remarked for remark in row.remarks]
    say_rows(console, "Remarks", remarks, SHOWN_REMARKS)


def _told(row: Row, reason: str) -> tuple[int, str | None, str]:
    return row.position, row.product_id, reason
