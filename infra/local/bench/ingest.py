"""``bench ingest``: how fast events become profiles, what they cost, how large a profile gets, how soon a search knows."""

import statistics
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from rich.console import Console
from rich.table import Table

from chalicelib.adapters.dynamodb.profile_items import order_item, profile_item, tag_item
from infra.local.bench import lag
from infra.local.bench.line import BATCH, STATIONS, Spent, StoreLine, TwinLine, installed, run, store_line
from infra.local.bench.load import Call, batches, calls
from infra.local.bench.units import HOT, Metered, naive, size_of
from tests.support.shoppers import NOW

SWEEP_CROWD = 500
CROWD = 60
NEW_EVENTS = 500
KNOWN_EVENTS = 1_000
NAIVE_EVENTS = 300
FLOW = "log and hot profile"
SUMS = (FLOW, "all", "naive: an item and three updates", f"naive ÷ {FLOW}", "naive ÷ all")
START = NOW - timedelta(days=30)
GAP = timedelta(seconds=20)


def tables(sizes: Sequence[int], *, has_engine: bool) -> Iterator[Table]:
    """Every table, as soon as it is measured."""
    yield sweep(sizes)
    yield growth(max(sizes))
    if has_engine:
        from tests.engines.dynamodb_local import dynamodb_local
        from tests.support.stores import local_client

        with dynamodb_local() as url:
            yield costs(lambda service: local_client(service, url))
    yield lag.table()


def sweep(sizes: Sequence[int]) -> Table:
    """CPU per event on the twins, for more and more events of the same crowd."""
    heads = (*(f"{station} µs" for station in STATIONS), "µs an event", "events/s a core")
    shown = Table(f"twins, {SWEEP_CROWD} shoppers: events", *heads)
    for size in sizes:
        spent = Spent()
        line = TwinLine()
        with installed(line):
            for batch in batches(calls(size, SWEEP_CROWD, START, GAP), BATCH):
                run(line, batch, spent)
        shown.add_row(f"{size:,}", *_rates(spent))
    return shown


def growth(most: int) -> Table:
    """Bytes of what is stored of one shopper, after more and more events of theirs over a hundred days."""
    shown = Table("one shopper's events", "hot profile bytes", "tags", "bytes of tags", "orders", "bytes of an order")
    sizes = [size for size in (100, 1_000, 10_000) if size <= most]
    line, done, spent = TwinLine(), 0, Spent()
    with installed(line):
        for batch in batches(calls(sizes[-1], 1, NOW - timedelta(days=100), timedelta(days=100) / sizes[-1]), BATCH):
            run(line, batch, spent)
            done += len(batch)
            if done in sizes:
                shown.add_row(f"{done:,}", *_sizes(line))
    return shown


def _sizes(line: TwinLine) -> list[str]:
    who = "shopper-0"
    shopper: Any = line.shop.profiles.get(who)
    tags = [size_of(tag_item(who, tag, 4)) for tag in shopper.tags.values()]
    orders = [
        size_of(order_item(who, "1", each)) for each in line.shop.records.orders_of(who, shopper.profile.generation)
    ]
    hot = size_of(profile_item(who, shopper.profile, 4))
    mean = round(statistics.fmean(orders)) if orders else 0
    return [f"{hot:,}", str(len(tags)), f"{sum(tags):,}", str(len(orders)), f"{mean:,}"]


def costs(connect: Callable[[str], Any]) -> Table:
    """Write units and CPU on DynamoDB Local while shoppers are new and once they are known, beside the naive design."""
    metered = Metered(connect("dynamodb"))
    told = list(calls(NEW_EVENTS + KNOWN_EVENTS, CROWD, START, GAP))

    def client(service: str) -> Any:
        return metered if service == "dynamodb" else connect(service)

    with store_line(client, f"bench-{uuid.uuid4().hex[:8]}", NOW) as line:
        columns = [_cost(line, metered, part) for part in (told[:NEW_EVENTS], told[NEW_EVENTS:])]
        before = naive(connect("dynamodb"), line.services.settings.events_table, told[:NAIVE_EVENTS]) / NAIVE_EVENTS
    for column in columns:
        column["naive: an item and three updates"] = before
        column[f"naive ÷ {FLOW}"] = before / column[FLOW]
        column["naive ÷ all"] = before / column["all"]
    heads = (f"first {NEW_EVENTS:,} events", f"next {KNOWN_EVENTS:,}")
    shown = Table(f"DynamoDB Local, {CROWD} shoppers (Zipf): write units an event", *heads)
    for name in sorted(
        {*columns[0], *columns[1]}, key=lambda each: (SUMS.index(each) + 1 if each in SUMS else 0, each)
    ):
        shown.add_row(name, *(f"{column.get(name, 0):.2f}" for column in columns))
    return shown


def _cost(line: StoreLine, metered: Metered, told: Sequence[Call]) -> dict[str, float]:
    metered.units.clear()
    spent = Spent()
    for batch in batches(iter(told), BATCH):
        run(line, batch, spent)
    units = {kind: each / spent.events for kind, each in metered.units.items()}
    flow = sum(units.get(kind, 0) for kind in ("event log", HOT))
    return units | {FLOW: flow, "all": sum(units.values())}


def _rates(spent: Spent) -> list[str]:
    each = [spent.seconds[station] / spent.events * 1e6 for station in STATIONS]
    return [*(f"{one:,.0f}" for one in each), f"{sum(each):,.0f}", f"{spent.events / spent.total:,.0f}"]


def show(console: Console, sizes: Sequence[int], *, has_engine: bool) -> None:
    """Print every table."""
    for table in tables(sizes, has_engine=has_engine):
        console.print(table)
