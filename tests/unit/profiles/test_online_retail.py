"""Real orders, refunds and cancellations of a real shop, in any order: money adds up, and a recomputation agrees to the fen."""

import csv
import gzip
import io
import itertools
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.adapters.activities import activity_of
from chalicelib.core.money import fen_of
from chalicelib.events import Event
from chalicelib.profiles import WINDOWS, DayCounts, day_of, sequence_text
from tests.support.alike import assert_alike
from tests.support.shoppers import TwinShop, event

FILE = Path(__file__).parents[3].parent / "shared/data/behaviour/online_retail_2010-12_2011-03.csv.gz"
ZONE = ZoneInfo("Asia/Shanghai")
CUSTOMERS = 40
pytestmark = pytest.mark.skipif(
    not FILE.exists(), reason="the Online Retail orders are not here (shared/data/behaviour)"
)


@dataclass
class Invoice:
    """One invoice as the shop wrote it; a cancellation's number begins with C and its quantities are negative."""

    number: str
    at: datetime
    lines: list[tuple[str, int, Decimal]] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        return sum((quantity * price for _, quantity, price in self.lines), Decimal(0))

    @property
    def codes(self) -> set[str]:
        return {code for code, _, _ in self.lines}


@dataclass
class Books:
    """What an accountant makes of a customer's invoices, in fen: an order's day and money, and what went back of it."""

    paid: dict[str, tuple[datetime, int]] = field(default_factory=dict)
    back: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    cancelled: set[str] = field(default_factory=set)

    def kept(self, number: str) -> int | None:
        """What is left of an order; None when nothing of it stands."""
        _, paid = self.paid[number]
        is_gone = number in self.cancelled or 0 < paid <= self.back[number]
        return None if is_gone else paid - min(self.back[number], paid)

    def total(self, first: int = 0, last: int = 10**9) -> tuple[int, int]:
        """Orders that stand and their money, of the days from ``first`` to ``last``."""
        days = {number: day_of(at, ZONE) for number, (at, _) in self.paid.items()}
        kept = [self.kept(number) for number, day in days.items() if first <= day <= last]
        return len([each for each in kept if each is not None]), sum(each or 0 for each in kept)


@cache
def customers() -> dict[str, list[Invoice]]:
    """The invoices of those customers who sent something back, oldest first."""
    by_customer: defaultdict[str, dict[str, Invoice]] = defaultdict(dict)
    with gzip.open(FILE) as packed:
        for row in csv.DictReader(io.TextIOWrapper(packed, encoding="utf-8")):
            if not row["CustomerID"]:
                continue
            at = datetime.fromisoformat(row["InvoiceDate"]).replace(tzinfo=ZONE)
            invoice = by_customer[row["CustomerID"]].setdefault(row["InvoiceNo"], Invoice(row["InvoiceNo"], at))
            invoice.lines.append((row["StockCode"], int(row["Quantity"]), Decimal(row["UnitPrice"])))
    return {
        customer: sorted(invoices.values(), key=lambda each: (each.at, each.number))
        for customer, invoices in by_customer.items()
        if any(number.startswith("C") for number in invoices)
    }


def told(invoices: Sequence[Invoice]) -> tuple[list[Event], Books]:
    """The events of a customer, and what the books say.

    What was sent back belongs to the latest order that has all of it; every article of it is a cancellation. Where there is
    none (the order is older than the data), the refund is of an order that nobody knows.
    """
    events, books, placed = [], Books(), []
    for invoice in invoices:
        number, fen = invoice.number, fen_of(str(abs(invoice.total)), field="total")
        if not number.startswith("C"):
            placed.append(invoice)
            books.paid[number] = invoice.at, fen
            lines = [{"product_id": code, "price": str(price)} for code, _, price in invoice.lines]
            events.append(_event(invoice, "Order Completed", order_id=number, total=str(invoice.total), products=lines))
            continue
        order = next((each for each in reversed(placed) if invoice.codes <= each.codes), None)
        if order is not None and order.codes == invoice.codes:
            books.cancelled.add(order.number)
            events.append(_event(invoice, "Order Cancelled", order_id=order.number))
        else:
            of = order.number if order else number
            books.back[of] += fen
            events.append(_event(invoice, "Order Refunded", order_id=of, refund_id=number, total=str(-invoice.total)))
    return events, books


def _event(invoice: Invoice, name: str, **properties: Any) -> Event:
    return event(invoice.number, name, at=invoice.at, received_at=invoice.at, properties=properties)


def sample() -> list[str]:
    """Customers by a fixed draw, and the first few who sent a whole order back: they are rare."""
    names = sorted(customers())
    cancelling = (each for each in names if told(customers()[each])[1].cancelled)
    return [*itertools.islice(cancelling, 8), *random.Random(7).sample(names, CUSTOMERS - 8)]


def brought(events: Sequence[Event], drawn: random.Random) -> TwinShop:
    """The shop after ``events`` came in this order, some of them twice, in batches cut anywhere."""
    shop = TwinShop()
    for each in events:
        shop.log.append(each)
        shop.log.append(drawn.choice(events[: events.index(each) + 1]))
    found = [activity_of(each, sequence_text(str(number))) for number, each in enumerate(shop.log.stream, 1)]
    cuts = sorted(drawn.randint(0, len(found)) for _ in range(3))
    for begin, end in itertools.pairwise([0, *cuts, len(found)]):
        # A batch that begins earlier than the last one ended, as after a failure.
        shop.profiles.project("u1", [each for each in found[max(0, begin - 2) : end] if each])
    return shop


def test_every_customers_orders_add_up_whatever_the_order_of_events() -> None:
    drawn = random.Random(11)
    cancelled = refunded = 0
    for customer in sample():
        events, books = told(customers()[customer])
        shop = brought(drawn.sample(events, len(events)), drawn)
        one, profile = shop.profiles.get("u1"), shop.profiles.get("u1").profile
        assert (profile.counters.orders, profile.counters.spend) == books.total(), customer
        newest = max(day_of(each.at, ZONE) for each in events)
        for today, window in itertools.product((newest, newest + 5), WINDOWS):
            counted = profile.days.within(window, today)
            assert counted == DayCounts(orders=counted.orders, spend=counted.spend)
            assert (counted.orders, counted.spend) == books.total(today - window + 1, today), (customer, window)
        assert_alike(brought(events, drawn).profiles.get("u1"), one)
        assert shop.profiles.compare("u1").differences == ()
        assert_alike(shop.profiles.rebuild("u1"), one)
        cancelled += profile.counters.cancellations
        refunded += profile.counters.refunds
    assert cancelled > 5
    assert refunded > 20


def test_a_window_ends_with_the_shops_day() -> None:
    events, books = told(next(iter(customers().values())))
    shop = brought(events, random.Random(1))
    at = max(events, key=lambda each: each.at).at
    days = shop.profiles.get("u1").profile.days
    last = day_of(at, ZONE)
    assert days.within(7, last + 7).orders == books.total(last + 1, last + 7)[0] == 0
    assert day_of(at.replace(hour=23) + timedelta(hours=1), ZONE) == last + 1
