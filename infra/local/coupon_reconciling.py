"""``coupons reconcile``: recompute every balance of coupons from the entries of their ledgers, and print what differs.

Claims may go on meanwhile: what is in flight is told apart. Nothing is changed unless ``--fix`` is given, and then counters
only, each on the condition that it did not move meanwhile. A check of one template reads the shoppers' table once.
"""

import argparse
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from infra.local.asking import add_shop_arguments, with_shop
from infra.local.client import ShopClient

PAGE = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--coupon", metavar="ID", help="one template (default: every one, one after the other)")
    parser.add_argument("--fix", action="store_true", help="put right what surely differs")
    parser.add_argument("--dry-run", action="store_true", help="change nothing (which is also the default)")
    parser.add_argument("--settle", type=int, metavar="SECONDS", help="how long a movement may be on its way (60)")
    add_shop_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when all is right (or was put right), 1 when something differs, 2 when nothing could be asked."""
    if arguments.fix and arguments.dry_run:
        Console(highlight=False).print("[red]✗[/] --fix and --dry-run exclude each other")
        return 2
    return with_shop(arguments, lambda client, console: act(client, arguments, console))


def act(client: ShopClient, arguments: argparse.Namespace, console: Console) -> int:
    """Do it; the exit code."""
    names = [arguments.coupon] if arguments.coupon else list(_templates(client))
    found: list[tuple[str, dict[str, Any]]] = []
    coupons = uncertain = 0
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        for number, name in enumerate(names, start=1):
            task = progress.add_task(f"{name} ({number} of {len(names)})", total=None)
            for answer in _steps(client, name, arguments):
                looked = f"{answer['looked_at']} items, {answer['coupons']} coupons"
                progress.update(task, description=f"{name} ({number} of {len(names)}): {looked}")
            found += [(name, each) for each in answer["differences"]]
            coupons, uncertain = coupons + answer["coupons"], uncertain + answer["uncertain"]
            progress.remove_task(task)
    return _say(console, len(names), coupons, uncertain, found)


def _steps(client: ShopClient, name: str, arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The answers of one check to its end, and of what put it right."""
    place = f"/v1/coupons/{quote(name, safe='')}/reconcile"
    begin = {} if arguments.settle is None else {"settle_seconds": arguments.settle}
    answer: dict[str, Any] = client.call("POST", place, begin)
    yield answer
    while not answer["done"]:
        answer = client.call("POST", place, {"cursor": answer["cursor"]})
        yield answer
    if arguments.fix and answer["differences"]:
        yield client.call("POST", place, {"cursor": answer["cursor"], "fix": True})


def _say(
    console: Console, templates: int, coupons: int, uncertain: int, found: list[tuple[str, dict[str, Any]]]
) -> int:
    if found:
        table = Table("coupon", "balance", "expected", "actual", "", pad_edge=False)
        for name, each in found:
            table.add_row(name, each["balance"], str(each["expected"]), str(each["actual"]), _remark(each))
        console.print(table)
    console.print(f"{templates} templates, {coupons} coupons: {len(found)} balances differ", soft_wrap=True)
    if uncertain:
        console.print(
            f"{uncertain} balances had movements in flight; a check in a quieter minute is exact", soft_wrap=True
        )
    return 1 if any(each["fixed"] is not True for _, each in found) else 0


def _remark(difference: dict[str, Any]) -> str:
    if difference["in_flight"]:
        return "in flight: check again"
    return {True: "fixed", False: "moved meanwhile: check again", None: ""}[difference["fixed"]]


def _templates(client: ShopClient) -> Iterator[str]:
    cursor = ""
    while True:
        page = client.call("GET", f"/v1/coupons?limit={PAGE}" + (f"&cursor={quote(cursor)}" if cursor else ""))
        yield from (each["id"] for each in page["items"])
        cursor = page["next_cursor"]
        if not cursor:
            return
