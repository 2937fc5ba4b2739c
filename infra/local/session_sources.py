"""Sessions to replay: made up by a stated generator from judged queries and from a catalogue, or taken from real orders."""

import csv
import gzip
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import log2
from pathlib import Path

from chalicelib.search import Action, Interaction, LoggedSearch, logged
from chalicelib.search.log.trail import new_query_id

LOOKED_AT = 20
PRICE_SCALE = 40
"""Most of the wholesaler's prices are under 5 pounds and would all be one price band."""


class Dice:
    """``Randomness`` of a seeded generator, so that a replay can be repeated."""

    def __init__(self, draw: random.Random) -> None:
        self._draw = draw

    def token_bytes(self, count: int) -> bytes:
        return self._draw.randbytes(count)


@dataclass(frozen=True)
class Clicking:
    """How made-up shoppers click. They look at position p with probability 1 / log2(1 + p), and click what they look at
    with ``right`` if it was judged relevant, else with ``wrong``."""

    name: str
    right: float
    wrong: float


def clicked_sessions(
    shown: Mapping[str, Sequence[str]],
    relevant: Mapping[str, Iterable[str]],
    how: Clicking,
    people: int,
    at: datetime,
    draw: random.Random,
) -> tuple[list[LoggedSearch], list[Interaction]]:
    """``people`` shoppers for each query, a minute apart; ``shown`` are the first products each of them sees."""
    searches, actions = [], []
    dice = Dice(draw)
    for query, products in shown.items():
        good = set(relevant[query])
        for person in range(people):
            when = at + timedelta(minutes=person)
            search = logged(
                new_query_id(when, dice), when, query, f"shopper-{person}", 0, tuple(products), len(products)
            )
            searches.append(search)
            for place, product in enumerate(products[:LOOKED_AT], start=1):
                if draw.random() < (how.right if product in good else how.wrong) / log2(1 + place):
                    name = f"{search.query_id}-{place}"
                    actions.append(Interaction(name, search.query_id, Action.CLICKED, product, when, place))
    return searches, actions


@dataclass(frozen=True)
class Purchase:
    """A line of a real order: what was bought by whom on which day."""

    customer: str
    product: str
    title: str
    at: datetime
    price: int


def purchases(path: Path) -> Iterator[Purchase]:
    """The lines of known customers in ``online_retail``, without cancellations, fees and samples."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            is_good = row["StockCode"][:5].isdecimal() and row["CustomerID"] and not row["InvoiceNo"].startswith("C")
            title = row["Description"].strip()
            if is_good and title and float(row["UnitPrice"]) > 0 and int(row["Quantity"]) > 0:
                at = datetime.fromisoformat(row["InvoiceDate"]).replace(tzinfo=UTC)
                price = round(float(row["UnitPrice"]) * 100) * PRICE_SCALE
                yield Purchase(row["CustomerID"], row["StockCode"], title, at, price)


def searched_for(title: str) -> str:
    """The query behind a purchase: the last word of the product's name, its kind in English."""
    words = [word for word in title.lower().split() if word.isalpha() and len(word) > 2]
    return words[-1] if words else ""


def bought_sessions(
    bought: Iterable[Purchase], draw: random.Random
) -> dict[date, tuple[list[LoggedSearch], list[Interaction]]]:
    """Each purchase as a search for its kind of thing that showed it and was converted, by day."""
    dice = Dice(draw)
    days: dict[date, tuple[list[LoggedSearch], list[Interaction]]] = defaultdict(lambda: ([], []))
    for number, each in enumerate(bought):
        query = searched_for(each.title)
        if not query:
            continue
        # Lines of one order bear one time: a minute apart they are no key strokes.
        at = each.at + timedelta(minutes=number % 600)
        search = logged(new_query_id(at, dice), at, query, each.customer, 0, (each.product,), 1)
        searches, actions = days[each.at.date()]
        searches.append(search)
        actions.append(Interaction(search.query_id, search.query_id, Action.CONVERTED, each.product, at, 1))
    return days
