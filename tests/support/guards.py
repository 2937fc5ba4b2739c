"""The door for tests: a shop with its rules, on the twins or on a store, and who is who."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.adapters.dynamodb.guards import DynamoGuardRecords, DynamoGuardRules
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.memory.data_keys import MemoryDataKeys
from chalicelib.adapters.memory.guards import MemoryGuardRecords, MemoryGuardRules
from chalicelib.core.clock import MovableClock
from chalicelib.core.ids import SecureRandomness, SeededRandomness
from chalicelib.core.sealing import Sealer
from chalicelib.coupons import Coupons
from chalicelib.coupons.guards import (
    Claimant,
    Door,
    Doorkeeper,
    GuardBook,
    GuardReason,
    GuardRecords,
    GuardRules,
    Guards,
    Hit,
    Mark,
    Mode,
    Pace,
    Verb,
)
from chalicelib.coupons.offers.cart import Customer
from tests.support.coupons import Shop, dynamo_shop, memory_shop
from tests.support.stores import Store

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass
class People:
    """Who was merged into whom, and what is known of them."""

    merged: dict[str, tuple[str, ...]] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)

    def merge(self, other: str, into: str) -> None:
        self.merged[into] = (*self.ids(into)[1:], *self.merged.pop(other, ()), other)

    def ids(self, shopper_id: str) -> tuple[str, ...]:
        into = next((each for each, others in self.merged.items() if shopper_id in others), shopper_id)
        return (into, *self.merged.get(into, ()))

    def of(self, shopper_id: str) -> Claimant:
        ids = self.ids(shopper_id)
        return Claimant(ids, self.customers.get(ids[0], Customer()))


@dataclass
class Ids:
    """``ShopperIds`` of these people."""

    people: People

    def of(self, shopper_id: str) -> tuple[str, ...]:
        return self.people.ids(shopper_id)


@dataclass
class GuardedShop:
    """A shop and its door. ``hits`` is what was reported for metrics."""

    shop: Shop
    coupons: Coupons
    door: Door
    book: GuardBook
    people: People
    records: GuardRecords
    hits: list[Hit]

    def set_modes(self, mode: Mode, *reasons: GuardReason, paces: Sequence[Pace] = ()) -> None:
        guards = Guards(dict.fromkeys(reasons, mode), tuple(paces), self.book.stored().version + 1)
        self.book.store(guards)


def pace(per: Mark, most: int, mode: Mode = Mode.ENFORCE, on: Verb = Verb.CLAIM) -> Pace:
    return Pace(f"{per}-{on}", per, most, 3_600, mode, on)


def guarded(
    store: Store | None, people: People | None = None, client: Any = None, clock: MovableClock | None = None
) -> GuardedShop:
    """On ``store`` (None: the twins), through ``client`` if it is another one than the store's."""
    if store is None:
        return with_door(memory_shop(clock), MemoryGuardRules(), MemoryGuardRecords(), people)
    client = client or store.client
    shoppers, marketing = Table(client, store.names.shoppers), Table(client, store.names.marketing)
    records = DynamoGuardRecords(shoppers, marketing)
    return with_door(dynamo_shop(store, client, clock), DynamoGuardRules(marketing), records, people)


def with_door(shop: Shop, rules: GuardRules, records: GuardRecords, people: People | None = None) -> GuardedShop:
    people, hits = people or People(), list[Hit]()
    clock: MovableClock = shop.clock
    book = GuardBook(rules, records, clock, 0)
    keeper = Doorkeeper(records, shop.ledger, people, clock, hits.append)
    coupons = Coupons(shop.templates, shop.ledger, clock, SecureRandomness(), ids=Ids(people))
    door = Door(
        coupons,
        shop.desk,
        book,
        keeper,
        people,
        clock,
        SHANGHAI,
        Sealer(MemoryDataKeys(SeededRandomness("door"))).blind,
    )
    return GuardedShop(shop, coupons, door, book, people, records, hits)
