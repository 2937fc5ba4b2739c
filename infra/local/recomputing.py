"""``profiles``: make shoppers' profiles anew from the event log of a running shop.

Works on the laptop's shop and on a deployed stage alike, over HTTP with an admin key. Repeating it is harmless.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rich.console import Console
from rich.progress import track
from rich.table import Table

from infra.local.asking import add_shop_arguments, with_shop
from infra.local.client import CallRefused, ShopClient

PAGE = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("rebuild",))
    parser.add_argument("ids", nargs="*", metavar="ID", help="shoppers")
    parser.add_argument(
        "--from", dest="file", metavar="FILE", help="shoppers' ids, one a line (-: from standard input)"
    )
    parser.add_argument("--all", action="store_true", help="every shopper")
    parser.add_argument("--dry-run", action="store_true", help="only say what would change, field by field")
    parser.add_argument("--force", action="store_true", help="also where the log no longer has all events")
    add_shop_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when all were made, 1 when one could not be, 2 when nothing could be asked."""
    return with_shop(arguments, lambda client, console: act(client, arguments, console))


def act(client: ShopClient, arguments: argparse.Namespace, console: Console) -> int:
    """Do it; the exit code."""
    ids = [*arguments.ids, *_listed(arguments.file), *(_everyone(client) if arguments.all else [])]
    if not ids:
        console.print("there are no shoppers" if arguments.all else "rebuild needs shoppers' ids, --from FILE or --all")
        return 0 if arguments.all else 2
    differences: dict[str, list[dict[str, Any]]] = {}
    refused: list[str] = []
    for shopper_id in track(ids, "comparing" if arguments.dry_run else "rebuilding", console=console):
        try:
            differences[shopper_id] = _ask(client, shopper_id, arguments)["differences"]
        except CallRefused as error:
            refused.append(f"{shopper_id}: {error}")
    _say(console, differences, refused, "compared, would change" if arguments.dry_run else "made anew, changed")
    return 1 if refused else 0


def _say(console: Console, differences: dict[str, list[dict[str, Any]]], refused: list[str], verb: str) -> None:
    table = Table("shopper", "field", "before", "after")
    for shopper_id, found in differences.items():
        for each in found:
            table.add_row(shopper_id, each["field"], _text(each["before"]), _text(each["after"]))
    if table.row_count:
        console.print(table)
    for reason in refused:
        console.print(f"[red]✗[/] {reason}", soft_wrap=True)
    changed = sum(bool(found) for found in differences.values())
    console.print(f"{len(differences)} of {len(differences) + len(refused)} profiles {verb}: {changed}")


def _ask(client: ShopClient, shopper_id: str, arguments: argparse.Namespace) -> dict[str, Any]:
    place = f"/v1/profiles/{quote(shopper_id, safe='')}/rebuild"
    answer: dict[str, Any] = client.call(
        "POST", place + ("?dry_run=true" if arguments.dry_run else ""), {"force": arguments.force}
    )
    return answer


def _everyone(client: ShopClient) -> Iterator[str]:
    cursor = ""
    while True:
        page = client.call("GET", f"/v1/profiles?limit={PAGE}" + (f"&cursor={quote(cursor)}" if cursor else ""))
        yield from (each["id"] for each in page["items"])
        cursor = page["next_cursor"]
        if not cursor:
            return


def _listed(file: str | None) -> list[str]:
    if file is None:
        return []
    text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip()]


def _text(value: Any) -> str:
    return "–" if value is None else str(value)
