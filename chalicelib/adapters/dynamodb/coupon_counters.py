"""The counters of the redemption report: their names, and the actions that move them.

At a counter of stock they stand side by side (``D#<day>#<source>#<figure>.<stage>`` or ``...#<figure>@<segment>``,
``X#<last day>``); elsewhere each day and source has an item of its own, and each last day.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import (
    LIST_PK,
    LIST_SK,
    TALLY_DAY_PREFIX,
    TALLY_END_PREFIX,
    stock_key,
    tally_day_key,
    tally_end_key,
    used_list,
    used_place,
)
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.dynamodb.transactions import Action, update_action
from chalicelib.core.ids import shard_of
from chalicelib.coupons import Coupon, OwnedCoupon, Redemptions
from chalicelib.coupons.books.tallying import Cell, Counts, Figure, Tally, tally_of

SHARDS: Final = 4
_OF_STAGE: Final = "."
_OF_SEGMENT: Final = "@"


def counting(owned: OwnedCoupon, zone: ZoneInfo) -> dict[str, int]:
    """What the last movement of ``owned`` adds, as attributes of a counter of stock."""
    tally = tally_of(owned, zone)
    days = {f"{TALLY_DAY_PREFIX}{tally.day}#{tally.source}#{name}": value for name, value in _named(tally).items()}
    return days | ({f"{TALLY_END_PREFIX}{tally.last_day}": tally.unused} if tally.unused else {})


def stock_tally_action(table: Table, coupon: Coupon, owned: OwnedCoupon, zone: ZoneInfo) -> Action:
    """Counting the last movement of ``owned`` at the stock though it takes nothing from there: one item for both counts."""
    expression, values, names = additions(counting(owned, zone))
    key = stock_key(coupon.coupon_id, shard_of(owned.code, coupon.stock_shards))
    return update_action(table, key, expression, values, names=names)


def tally_actions(table: Table, moved: Sequence[OwnedCoupon], zone: ZoneInfo) -> list[Action]:
    """Counting the last movements of ``moved``, of which no counter of stock moves with one: each item once."""
    if not moved:
        return []
    # One shard for all of them: fewer items.
    shard = shard_of(moved[0].code, SHARDS)
    days: dict[tuple[str, str, str], Counter[str]] = {}
    ends: Counter[tuple[str, str]] = Counter()
    for owned in moved:
        tally = tally_of(owned, zone)
        if tally.figures:
            days.setdefault((owned.coupon_id, tally.day, tally.source), Counter()).update(_named(tally))
        ends[owned.coupon_id, tally.last_day] += tally.unused
    return [
        *(day_action(table, *place, shard, counters) for place, counters in days.items()),
        *(
            update_action(table, tally_end_key(*place, shard), "ADD n :more", {":more": unused})
            for place, unused in ends.items()
            if unused
        ),
    ]


def day_action(table: Table, coupon_id: str, day: str, source: str, shard: int, counters: Mapping[str, int]) -> Action:
    """Add to the counters of a day and source, and see that the source's list leads there."""
    expression, values, names = additions(counters)
    places = {":list": used_list(source), ":place": used_place(coupon_id, day, shard)}
    key = tally_day_key(coupon_id, day, source, shard)
    expression = f"SET {LIST_PK} = :list, {LIST_SK} = :place {expression}"
    return update_action(table, key, expression, values | places, names=names)


def additions(counters: Mapping[str, int]) -> tuple[str, dict[str, Any], dict[str, str]]:
    """An ADD clause of those counters, its values, and its names."""
    numbered = list(enumerate(counters.items()))
    clause = ", ".join(f"#t{number} :t{number}" for number, _ in numbered)
    values = {f":t{number}": value for number, (_, value) in numbered}
    return f"ADD {clause}" if clause else "", values, {f"#t{number}": name for number, (name, _) in numbered}


def redemptions_in(items: Iterable[Item]) -> Redemptions:
    """What the counters of some days come to."""
    sums: Counter[Figure] = Counter()
    for item in items:
        for name, value in counters_in(item):
            # What segments count is counted for the stage too.
            if _OF_SEGMENT not in name:
                sums[Figure(name.partition(_OF_STAGE)[0])] += value
    return Redemptions(sums[Figure.REDEEMED] - sums[Figure.REFUNDED], sums[Figure.TAKEN_OFF] - sums[Figure.GIVEN_BACK])


def at_stock(items: Iterable[Item]) -> Counts:
    """What lies at the counters of stock."""
    cells: Counter[Cell] = Counter()
    unused: Counter[str] = Counter()
    for item in items:
        for name, value in counters_in(item):
            if name.startswith(TALLY_END_PREFIX):
                unused[name[len(TALLY_END_PREFIX) :]] += value
            elif name.startswith(TALLY_DAY_PREFIX):
                place, _, counter = name.rpartition("#")
                cells[cell(*day_and_source(place + "#"), counter)] += value
    return Counts(cells, unused)


def counters_at(item: Item) -> dict[str, int]:
    """The report's counters of a counter of stock, under the names they have there."""
    return {name: value for name, value in counters_in(item) if name.startswith((TALLY_DAY_PREFIX, TALLY_END_PREFIX))}


def cell(day: str, source: str, counter: str) -> Cell:
    """The cell that a counter of a day and source is kept for."""
    if _OF_SEGMENT in counter:
        figure, _, segment = counter.partition(_OF_SEGMENT)
        return Cell(day, source, "", Figure(figure), segment)
    figure, _, stage = counter.partition(_OF_STAGE)
    return Cell(day, source, stage, Figure(figure))


def day_and_source(sort_key: str) -> tuple[str, str]:
    """Of ``D#<day>#<source>#<anything without #>``."""
    day, _, rest = sort_key[len(TALLY_DAY_PREFIX) :].partition("#")
    return day, rest.rpartition("#")[0]


def counter_name(cell: Cell) -> str:
    """The name of a cell's counter at the counters of its day and source."""
    return f"{cell.figure}{_OF_SEGMENT}{cell.segment}" if cell.segment else f"{cell.figure}{_OF_STAGE}{cell.stage}"


def _named(tally: Tally) -> dict[str, int]:
    return {counter_name(cell): value for cell, value in tally.cells()}


def counters_in(item: Item) -> Sequence[tuple[str, int]]:
    """Every counter of an item of the report, under the name it has there."""
    marks = (_OF_STAGE, _OF_SEGMENT, "#")
    return [(name, value) for name, value in item.items() if isinstance(value, int) and any(m in name for m in marks)]
