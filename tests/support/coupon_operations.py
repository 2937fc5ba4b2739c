"""What operators of coupons work with, on any pair of stores."""

from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.adapters.aws.coupon_reminders import EventReminders
from chalicelib.adapters.dynamodb.coupon_alerts import DynamoCouponAlerts
from chalicelib.adapters.dynamodb.coupon_reminders import DynamoCouponReminders
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.memory.coupon_alerts import MemoryCouponAlerts
from chalicelib.adapters.memory.coupon_reminders import MemoryCouponReminders
from chalicelib.adapters.memory.coupons import MemoryCouponLedger, MemoryCouponTemplates
from chalicelib.adapters.memory.events import MemoryEventQueue
from chalicelib.coupons import (
    Act,
    Alert,
    AlertKind,
    CouponAlerts,
    CouponReminders,
    Instruction,
    Operations,
    Reminding,
    TopUp,
    Watch,
)
from tests.support.coupons import Shop, dynamo_shop, memory_shop
from tests.support.stores import Store


@dataclass
class Bell:
    """``AlertBell`` in a list."""

    rung: list[tuple[AlertKind, int]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def ring(self, alert: Alert, name: str) -> None:
        self.rung.append((alert.kind, alert.percent))
        self.words.append(alert.in_words(name))

    def heard(self) -> list[tuple[AlertKind, int]]:
        """What rang since the last time."""
        rung, self.rung = self.rung, []
        return rung


@dataclass
class Office:
    """A shop with its operations."""

    shop: Shop
    alerts: CouponAlerts
    reminders: CouponReminders

    def __post_init__(self) -> None:
        self.bell, self.queue = Bell(), MemoryEventQueue()
        self.operations = Operations(self.shop.templates, self.shop.clock)
        zone = ZoneInfo("Asia/Shanghai")
        self.watch = Watch(self.shop.templates, self.alerts, self.bell, self.shop.clock, zone)
        self.reminding = Reminding(self.reminders, EventReminders(self.queue), self.shop.clock)

    def pause(self, key: str = "pause-1") -> Any:
        return self.operations.carry_out("welcome-back", Instruction(Act.PAUSED, key, "小王", "预算复核"))

    def resume(self, key: str = "resume-1") -> Any:
        return self.operations.carry_out("welcome-back", Instruction(Act.RESUMED, key, "小王"))

    def archive(self, key: str = "archive-1") -> Any:
        return self.operations.carry_out("welcome-back", Instruction(Act.ARCHIVED, key, "小王"))

    def top_up(self, key: str = "top-up-1", **added: int) -> Any:
        return self.operations.carry_out(
            "welcome-back", Instruction(Act.TOPPED_UP, key, "小王", "加量", TopUp(**added))
        )

    @property
    def left(self) -> int:
        return self.shop.coupons.left(self.shop.coupons.get("welcome-back"))


def office_on(store: Store | None, client: Any = None) -> Office:
    """On ``store`` (None: on twins), through ``client`` if it is another one than the store's."""
    if store is not None:
        client = client or store.client
        shoppers, marketing = Table(client, store.names.shoppers), Table(client, store.names.marketing)
        return Office(dynamo_shop(store, client), DynamoCouponAlerts(marketing), DynamoCouponReminders(shoppers))
    shop = memory_shop()
    assert isinstance(shop.templates, MemoryCouponTemplates)
    assert isinstance(shop.ledger, MemoryCouponLedger)
    return Office(shop, MemoryCouponAlerts(shop.templates), MemoryCouponReminders(shop.ledger))
