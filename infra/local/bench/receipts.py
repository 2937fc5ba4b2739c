"""Real receipts replayed as claims, day by day, on the twin and on DynamoDB Local; then the books are audited.

The receipts tell no stock and no limit, so the shop here sets some that bite: what is refused, and that no more and no less is
given than a plain count of the same receipts allows, is part of what is measured.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from datetime import time as time_of_day
from itertools import groupby
from pathlib import Path
from statistics import quantiles

from rich.console import Console
from rich.progress import Progress
from rich.table import Table as Shown

from chalicelib.api.coupon_terms import read_terms
from chalicelib.api.coupons import CouponBody, coupon_of
from chalicelib.core.clock import MovableClock
from chalicelib.core.errors import ZhaohuiError
from chalicelib.core.ids import digest
from chalicelib.core.shapes import convert
from chalicelib.coupons import Coupon, Issue, Movement, OwnedCoupon
from chalicelib.coupons.ledger import issue_id_of
from infra.local.bench.claim_meter import ClaimMeter
from infra.local.coupon_feeds.receipts import Receipt, read_receipts, template
from tests.support.coupons import Shop, dynamo_shop, memory_shop
from tests.support.stores import Store

THREADS = 32
SHARDS = 8
MOST_OF_ONE = 0.2
"""A template's stock is at most this share of all receipts: less than the best-loved one was asked for."""
PER_SHOPPER, PER_DAY = 5, 2
AGAIN = 200
GIVEN = "given"
NOON = time_of_day(4, tzinfo=UTC)
"""In Shanghai."""


@dataclass
class Replayed:
    """What became of the receipts."""

    where: str
    outcomes: Counter[str] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)
    seconds: float = 0
    units: int | None = None
    given_again: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def given(self) -> int:
        return self.outcomes[GIVEN]


def read(path: Path, count: int | None) -> list[Receipt]:
    """The receipts in the order of their days; of ``count``, all those of as many shoppers (drawn by a digest of their ids)."""
    found = [each for each in read_receipts(path) if isinstance(each, Receipt)]
    if count is not None and count < len(found):
        by_shopper: defaultdict[str, list[Receipt]] = defaultdict(list)
        for each in found:
            by_shopper[each.shopper].append(each)
        chosen: list[Receipt] = []
        for shopper in sorted(by_shopper, key=digest):
            chosen += by_shopper[shopper]
            if len(chosen) >= count:
                break
        found = chosen
    return sorted(found, key=lambda each: (each.day, each.position))


def templates(receipts: Sequence[Receipt]) -> list[Coupon]:
    """The templates behind them, with this shop's stock and limits."""
    received = Counter(each.coupon_id for each in receipts)
    first = {each.coupon_id: each for each in reversed(receipts)}
    most = max(1, int(len(receipts) * MOST_OF_ONE))
    coupons = []
    for coupon_id, receipt in sorted(first.items()):
        stock = min(received[coupon_id], most)
        limits = {"per_shopper": PER_SHOPPER, "per_shopper_per_day": PER_DAY, "stock": stock}
        terms, others = read_terms({**template(receipt, stock), **limits})
        coupons.append(coupon_of(terms, convert(others, CouponBody), coupon_id, SHARDS, _noon(receipt)))
    return coupons


def allowed(receipts: Iterable[Receipt], coupons: Sequence[Coupon]) -> Counter[str]:
    """How many of each template may be given, by counting: the ledger has to come to the same."""
    stock = {each.coupon_id: each.stock for each in coupons}
    ever: Counter[tuple[str, str]] = Counter()
    today: Counter[tuple[str, str, object]] = Counter()
    given: Counter[str] = Counter()
    for each in receipts:
        mine, daily = (each.shopper, each.coupon_id), (each.shopper, each.coupon_id, each.day)
        if given[each.coupon_id] < stock[each.coupon_id] and ever[mine] < PER_SHOPPER and today[daily] < PER_DAY:
            given[each.coupon_id] += 1
            ever[mine] += 1
            today[daily] += 1
    return given


def table(
    whole: Sequence[Receipt], receipts: Sequence[Receipt], store: Store | None, console: Console
) -> tuple[Shown, bool]:
    """The replays beside each other, and whether all books agree: the ``whole`` file on the twin, which takes a minute or two,
    and where ``receipts`` are fewer these on the twin and on ``store``."""
    runs = [_replayed(f"twin, {len(whole):,}", memory_shop(_clock(whole)), whole, 1, console)]
    if len(receipts) < len(whole):
        runs.append(_replayed(f"twin, {len(receipts):,}", memory_shop(_clock(receipts)), receipts, 1, console))
    if store is not None:
        meter = ClaimMeter(store.client)
        shop = dynamo_shop(store, meter, _clock(receipts))
        where = f"DynamoDB Local, {len(receipts):,}, {THREADS} threads"
        runs.append(_replayed(where, shop, receipts, THREADS, console, meter))
    title = f"{len(whole):,} receipts of {len({each.coupon_id for each in whole}):,} coupons as claims"
    shown = Shown("", *(each.where for each in runs), title=title)
    for name in sorted({name for each in runs for name in each.outcomes}, key=lambda name: (name != GIVEN, name)):
        shown.add_row(name, *(f"{each.outcomes[name]:,}" for each in runs))
    shown.add_row("claims/s", *(f"{len(each.took) / each.seconds:,.0f}" for each in runs))
    shown.add_row("p50, p95 ms", *(_centiles(each.took) for each in runs))
    shown.add_row("write units a claim", *("–" if each.units is None else _units(each) for each in runs))
    shown.add_row(f"given anew by {AGAIN} repeats", *(f"{each.given_again}" for each in runs))
    shown.add_row("books", *("; ".join(each.wrong[:3]) or "agree" for each in runs))
    return shown, not any(each.wrong for each in runs)


def _replayed(
    where: str, shop: Shop, receipts: Sequence[Receipt], threads: int, console: Console, meter: ClaimMeter | None = None
) -> Replayed:
    done, given = Replayed(where), list[Receipt]()
    coupons = templates(receipts)
    with Progress(console=console, transient=True) as progress, ThreadPoolExecutor(threads) as pool:
        together = map if threads == 1 else pool.map
        for _ in progress.track(together(shop.coupons.create, coupons), len(coupons), description="templates"):
            pass
        if meter:
            meter.clear()
        task = progress.add_task(where, total=len(receipts))
        for day, group in groupby(receipts, key=lambda each: each.day):
            shop.clock.advance(datetime.combine(day, NOON) - shop.clock.now())
            began = time.perf_counter()
            outcomes = list(together(lambda each: _claimed(shop, each), today := list(group)))
            done.seconds += time.perf_counter() - began
            done.outcomes.update(outcome for outcome, _ in outcomes)
            done.took += [seconds for _, seconds in outcomes]
            given += [receipt for receipt, (outcome, _) in zip(today, outcomes, strict=True) if outcome == GIVEN]
            progress.advance(task, len(today))
        done.units = meter.units if meter else None
        again = Counter(outcome for outcome, _ in together(lambda each: _claimed(shop, each), given[:AGAIN]))
        kept = progress.track(together(lambda each: _owned(shop, each), receipts), len(receipts), description="audit")
        owned = [each for each in kept if each is not None]
    # The twin looks through all coupons for each shopper: its own check would take hours for all receipts.
    done.wrong = [
        *(_differences(shop, receipts) if meter else ()),
        *audit(shop, coupons, owned, allowed(receipts, coupons)),
    ]
    done.given_again = len(owned) - done.given
    if set(again) - {GIVEN}:
        done.wrong.append(f"repeats of what was given are answered {dict(again)}")
    return done


def audit(shop: Shop, coupons: Sequence[Coupon], owned: Sequence[OwnedCoupon], given: Mapping[str, int]) -> list[str]:
    """What is wrong: stock against coupons, coupons against the plain count, shoppers against their limits."""
    issued = Counter(each.coupon_id for each in owned)
    ever = Counter((each.shopper_id, each.coupon_id) for each in owned)
    daily = Counter((each.shopper_id, each.coupon_id, each.issued_day) for each in owned)
    wrong = [
        f"{each.coupon_id}: stock {each.stock}, left {left}, owned {issued[each.coupon_id]}"
        for each in coupons
        if (left := shop.coupons.left(each)) != each.stock - issued[each.coupon_id] or left < 0
    ]
    wrong += [
        f"{name}: {issued[name]} owned, {given[name]} allowed"
        for name in {*issued, *given}
        if issued[name] != given[name]
    ]
    wrong += [f"{who} owns {count} of {name}" for (who, name), count in ever.items() if count > PER_SHOPPER]
    wrong += [f"{who} got {count} of {name} on {day}" for (who, name, day), count in daily.items() if count > PER_DAY]
    return wrong


def _differences(shop: Shop, receipts: Sequence[Receipt]) -> list[str]:
    """What the shop's own check of balances finds for the template that most receipts are of."""
    ((best_loved, _),) = Counter(each.coupon_id for each in receipts).most_common(1)
    check = shop.bookkeeping.begin(best_loved, settled_after=0)
    while not check.is_done:
        check = shop.bookkeeping.go_on(check)
    return [f"{each.balance}: {each.actual}, entries say {each.expected}" for each in check.differences]


def _claimed(shop: Shop, receipt: Receipt) -> tuple[str, float]:
    issue = Issue(f"receipt-{receipt.position}", "shopper", "领取", movement=Movement.CLAIMED)
    began = time.perf_counter()
    try:
        shop.coupons.issue(receipt.coupon_id, receipt.shopper, issue)
    except ZhaohuiError as refused:
        return refused.code, time.perf_counter() - began
    return GIVEN, time.perf_counter() - began


def _owned(shop: Shop, receipt: Receipt) -> OwnedCoupon | None:
    issue_id = issue_id_of(receipt.coupon_id, receipt.shopper, f"receipt-{receipt.position}")
    return shop.coupons.owned(receipt.shopper, issue_id)


def _clock(receipts: Sequence[Receipt]) -> MovableClock:
    return MovableClock(_noon(receipts[0]))


def _noon(receipt: Receipt) -> datetime:
    return datetime.combine(receipt.day, NOON)


def _centiles(took: Sequence[float]) -> str:
    centiles = quantiles(took, n=20)
    return f"{centiles[9] * 1_000:,.1f}, {centiles[18] * 1_000:,.1f}"


def _units(run: Replayed) -> str:
    units = run.units or 0
    return f"{units / len(run.took):.2f} ({units / max(1, run.given):.2f} a coupon given)"
