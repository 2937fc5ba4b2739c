"""Claims on DynamoDB Local: one counter, shards, blocks, and the naive design (read, check, write), in turns in one run."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from statistics import quantiles
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table as Shown

from chalicelib.adapters.dynamodb.keys import code_list, owned_coupon_key, stock_key
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.core.errors import Unavailable
from chalicelib.coupons import Coupon, CouponSoldOut, Issue, Lease
from chalicelib.coupons.stock import MAX_LEASE
from infra.local.bench.claim_meter import ClaimMeter
from tests.support.coupons import Shop, dynamo_shop, twenty_off
from tests.support.stores import Store

THREADS = 32
ROUNDS = 3
"""Each design claims a third of its claims, then the next one: what else the machine does falls on all of them."""
SHARDS = 8
TEMPLATES = 100
AMPLE = 100
"""No shard of any template runs empty."""
PARTITION_UNITS = 1_000
"""Write units a second that DynamoDB takes of one partition key."""
CAPTION = (
    "units: write units a coupon given, by the price list; hottest key: its share of them; limit/s: coupons a second until "
    "that key is full on AWS (1,000 units). DynamoDB Local serialises writes: claims/s do not show what shards are worth."
)
_BLOCK_SECONDS = 3_600
Claim = Callable[[int], None]


@dataclass(frozen=True)
class Design:
    """How stock is kept: in ``shards`` counters of each of ``templates``, claimed from blocks, or naively."""

    name: str
    shards: int = 1
    templates: int = 1
    blocks: bool = False
    naive: bool = False


HOT = (
    Design("naive", naive=True),
    Design("one counter"),
    Design(f"{SHARDS} shards", SHARDS),
    Design(f"{SHARDS} shards, blocks", SHARDS, blocks=True),
)
COLD = (
    Design(f"{TEMPLATES} templates, 1 counter", templates=TEMPLATES),
    Design(f"{TEMPLATES} templates, {SHARDS} shards", SHARDS, TEMPLATES),
)


@dataclass
class Measured:
    """What became of a design's claims, and what they cost."""

    design: Design
    stock: int = 0
    given: int = 0
    sold_out: int = 0
    busy: int = 0
    seconds: float = 0
    took: list[float] = field(default_factory=list)
    units: int = 0
    hottest: int = 0
    conflicts: int = 0

    @property
    def per_second(self) -> float:
        return len(self.took) / self.seconds

    @property
    def ceiling(self) -> float:
        """Claims a second until the hottest partition key of this run is full."""
        return PARTITION_UNITS * self.given / self.hottest


def tables(store: Store, claims: int, console: Console) -> Iterator[Shown]:
    """Claims on ample stock, then on a stock that ends."""
    ample = _in_turns(store, (*HOT, *COLD), claims, claims * AMPLE, console)
    yield _shown(f"claims, {THREADS} threads, more stock than claims", ample)
    ended = _in_turns(store, HOT, claims, claims * 3 // 4, console)
    yield _shown(f"claims, {THREADS} threads, stock for three of four", ended)


def _in_turns(store: Store, designs: Sequence[Design], claims: int, stock: int, console: Console) -> Sequence[Measured]:
    measured = [Measured(design) for design in designs]
    part = max(1, claims // ROUNDS)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("claims", total=ROUNDS * len(designs) * part)
        for round_ in range(ROUNDS):
            for each in measured:
                _round(each, store, round_, part, max(1, stock // ROUNDS))
                progress.update(task, advance=part)
    return measured


def _round(measured: Measured, store: Store, round_: int, claims: int, stock: int) -> None:
    meter = ClaimMeter(store.client)
    shop = dynamo_shop(store, meter)
    prepared = _naive if measured.design.naive else _ours
    prefix = f"{stock}-{round_}-{measured.design.name}"
    claim = prepared(measured.design, shop, store, meter, prefix, stock)
    meter.clear()
    began = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        outcomes = list(pool.map(partial(_timed, claim), range(claims)))
    measured.seconds += time.perf_counter() - began
    measured.took += [seconds for _, seconds in outcomes]
    measured.stock += stock
    for name in ("given", "sold_out", "busy"):
        setattr(measured, name, getattr(measured, name) + sum(outcome == name for outcome, _ in outcomes))
    measured.units += meter.units
    measured.hottest += meter.hottest
    measured.conflicts += meter.conflicts


def _timed(claim: Claim, number: int) -> tuple[str, float]:
    began = time.perf_counter()
    try:
        claim(number)
    except CouponSoldOut:
        outcome = "sold_out"
    except Unavailable:
        outcome = "busy"
    else:
        outcome = "given"
    return outcome, time.perf_counter() - began


def _ours(design: Design, shop: Shop, store: Store, meter: ClaimMeter, prefix: str, stock: int) -> Claim:
    each = -(-stock // design.templates)
    coupons = [
        shop.coupons.create(twenty_off(coupon_id=f"{prefix}-{number}", stock=each, stock_shards=design.shards))
        for number in range(design.templates)
    ]
    leases = _leases(shop, coupons[0], stock) if design.blocks else []

    def claim(number: int) -> None:
        coupon, who, issue = coupons[number % len(coupons)], f"s{number}", Issue("claim", "bench", "领取")
        if leases:
            shop.ledger.issue(coupon, shop.coupons.prepare(coupon, who, issue), leases[number % len(leases)])
        else:
            shop.coupons.issue(coupon.coupon_id, who, issue)

    return claim


def _leases(shop: Shop, coupon: Coupon, stock: int) -> list[Lease]:
    workers = min(SHARDS, stock)
    size = min(MAX_LEASE, stock // workers)
    return [
        shop.blocks.lease(coupon.coupon_id, size, _BLOCK_SECONDS, f"worker-{number}")[1] for number in range(workers)
    ]


def _naive(design: Design, shop: Shop, store: Store, meter: ClaimMeter, prefix: str, stock: int) -> Claim:
    """The design that comes first to mind: the stock is read, and if something is left, one less is written."""
    client: Any = meter
    marketing, shoppers = Table(client, store.names.marketing), Table(client, store.names.shoppers)
    coupon = twenty_off(coupon_id=f"naive-{prefix}", stock=stock, stock_shards=1)
    counter = stock_key(coupon.coupon_id, 0)
    marketing.put({**counter, "n": stock})

    def claim(number: int) -> None:
        left: Any = marketing.get(counter, consistent=True)
        if left["n"] <= 0:
            raise coupon.sold_out()
        marketing.put({**counter, "n": left["n"] - 1})
        code = f"{prefix}-{number}"
        terms = coupon.terms.document().decode()
        at = datetime.now(UTC).isoformat()
        shoppers.put({**owned_coupon_key(f"s{number}", code), "b": terms + at, "lpk": code_list(code), "lsk": code})

    return claim


def _shown(title: str, measured: Sequence[Measured]) -> Shown:
    base = next(each for each in measured if each.design.name == "one counter")
    heads = (
        "issued / stock",
        "claims/s",
        "÷ 1 counter",
        "p50 ms",
        "p95 ms",
        "units",
        "hottest key",
        "conflicts",
        "limit/s",
    )
    shown = Shown("design", *heads, title=title, caption=CAPTION)
    for each in measured:
        centiles = quantiles(each.took, n=20)
        given = max(1, each.given)
        shown.add_row(
            each.design.name,
            f"{each.given:,} / {each.stock:,}{' !' if each.given > each.stock else ''}",
            f"{each.per_second:,.0f}",
            f"{each.per_second / base.per_second:.2f}",
            f"{centiles[9] * 1_000:,.0f}",
            f"{centiles[18] * 1_000:,.0f}",
            f"{each.units / given:.2f}",
            f"{each.hottest / each.units:.1%}",
            f"{each.conflicts}" + (f" ({each.busy} gave up)" if each.busy else ""),
            f"{each.ceiling:,.0f}",
        )
    return shown
