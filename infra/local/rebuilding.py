"""``rebuild``: build a running shop's search index anew, follow it, go on with one that stands still, take one back.

Works on the laptop's shop and on a deployed stage alike, over HTTP with an admin key. Ctrl-C ends the watching, not the rebuild.
"""

import argparse
import time
from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from infra.local.asking import add_shop_arguments, with_shop
from infra.local.client import ShopClient

ACTIONS = {
    "status": "what shoppers search now, and whether it must be rebuilt",
    "start": "build the index anew (--dry-run: only say what would be done)",
    "watch": "follow a rebuild that runs",
    "resume": "go on with a rebuild that stands still",
    "rollback": "show the version before the last rebuild again (--dry-run: only ask)",
}
LOOK_SECONDS = 1.0
STANDS_STILL_SECONDS = 180
"""Without a page done: a worker has a minute for one, and the stream brings it again."""
RUNNING, DONE = "running", "done"
_NAMED = ("watch", "resume")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "\n".join(f"  {name:<9} {meaning}" for name, meaning in ACTIONS.items())
    parser.add_argument("action", choices=tuple(ACTIONS))
    parser.add_argument("--id", dest="rebuild", metavar="ID", help="the rebuild to watch or resume, as start shows it")
    parser.add_argument("--no-wait", action="store_true", help="do not follow what was started")
    parser.add_argument("--dry-run", action="store_true", help="change nothing")
    add_shop_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when it was done, 1 when a rebuild failed or stands still, 2 when nothing could be asked."""
    if arguments.action in _NAMED and not arguments.rebuild:
        Console(highlight=False).print(f"[red]✗[/] {arguments.action} needs --id ID")
        return 2
    return with_shop(arguments, lambda client, console: act(client, arguments, console))


def act(client: ShopClient, arguments: argparse.Namespace, console: Console) -> int:
    """Do it; the exit code."""
    if arguments.action == "rollback":
        return _roll_back(client, arguments, console)
    index = client.call("GET", "/v1/catalog/index")
    _say_index(console, index)
    if arguments.action == "status" or (arguments.dry_run and arguments.action == "start"):
        if arguments.action == "start":
            console.print("a new version would be filled page by page, compared, and shown; the present one kept")
        return 0
    rebuild = _asked(client, arguments)
    console.print(f"rebuild {rebuild['id']}: {rebuild['status']}", soft_wrap=True)
    return 0 if arguments.no_wait else Watch(client, console, index["count"]).follow(rebuild)


def _asked(client: ShopClient, arguments: argparse.Namespace) -> dict[str, Any]:
    if arguments.action == "start":
        started: dict[str, Any] = client.call("POST", "/v1/catalog/rebuilds", {})
        return started
    place = f"/v1/catalog/rebuilds/{arguments.rebuild}"
    is_resumed = arguments.action == "resume" and not arguments.dry_run
    known: dict[str, Any] = client.call("POST", f"{place}/resume", {}) if is_resumed else client.call("GET", place)
    return known


def _roll_back(client: ShopClient, arguments: argparse.Namespace, console: Console) -> int:
    if arguments.dry_run:
        _say_index(console, client.call("GET", "/v1/catalog/index"))
        console.print("the version before the last rebuild would be shown, and this one kept")
        return 0
    console.print(f"shown now: {client.call('POST', '/v1/catalog/rollback', {})['version']}")
    return 0


class Watch:
    """Follows a rebuild to its end. ``before``: what the index held until now, to measure by."""

    def __init__(
        self,
        client: ShopClient,
        console: Console,
        before: int | None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._console = console
        self._before = before
        self._sleep = sleep
        self._timer = timer

    def follow(self, rebuild: dict[str, Any]) -> int:
        """0 when it is done."""
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed} products"))
        with Progress(*columns, TimeElapsedColumn(), console=self._console) as progress:
            task = progress.add_task("loading", total=self._before or None)
            rebuild = self._followed(rebuild, progress, task)
        return self._say_end(rebuild)

    def _followed(self, rebuild: dict[str, Any], progress: Progress, task: TaskID) -> dict[str, Any]:
        moved_at, pages = self._timer(), rebuild["pages"]
        while rebuild["status"] == RUNNING and self._timer() - moved_at < STANDS_STILL_SECONDS:
            self._sleep(LOOK_SECONDS)
            rebuild = self._client.call("GET", f"/v1/catalog/rebuilds/{rebuild['id']}")
            progress.update(task, completed=rebuild["loaded"], description=rebuild["phase"])
            if rebuild["pages"] != pages:
                moved_at, pages = self._timer(), rebuild["pages"]
        return rebuild

    def _say_end(self, rebuild: dict[str, Any]) -> int:
        if rebuild["status"] == DONE:
            self._console.print(
                f"[green]✓[/] {rebuild['count']} products are searched in {rebuild['version']}; {rebuild['refused']} could not "
                "be indexed (their reasons are in the failure list); `rebuild rollback` takes it back",
                soft_wrap=True,
            )
            return 0
        if rebuild["status"] == RUNNING:
            self._console.print(
                f"[yellow]![/] no page in {STANDS_STILL_SECONDS} s: `rebuild resume --id {rebuild['id']}`"
            )
        else:
            self._console.print(f"[red]✗[/] {rebuild['reason']}; shoppers search the version before", soft_wrap=True)
        return 1


def _say_index(console: Console, index: dict[str, Any]) -> None:
    table = Table("searched now", "analysis", "must be rebuilt")
    count = "nothing yet" if index["count"] is None else f"{index['count']:,} products"
    table.add_row(count, index["analysis"] or "–", index["rebuild_needed"] or "no")
    console.print(table)
