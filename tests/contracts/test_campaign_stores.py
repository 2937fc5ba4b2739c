"""What every store of campaigns, runs, pages and sends must do: the twins, moto, and DynamoDB Local."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from chalicelib.adapters.dynamodb.campaigns import DynamoAudiencePages, DynamoCampaignRecords, DynamoRuns
from chalicelib.adapters.dynamodb.coupon_ledger import DynamoCouponLedger
from chalicelib.adapters.dynamodb.coupons import DynamoCouponTemplates
from chalicelib.adapters.dynamodb.sends import DynamoOutbox
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.dynamodb.transactions import Transactions
from chalicelib.adapters.memory.campaigns import MemoryMailer, MemoryPageQueue
from chalicelib.campaigns import (
    Admission,
    AlreadyDecided,
    AudiencePage,
    CampaignChanged,
    CampaignExists,
    CampaignStores,
    CapRing,
    CapRingMoved,
    Reason,
    Run,
    RunStatus,
    Send,
    SendMoved,
    SendState,
    Tally,
)
from chalicelib.core.clock import MovableClock
from chalicelib.core.errors import Unavailable
from chalicelib.core.ids import SeededRandomness
from chalicelib.coupons import Coupon, CouponLimitReached, Coupons, CouponSoldOut, OwnedCoupon
from chalicelib.privacy import Channel
from tests.support import stores as databases
from tests.support.campaigns import ShopperTwin, assemble, go_to, memory_stores, recall, with_coupon
from tests.support.coupons import NOON, twenty_off, wish

LOCAL = pytest.param("dynamodb-local", marks=pytest.mark.engine)


@dataclass(frozen=True)
class House:
    """The stores under test, and the coupons they share stock with."""

    stores: CampaignStores
    coupons: Coupons
    clock: MovableClock


@pytest.fixture(params=["twin", "moto", LOCAL])
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    yield from _house_on(request)


@pytest.fixture(params=["twin", LOCAL])
def crowded_house(request: pytest.FixtureRequest) -> Iterator[House]:
    """Where real threads may meet."""
    yield from _house_on(request)


def _house_on(request: pytest.FixtureRequest) -> Iterator[House]:
    clock = MovableClock(NOON)
    if request.param == "twin":
        templates, ledger, stores = memory_stores()
        yield House(stores, Coupons(templates, ledger, clock, SeededRandomness("codes")), clock)
    elif request.param == "moto":
        with databases.moto_store() as store:
            yield _dynamo_house(store, clock)
    else:
        with databases.local_store(request.getfixturevalue("dynamodb_local_url")) as store:
            yield _dynamo_house(store, clock)


def _dynamo_house(store: databases.Store, clock: MovableClock) -> House:
    shoppers, marketing = Table(store.client, store.names.shoppers), Table(store.client, store.names.marketing)
    transactions = Transactions(store.client, SeededRandomness("transactions"))
    ledger = DynamoCouponLedger(shoppers, marketing, transactions)
    coupons = Coupons(DynamoCouponTemplates(marketing, transactions), ledger, clock, SeededRandomness("codes"))
    stores = CampaignStores(
        DynamoCampaignRecords(marketing),
        DynamoRuns(marketing),
        DynamoAudiencePages(marketing),
        DynamoOutbox(shoppers, ledger, transactions),
        MemoryPageQueue(),
    )
    return House(stores, coupons, clock)


def a_run(**changes: object) -> Run:
    return replace(Run("run-1", "recall", NOON, "dormant", 2, NOON), **changes)  # type: ignore[arg-type]


def a_send(shopper_id: str = "li", send_id: str = "send-1", occurrence: datetime = NOON, **changes: object) -> Send:
    send = Send(
        send_id=send_id,
        campaign_id="recall",
        run_id="run-1",
        occurrence=occurrence,
        shopper_id=shopper_id,
        channel=Channel.EMAIL,
        state=SendState.PENDING,
        reason=Reason.PASSED,
        decided_at=NOON,
    )
    return replace(send, **changes)  # type: ignore[arg-type]


def test_a_campaign_is_created_once_and_replaced_on_its_version(house: House) -> None:
    records = house.stores.records
    campaign = with_coupon(next_launch_at=NOON)
    records.create(campaign)
    with pytest.raises(CampaignExists):
        records.create(campaign)
    assert records.get("recall") == campaign
    renamed = replace(campaign, name="欢迎回来", version=2)
    records.replace(renamed)
    with pytest.raises(CampaignChanged):
        records.replace(renamed)
    assert records.get("recall") == renamed
    assert records.get("nothing") is None


def test_campaigns_are_listed_page_by_page(house: House) -> None:
    for number in range(3):
        house.stores.records.create(recall(campaign_id=f"campaign-{number}"))
    page, cursor = house.stores.records.list(2)
    rest, end = house.stores.records.list(2, cursor)
    assert [each.campaign_id for each in (*page, *rest)] == [f"campaign-{number}" for number in range(3)]
    assert end is None


def test_due_campaigns_come_earliest_first_and_leave_the_list_when_they_move(house: House) -> None:
    records = house.stores.records
    for name, minutes in (("later", 5), ("now", 0), ("before", -5), ("not-yet", 6)):
        records.create(recall(campaign_id=name, next_launch_at=NOON + timedelta(minutes=minutes)))
    records.create(recall(campaign_id="never"))
    now = NOON + timedelta(minutes=5)
    assert records.due(now, 10) == ["before", "now", "later"]
    assert records.due(now, 1) == ["before"]
    records.replace(recall(campaign_id="before", next_launch_at=None, version=2))
    assert records.due(now, 10) == ["now", "later"]


def test_a_run_is_opened_once_and_completed_once(house: House) -> None:
    runs = house.stores.runs
    first = runs.open(a_run())
    assert runs.open(a_run(opened_at=NOON + timedelta(minutes=5))) == first
    runs.complete(first, Tally(audience=2, sent=1, skipped={"capped": 1}), NOON)
    runs.complete(first, Tally(audience=9), NOON)
    stored = runs.get("recall", NOON, "run-1")
    assert stored is not None
    assert (stored.status, stored.tally) == (RunStatus.COMPLETED, Tally(audience=2, sent=1, skipped={"capped": 1}))
    assert runs.get("recall", NOON, "run-2") is None


def test_runs_are_listed_latest_first_page_by_page(house: House) -> None:
    for day in range(3):
        house.stores.runs.open(a_run(run_id=f"run-{day}", occurrence=NOON + timedelta(days=day)))
    house.stores.runs.open(a_run(campaign_id="other"))
    page, cursor = house.stores.runs.list("recall", 2)
    rest, end = house.stores.runs.list("recall", 2, cursor)
    assert [run.run_id for run in (*page, *rest)] == ["run-2", "run-1", "run-0"]
    assert end is None


def test_a_page_stays_as_it_was_first_read_and_as_it_was_settled(house: House) -> None:
    pages = house.stores.pages
    page = pages.open(AudiencePage("run-1", 0, "", ("li", "wang"), "wang"))
    assert pages.open(AudiencePage("run-1", 0, "", ("li",), None)) == page
    assert pages.get("run-1", 0, "") == page
    assert pages.get("run-1", 0, "wang") is None
    uncertain = replace(page, tally=Tally(audience=2, sent=1, unknown=1))
    pages.settle(uncertain)
    assert pages.get("run-1", 0, "") == uncertain
    settled = replace(page, tally=Tally(audience=2, sent=2))
    pages.settle(settled)
    pages.settle(uncertain)
    pages.open(AudiencePage("run-1", 1, "", (), None))
    assert pages.of("run-1") == [replace(settled, shoppers=()), AudiencePage("run-1", 1, "", (), None)]
    assert pages.of("run-2") == []


def test_the_first_decision_stays(house: House) -> None:
    outbox = house.stores.outbox
    skipped = a_send(state=SendState.SKIPPED, reason=Reason.CAPPED)
    assert outbox.decide(skipped) == skipped
    assert outbox.decide(a_send(state=SendState.SKIPPED, reason=Reason.NO_CONSENT)) == skipped
    assert outbox.find("li", NOON, "send-1") == skipped
    assert outbox.find("li", NOON, "send-2") is None
    with pytest.raises(AlreadyDecided):
        outbox.admit(Admission(a_send(), CapRing("li").with_send(NOON)))
    assert outbox.ring_of("li") == CapRing("li")


def test_a_send_moves_on_its_version(house: House) -> None:
    outbox = house.stores.outbox
    outbox.admit(Admission(a_send(), CapRing("li").with_send(NOON)))
    claimed = a_send().claimed(NOON, timedelta(minutes=1))
    outbox.move(claimed)
    with pytest.raises(SendMoved):
        outbox.move(claimed)
    sent = claimed.sent(NOON, "provider-1")
    outbox.move(sent)
    assert outbox.find("li", NOON, "send-1") == sent


def test_a_ring_that_moved_admits_nothing(house: House) -> None:
    outbox = house.stores.outbox
    ring = CapRing("li").with_send(NOON)
    outbox.admit(Admission(a_send(), ring))
    with pytest.raises(CapRingMoved):
        outbox.admit(Admission(a_send(send_id="send-2"), ring))
    assert outbox.find("li", NOON, "send-2") is None
    outbox.admit(Admission(a_send(send_id="send-2"), outbox.ring_of("li").with_send(NOON)))
    assert outbox.ring_of("li").sent_at == (NOON, NOON)


def prepared(house: House, shopper_id: str, coupon: Coupon, key: str) -> OwnedCoupon:
    return house.coupons.prepare(coupon, shopper_id, wish(key))


def test_send_ring_and_coupon_are_stored_together_or_not_at_all(house: House) -> None:
    outbox = house.stores.outbox
    coupon = house.coupons.create(twenty_off(stock=2, per_shopper=1))
    first = prepared(house, "li", coupon, "send-1")
    outbox.admit(Admission(a_send(issue_id=first.issue_id), CapRing("li").with_send(NOON), coupon, first))
    assert house.coupons.owned("li", first.issue_id) == first
    second = prepared(house, "li", coupon, "send-2")
    with pytest.raises(CouponLimitReached):
        outbox.admit(Admission(a_send(send_id="send-2"), outbox.ring_of("li").with_send(NOON), coupon, second))
    house.coupons.issue("welcome-back", "wang", wish())
    third = prepared(house, "zhao", coupon, "send-3")
    with pytest.raises(CouponSoldOut):
        outbox.admit(Admission(a_send("zhao", "send-3"), CapRing("zhao").with_send(NOON), coupon, third))
    assert outbox.find("li", NOON, "send-2") is None
    assert outbox.find("zhao", NOON, "send-3") is None
    assert outbox.ring_of("li").version == 1
    assert outbox.ring_of("zhao").version == 0
    assert house.coupons.owned("zhao", third.issue_id) is None
    with pytest.raises(AlreadyDecided):
        outbox.admit(Admission(a_send(), outbox.ring_of("li").with_send(NOON), coupon, first))


def test_decisions_are_listed_latest_first_of_one_campaign_or_all(house: House) -> None:
    outbox = house.stores.outbox
    for day in range(5):
        campaign_id = "other" if day % 2 else "recall"
        outbox.decide(
            a_send(
                send_id=f"send-{day}",
                occurrence=NOON + timedelta(days=day),
                campaign_id=campaign_id,
                state=SendState.SKIPPED,
            )
        )
    everything, cursor = outbox.decisions("li", None, 3)
    rest, end = outbox.decisions("li", None, 3, cursor)
    assert [send.send_id for send in (*everything, *rest)] == [f"send-{day}" for day in (4, 3, 2, 1, 0)]
    assert end is None
    of_recall, cursor = outbox.decisions("li", "recall", 2)
    rest, end = outbox.decisions("li", "recall", 2, cursor)
    assert [send.send_id for send in (*of_recall, *rest)] == ["send-4", "send-2", "send-0"]
    assert end is None
    assert outbox.decisions("nobody", None, 3) == ([], None)


def test_workers_that_deliver_the_same_pages_at_once_send_once(crowded_house: House) -> None:
    workers, shoppers = 6, ShopperTwin(*(f"shopper-{number:02}" for number in range(12)))
    crowded_house.coupons.create(twenty_off(stock=8))
    shop = assemble(crowded_house.stores, crowded_house.coupons, shoppers, crowded_house.clock, MemoryMailer())
    shop.campaigns.create(with_coupon())
    go_to(shop.clock, "11-22 20:01")
    shop.campaigns.launch_due(shop.clock.now())
    (run,), _ = shop.stores.runs.list("recall", 1)
    together = threading.Barrier(workers)

    def work(_: int) -> int:
        together.wait()
        held = 0
        for message in shop.first_pages(run):
            try:
                shop.deliveries.deliver_page(message)
            except Unavailable:
                held += 1
        return held

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, range(workers)))
    shop.queue.waiting += shop.first_pages(run)
    shop.turn()
    shop.deliver_again()
    tally = shop.campaigns.report("recall").tally
    assert len(shop.mails()) == len({mail.to for mail in shop.mails()}) == tally.sent == 8
    assert tally.skipped == {"coupon_sold_out": 4}
    assert tally.is_balanced
    assert shop.campaigns.report("recall").open_runs == 0
