"""A small shop for campaign tests: twins everywhere, shoppers and consents that tests set by hand, a queue tests turn."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.adapters.memory.campaigns import (
    MemoryAnnouncements,
    MemoryAudiencePages,
    MemoryCampaignRecords,
    MemoryMailer,
    MemoryOutbox,
    MemoryPageQueue,
    MemoryRuns,
)
from chalicelib.adapters.memory.coupons import MemoryCouponLedger, MemoryCouponTemplates
from chalicelib.campaigns import (
    Campaign,
    Campaigns,
    CampaignStatus,
    CampaignStores,
    Deliveries,
    Dispatcher,
    Mail,
    Mailer,
    Message,
    PageMessage,
    Run,
    Schedule,
    Send,
)
from chalicelib.core.clock import MovableClock
from chalicelib.core.errors import Unavailable
from chalicelib.core.ids import SeededRandomness, shard_of
from chalicelib.coupons import Coupons
from chalicelib.privacy import Channel, Consent, Consents, Purpose
from chalicelib.profiles import (
    DORMANT,
    Profile,
    ProfileNotFound,
    Shopper,
    Tag,
    TagDefinition,
    TagGroup,
    Trait,
    Traits,
    starter_registry,
)
from tests.support.coupons import NOON

SHANGHAI = ZoneInfo("Asia/Shanghai")
LEASE_IS_OVER = timedelta(minutes=5)
PAGE_SHOPPERS = 3


class ShopperTwin:
    """``Shoppers`` and ``ConsentBook`` in one: dormant shoppers in two shards, with name, address and consent."""

    shards = 2

    def __init__(self, *shopper_ids: str) -> None:
        self.consents: dict[str, Consents] = {}
        self.shoppers: dict[str, Shopper] = {}
        self.sweeps: list[int] = []
        self.wakes_once_listed = False
        self.merged: dict[str, str] = {}
        for shopper_id in shopper_ids:
            self.add(shopper_id)

    def add(self, shopper_id: str, *, email: str | None = "", name: str | None = "李雷", consents: bool = True) -> None:
        known = {"email": f"{shopper_id}@example.com" if email == "" else email, "name": name}
        traits = Traits({key: Trait(value, NOON) for key, value in known.items() if value})
        tag = Tag(DORMANT, "true", "dormant", 1, 1.0, NOON, TagGroup.LIFECYCLE)
        decisions = (Consent(Channel.EMAIL, Purpose.MARKETING, True, NOON, "checkout"),) if consents else ()
        self.consents[shopper_id] = Consents(shopper_id, decisions)
        self.shoppers[shopper_id] = Shopper(
            shopper_id, Profile(version=1), traits, {DORMANT: tag}, self.consents[shopper_id]
        )

    def wake(self, shopper_id: str) -> None:
        """The shopper comes back by themselves."""
        self.shoppers[shopper_id] = replace(self.shoppers[shopper_id], tags={})

    def switch_off(self, shopper_id: str) -> None:
        self.consents[shopper_id] = self.consents[shopper_id].with_personalisation(False, NOON)

    def get(self, shopper_id: str) -> Shopper:
        shopper_id = self.merged.get(shopper_id, shopper_id)
        if shopper_id not in self.shoppers:
            raise ProfileNotFound(f"nothing is known of shopper {shopper_id!r}")
        return self.shoppers[shopper_id]

    def tag(self, tag_id: str) -> TagDefinition:
        return starter_registry().get(tag_id)

    def tagged(
        self, tag_id: str, shard: int, limit: int, cursor: str | None = None
    ) -> tuple[Sequence[str], str | None]:
        ids = sorted(
            shopper_id
            for shopper_id, shopper in self.shoppers.items()
            if shopper.has_tag(tag_id)
            and shard_of(shopper_id, self.shards) == shard
            and (cursor is None or shopper_id > cursor)
        )
        next_cursor = ids[limit - 1] if len(ids) > limit else None
        if self.wakes_once_listed:
            for shopper_id in ids[:limit]:
                self.wake(shopper_id)
        return ids[:limit], next_cursor

    def advance_lifecycles(self, now: datetime) -> int:
        return self.sweeps.pop() if self.sweeps else 0

    def consents_of(self, shopper_id: str) -> Consents:
        return self.consents.get(shopper_id, Consents(shopper_id))


@dataclass
class CampaignShop:
    """Everything around campaigns; ``turn`` plays the queue."""

    campaigns: Campaigns
    deliveries: Deliveries
    coupons: Coupons
    stores: CampaignStores
    shoppers: ShopperTwin
    clock: MovableClock
    mailer: Any
    queue: Any
    announcements: MemoryAnnouncements
    refused: list[PageMessage] = field(default_factory=list)

    def turn(self, rounds: int = 1_000) -> None:
        """Deliver what waits until nothing does; what is to be delivered again is kept in ``refused``."""
        for _ in range(rounds):
            if not self.queue.waiting:
                return
            message = self.queue.waiting.pop(0)
            try:
                self.deliveries.deliver_page(message)
            except Unavailable:
                self.refused.append(message)

    def deliver_again(self) -> None:
        """What SQS does once the visibility timeout is over."""
        self.clock.advance(LEASE_IS_OVER)
        self.queue.waiting += self.refused
        self.refused.clear()
        self.turn()

    def first_pages(self, run: Run) -> list[PageMessage]:
        """What a launch puts on the queue."""
        return [PageMessage(run.campaign_id, run.run_id, run.occurrence, shard) for shard in range(run.shards)]

    def mails(self) -> list[Mail]:
        sent: list[Mail] = self.mailer.sent
        return sent

    def decision(self, shopper_id: str) -> Send:
        """The latest decision on a shopper."""
        (latest, *_), _ = self.campaigns.decisions(shopper_id, None, 1)
        return latest


def memory_stores() -> tuple[MemoryCouponTemplates, MemoryCouponLedger, CampaignStores]:
    templates = MemoryCouponTemplates()
    ledger = MemoryCouponLedger(templates)
    stores = CampaignStores(
        MemoryCampaignRecords(), MemoryRuns(), MemoryAudiencePages(), MemoryOutbox(ledger), MemoryPageQueue()
    )
    return templates, ledger, stores


def campaign_shop(*shopper_ids: str, mailer: Mailer | None = None) -> CampaignShop:
    templates, ledger, stores = memory_stores()
    clock = MovableClock(NOON)
    coupons = Coupons(templates, ledger, clock, SeededRandomness("codes"))
    return assemble(stores, coupons, ShopperTwin(*shopper_ids), clock, mailer or MemoryMailer())


def assemble(
    stores: CampaignStores,
    coupons: Coupons,
    shoppers: ShopperTwin,
    clock: MovableClock,
    mailer: Mailer,
) -> CampaignShop:
    announcements = MemoryAnnouncements()
    dispatcher = Dispatcher(stores.outbox, shoppers, shoppers, coupons, mailer, clock, SHANGHAI)
    deliveries = Deliveries(stores, shoppers, coupons, dispatcher, announcements, clock, PAGE_SHOPPERS)
    campaigns = Campaigns(stores, shoppers, coupons, clock, SHANGHAI)
    return CampaignShop(campaigns, deliveries, coupons, stores, shoppers, clock, mailer, stores.queue, announcements)


def recall(**changes: Any) -> Campaign:
    """An active campaign for the dormant, every day at 20:00 in Shanghai, without a coupon."""
    campaign = Campaign(
        campaign_id="recall",
        name="好久不见",
        audience_tag=DORMANT,
        message=Message("{{ name }}，好久不见", "{{ name }}，我们想你了。"),
        created_at=NOON,
        schedule=Schedule(cron="0 20 * * *"),
        status=CampaignStatus.ACTIVE,
    )
    return replace(campaign, **changes)


def with_coupon(**changes: Any) -> Campaign:
    """The same with a coupon in the message."""
    message = Message(
        "{{ name }}，{{ coupon_value }} 回归礼",
        "满 {{ coupon_minimum }} 可用，券码 {{ coupon_code }}，{{ coupon_expires_on }} 前有效。",
    )
    return recall(message=message, coupon_id="welcome-back", **changes)


def at(text: str) -> datetime:
    """``11-22 20:00`` in Shanghai, in 2026."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


def go_to(clock: MovableClock, text: str) -> datetime:
    return clock.advance(at(text) - clock.now())
