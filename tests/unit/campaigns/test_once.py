"""Once, whatever happens: duplicates, any order, overlapping workers, and death between any two writes."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.adapters.memory.campaigns import MemoryMailer
from chalicelib.campaigns import CampaignStores, OnUnknown
from chalicelib.core.clock import MovableClock
from chalicelib.core.errors import Unavailable
from chalicelib.core.ids import SeededRandomness
from chalicelib.coupons import Coupons
from tests.support.campaigns import (
    LEASE_IS_OVER,
    CampaignShop,
    ShopperTwin,
    assemble,
    campaign_shop,
    go_to,
    memory_stores,
    with_coupon,
)
from tests.support.coupons import NOON, twenty_off

SHOPPERS = [f"shopper-{number:02}" for number in range(9)]
STOCK = 5
WRITES = frozenset({"create", "replace", "open", "complete", "settle", "decide", "admit", "move", "put", "send"})


class Killed(BaseException):
    """The process died: nothing may catch this."""


class Fate:
    """Dies right after the ``after``-th write from now, or never (None)."""

    def __init__(self, after: int | None) -> None:
        self.left = after

    def write(self) -> None:
        if self.left is None:
            return
        self.left -= 1
        if self.left == 0:
            self.left = None
            raise Killed


class Mortal:
    """Any store, provider or queue, in a process that may die right after a write."""

    def __init__(self, target: Any, fate: Fate) -> None:
        self._target = target
        self._fate = fate

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._target, name)
        if name not in WRITES:
            return attribute

        def write(*arguments: Any) -> Any:
            answer = attribute(*arguments)
            self._fate.write()
            return answer

        return write


def mortal_shop(fate: Fate) -> CampaignShop:
    templates, ledger, stores = memory_stores()
    parts = (stores.records, stores.runs, stores.pages, stores.outbox, stores.queue)
    mortal = CampaignStores(*(Mortal(part, fate) for part in parts))
    clock = MovableClock(NOON)
    coupons = Coupons(templates, ledger, clock, SeededRandomness("codes"))
    return assemble(mortal, coupons, ShopperTwin(*SHOPPERS), clock, Mortal(MemoryMailer(), fate))


def live_through(after: int | None, on_unknown: OnUnknown) -> tuple[CampaignShop, bool]:
    """One evening of a campaign, with one death; AWS calls again whatever was not answered."""
    fate = Fate(None)
    shop = mortal_shop(fate)
    shop.shoppers.add(SHOPPERS[0], consents=False)
    shop.coupons.create(twenty_off(stock=STOCK))
    shop.campaigns.create(with_coupon(on_unknown=on_unknown))
    go_to(shop.clock, "11-22 20:01")
    fate.left = after
    died = False
    try:
        shop.campaigns.launch_due(shop.clock.now())
    except Killed:
        died = True
        shop.campaigns.launch_due(shop.clock.now())
    while shop.queue.waiting:
        message = shop.queue.waiting.pop(0)
        try:
            shop.deliveries.deliver_page(message)
        except Killed:
            died = True
            shop.clock.advance(LEASE_IS_OVER)
            shop.queue.waiting.append(message)
    return shop, died


@pytest.mark.parametrize("on_unknown", OnUnknown)
def test_a_death_between_any_two_writes_changes_no_count(on_unknown: OnUnknown) -> None:
    after = 0
    while True:
        after += 1
        shop, died = live_through(after, on_unknown)
        report = shop.campaigns.report("recall")
        tally = report.tally
        written_to = [mail.to for mail in shop.mails()]
        coupon = shop.coupons.get("welcome-back")
        assert tally.audience == len(SHOPPERS), after
        assert tally.sent + tally.unknown == STOCK, after
        assert sum(tally.skipped.values()) == len(SHOPPERS) - STOCK, after
        assert tally.coupons == STOCK - shop.coupons.left(coupon) == STOCK, after
        assert tally.unknown <= (1 if on_unknown is OnUnknown.HOLD else 0), after
        repeated = len(written_to) - len(set(written_to))
        # The one thing nobody can know is whether a mail went out whose answer was lost: hold never sends twice.
        assert repeated <= (0 if on_unknown is OnUnknown.HOLD else 1), after
        assert len(set(written_to)) + tally.unknown >= STOCK, after
        assert (report.open_runs == 0) == tally.is_balanced == (tally.unknown == 0), after
        if not died:
            break
    assert after > 30, "there are more writes than that to die after"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_pages_delivered_in_any_order_and_number_send_once(data: st.DataObject) -> None:
    shop = campaign_shop(*SHOPPERS)
    shop.coupons.create(twenty_off(stock=STOCK))
    shop.campaigns.create(with_coupon())
    go_to(shop.clock, "11-22 20:01")
    shop.campaigns.launch_due(shop.clock.now())
    seen = list(shop.queue.waiting)
    for _ in range(60):
        if not shop.queue.waiting:
            break
        if data.draw(st.booleans(), label="again"):
            message = data.draw(st.sampled_from(seen), label="duplicate")
        else:
            message = shop.queue.waiting.pop(data.draw(st.integers(0, len(shop.queue.waiting) - 1), label="next"))
        waiting = len(shop.queue.waiting)
        shop.deliveries.deliver_page(message)
        seen += shop.queue.waiting[waiting:]
    shop.turn()
    tally = shop.campaigns.report("recall").tally
    assert len(shop.mails()) == len({mail.to for mail in shop.mails()}) == tally.sent == STOCK
    assert tally.audience == len(SHOPPERS)
    assert tally.is_balanced
    assert shop.campaigns.report("recall").open_runs == 0


class Overlapping(MemoryMailer):
    """While one worker talks to the provider, the queue gives the same page to a second one."""

    def __init__(self) -> None:
        super().__init__()
        self.shop: CampaignShop | None = None
        self.was_held = False

    def send(self, mail: Any) -> str:
        shop, self.shop = self.shop, None
        if shop is not None:
            (run,), _ = shop.stores.runs.list("recall", 1)
            for message in shop.first_pages(run):
                try:
                    shop.deliveries.deliver_page(message)
                except Unavailable:
                    self.was_held = True
        return super().send(mail)


def test_a_second_worker_leaves_a_send_alone_that_the_first_one_holds() -> None:
    mailer = Overlapping()
    shop = campaign_shop(*SHOPPERS, mailer=mailer)
    shop.coupons.create(twenty_off(stock=100))
    shop.campaigns.create(with_coupon())
    mailer.shop = shop
    go_to(shop.clock, "11-22 20:01")
    shop.campaigns.launch_due(shop.clock.now())
    shop.turn()
    shop.deliver_again()
    assert mailer.was_held
    assert len(shop.mails()) == len({mail.to for mail in shop.mails()}) == len(SHOPPERS)
    assert shop.campaigns.report("recall").open_runs == 0
