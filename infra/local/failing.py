"""``failures``: what a running shop accepted and could not do, with its reason, and its way back.

Works on the laptop's shop and on a deployed stage alike, over HTTP with an admin key.
"""

import argparse
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from rich.console import Console
from rich.progress import track
from rich.table import Table

from infra.local.asking import add_shop_arguments, with_shop
from infra.local.client import CallRefused, ShopClient

ACTIONS = {
    "list": "what failed, newest first",
    "show": "all of one failure",
    "replay": "give failures back to the step that could not do them (--dry-run: only say which)",
}
PAGE = 100
_SHOWN_REASON_CHARACTERS = 80


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "\n".join(f"  {name:<7} {meaning}" for name, meaning in ACTIONS.items())
    parser.add_argument("action", choices=tuple(ACTIONS))
    parser.add_argument("ids", nargs="*", metavar="ID", help="failures to show or replay, as list shows them")
    parser.add_argument("--all", action="store_true", help="replay every failure that was not replayed yet")
    parser.add_argument("--source", help="only failures of this step (record_events, project_profiles, ...)")
    parser.add_argument("--limit", type=int, default=1000, help="look at this many failures at most (default 1000)")
    parser.add_argument("--dry-run", action="store_true", help="change nothing")
    add_shop_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when it was done, 1 when a replay failed again, 2 when nothing could be asked."""
    return with_shop(arguments, lambda client, console: act(client, arguments, console))


def act(client: ShopClient, arguments: argparse.Namespace, console: Console) -> int:
    """Do it; the exit code."""
    if arguments.action == "list":
        return _list(client, arguments, console)
    ids = list(arguments.ids)
    if arguments.action == "replay" and arguments.all:
        ids += [each["id"] for each in _found(client, arguments) if each["replayed_at"] is None]
    elif not ids:
        console.print(f"{arguments.action} needs the ID of a failure" + " or --all" * (arguments.action == "replay"))
        return 2
    if arguments.action == "show":
        for failure_id in ids:
            console.print_json(json.dumps(client.call("GET", _place(failure_id)), ensure_ascii=False))
        return 0
    return _replay(client, ids, console, is_dry=arguments.dry_run)


def _list(client: ShopClient, arguments: argparse.Namespace, console: Console) -> int:
    table = Table("id", "failed at", "source", "replayed at", "reason")
    for each in _found(client, arguments):
        reason = each["reason"][:_SHOWN_REASON_CHARACTERS]
        table.add_row(each["id"], each["failed_at"], each["source"], each["replayed_at"] or "–", reason)
    console.print(table)
    return 0


def _replay(client: ShopClient, ids: list[str], console: Console, *, is_dry: bool) -> int:
    if is_dry:
        console.print("\n".join(ids) or "nothing")
        console.print(f"{len(ids)} failures would be replayed")
        return 0
    refused: list[CallRefused] = []
    for failure_id in track(ids, "replaying", console=console):
        try:
            client.call("POST", f"{_place(failure_id)}/replay")
        except CallRefused as error:
            refused.append(error)
    for reason in refused:
        console.print(f"[red]✗[/] {reason}", soft_wrap=True)
    console.print(f"{len(ids) - len(refused)} replayed, {len(refused)} failed again")
    return 1 if refused else 0


def _found(client: ShopClient, arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The failures that were asked for, newest first."""
    cursor, seen = "", 0
    while seen < arguments.limit:
        page = client.call("GET", f"/v1/failures?limit={PAGE}" + (f"&cursor={quote(cursor)}" if cursor else ""))
        for each in page["items"][: arguments.limit - seen]:
            if arguments.source in (None, each["source"]):
                yield each
        seen += len(page["items"])
        cursor = page["next_cursor"]
        if not cursor:
            return


def _place(failure_id: str) -> str:
    return f"/v1/failures/{quote(failure_id, safe='')}"
