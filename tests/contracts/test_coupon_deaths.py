"""A retry after an unknown outcome is safe at every point of failure: the same story, killed at each write, then told again."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.adapters.memory.coupon_books import MemoryCouponBooks, MemoryCouponTallies
from chalicelib.adapters.memory.coupon_codes import MemoryCouponCodes
from chalicelib.adapters.memory.coupons import MemoryCouponLedger, MemoryCouponStock, MemoryCouponTemplates
from chalicelib.core.clock import MovableClock
from chalicelib.core.errors import Unavailable
from chalicelib.coupons import CouponExists
from tests.support.coupon_audit import assert_sound
from tests.support.coupons import NOON, Shop, dynamo_shop, hold, let_go, make_shop, refund, twenty_off, use, void, wish
from tests.support.mortal import PORT_WRITES, Death, Fate, Killed, Mortal, each_once
from tests.support.stores import Store

SHOPPERS = ["li", "wang", "zhao", "qian", "sun"]
Start = Callable[[Fate, str], Shop]
"""A new process on the same store, under a fate; the text keeps stories apart that share a store."""


@pytest.fixture
def kind(store_or_twin: Store | None) -> str:
    return store_or_twin.kind if store_or_twin else "twin"


@pytest.fixture
def start(store_or_twin: Store | None) -> Start:
    twins: dict[str, tuple[object, ...]] = {}

    def on_twin(fate: Fate, story: str) -> Shop:
        if story not in twins:
            templates = MemoryCouponTemplates()
            ledger = MemoryCouponLedger(templates)
            codes = MemoryCouponCodes(ledger)
            books = MemoryCouponTallies(ledger), MemoryCouponBooks(ledger, codes)
            twins[story] = templates, ledger, MemoryCouponStock(templates), codes, *books
        parts = [Mortal(part, fate, PORT_WRITES) for part in twins[story]]
        return make_shop(*parts, clock=MovableClock(NOON))  # type: ignore[arg-type, misc]

    def on_store(fate: Fate, story: str) -> Shop:
        assert store_or_twin is not None
        return dynamo_shop(store_or_twin, Mortal(store_or_twin.client, fate))

    return on_twin if store_or_twin is None else on_store


def tell(shop: Shop, story: str) -> list[str]:
    """Everything that happens to one template, under fixed keys; what came of it."""
    name = f"coupon-{story}"
    li, wang, zhao, qian, sun = shoppers(story)
    source = f"campaign/{name}"
    with suppress(CouponExists):
        shop.coupons.create(
            twenty_off(coupon_id=name, stock=20, per_shopper_per_day=1, budget=9_000, budget_per_day=8_000)
        )
    codes = [shop.coupons.issue(name, each, wish("issue", source)).code for each in (li, wang, zhao)]
    coupon, lease = shop.blocks.lease(name, 5, 600, "lease")
    shop.ledger.issue(coupon, shop.coupons.prepare(coupon, qian, wish("issue", source)), lease)
    batch = shop.desk.open(name, 3, "batch", "admin")
    made = shop.desk.page(name, batch.batch_id, 0)[1].codes
    codes.append(shop.desk.claim(made[0], sun, "claim").code)
    answers = [
        shop.coupons.move(codes[0], hold()),
        shop.coupons.move(codes[0], use()),
        shop.coupons.move(codes[0], refund(700)),
        shop.coupons.move(codes[0], refund(key="refund-2", returns=True)),
        shop.coupons.move(codes[1], hold()),
        shop.coupons.move(codes[1], let_go()),
        shop.coupons.move(codes[1], use()),
        shop.coupons.move(codes[2], void(returns=True)),
        shop.coupons.move(codes[3], hold(seconds=60)),
    ]
    shop.blocks.give_back(lease)
    shop.clock.advance(timedelta(seconds=61))
    shop.coupons.lapse_due()
    return [f"{answer.state} {answer.version} {answer.standing.held}" for answer in answers]


def shoppers(story: str) -> list[str]:
    return [f"{each}-{story}" for each in SHOPPERS]


def balances(shop: Shop, story: str) -> tuple[object, ...]:
    name = f"coupon-{story}"
    # Whoever checks comes after all that happened.
    shop.clock.advance(timedelta(seconds=61))
    coupon = shop.coupons.get(name)
    issued = assert_sound(shop, coupon, shoppers(story), f"campaign/{name}", made_ahead=3)
    return issued, shop.coupons.left(coupon), shop.coupons.spent(coupon), shop.coupons.redeemed_from(f"campaign/{name}")


@pytest.mark.parametrize("death", Death)
def test_a_story_killed_at_any_write_and_told_again_ends_the_same(start: Start, kind: str, death: Death) -> None:
    untroubled = Fate()
    shop = start(untroubled, "0")
    told, ended = tell(shop, "0"), balances(shop, "0")
    assert untroubled.writes >= 14
    # moto copies all its tables for every transaction: it is spared all but one death in nine.
    deaths = {"twin": range(1, untroubled.writes + 1), "moto": each_once(untroubled.writes, death)[::3]}
    for at in deaths.get(kind, each_once(untroubled.writes, death)):
        fate, story = Fate(at, death), str(at)
        try:
            # Through a silence the adapter's own second try may carry on.
            answers = tell(start(fate, story), story)
        except (Killed, ReadTimeoutError, Unavailable):
            answers = tell(start(Fate(), story), story)
        assert answers == told, f"{death} at write {at}"
        assert balances(start(Fate(), story), story) == ended, f"{death} at write {at}"
