"""``sessions``: what popularity per query and personal taste gain on replayed sessions, and how many queries they harm.

Four replays, each through the real counting, projection, planning and engine: (1) judged queries with shoppers that click by a
stated rule; (2) real orders of four weeks, judged by the orders of the days that follow; (3) a catalogue with shoppers who have,
or have not, a leaning of their own; (4) the demo shop with shoppers who wear one size, or buy for a family.
"""

import argparse
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import mean

from rich.console import Console
from rich.table import Table

from chalicelib.adapters.embedded import EmbeddedProductIndex
from chalicelib.adapters.memory.search_log import MemoryPopularities
from chalicelib.adapters.profile_taste import to_taste
from chalicelib.catalog import Product, open_feed
from chalicelib.core.ids import SecureRandomness
from chalicelib.core.money import price_band
from chalicelib.privacy import Consents
from chalicelib.profiles import Activity, Deed, Facts, Profile, Shopper, Touched, Traits, sequence_text
from chalicelib.profiles.folding import Standing, folded
from chalicelib.search import (
    NEUTRAL,
    Analyser,
    PopularChoices,
    Search,
    SearchRequest,
    Taste,
    choose_segmenter,
    document_of,
)
from chalicelib.search.log.counting import QueryLine, counted
from chalicelib.search.log.popularity import popularities
from infra.local.evaluate import read_task
from infra.local.relevance import bootstrap_interval
from infra.local.session_sources import (
    Clicking,
    Purchase,
    bought_sessions,
    clicked_sessions,
    purchases,
    searched_for,
)
from infra.local.size_sessions import half_sold_out, wearers

CUT = 10
DEPTH = 100
START = datetime(2026, 11, 1, 4, tzinfo=UTC)
CLICKINGS = (Clicking("good", 0.6, 0.05), Clicking("noisy", 0.3, 0.15), Clicking("blind", 0.2, 0.2))
TRAINED_DAYS = 28
MOST_TESTED = 1_500


@dataclass(frozen=True)
class Line:
    """A comparison: reciprocal ranks before and after, query by query (or session by session)."""

    name: str
    before: Sequence[float]
    after: Sequence[float]


class Tastes:
    """Tastes that a replay sets."""

    def __init__(self) -> None:
        self.taste: Taste = NEUTRAL

    def of(self, shopper_id: str, now: datetime) -> Taste:
        return self.taste


class Shop:
    """An embedded index of some products, searched with what is popular and a taste that a replay sets."""

    def __init__(self, products: Sequence[Product]) -> None:
        analyser = Analyser(choose_segmenter())
        index = EmbeddedProductIndex("sessions")
        version = index.create(analyser.signature)
        index.load(version, (document_of(each, 1, analyser) for each in products))
        index.swap(version)
        self._index, self._analyser, self.tastes = index, analyser, Tastes()
        self._plain = Search(index, self.tastes, analyser, SecureRandomness())
        self.forget()

    def forget(self) -> None:
        """Begin again with nothing popular."""
        self.popular = MemoryPopularities()
        choices = PopularChoices(self.popular)
        self._popular = Search(self._index, self.tastes, self._analyser, SecureRandomness(), popular=choices)

    def ids(self, query: str, now: datetime, *, popular: bool = False, taste: Taste = NEUTRAL) -> list[str]:
        self.tastes.taste = taste
        search = self._popular if popular else self._plain
        request = SearchRequest(
            query=query, page_size=DEPTH, shopper_id="shopper", is_personalised=taste is not NEUTRAL
        )
        return [each.object_id for each in search.find(request, now).explanations]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="the folder of the development data")
    parser.add_argument("--corpus", default="cpr_corpus_full.tsv", help="the corpus in its folder search/")


def run(arguments: argparse.Namespace) -> int:
    lines = [
        *judged(arguments.data / "search", arguments.corpus),
        *ordered(arguments.data / "behaviour" / "online_retail_2010-12_2011-03.csv.gz"),
        *leaning(arguments.data / "catalog" / "litemall"),
        *sized(),
    ]
    _print(lines, Console(highlight=False, width=150))
    return 0


def judged(folder: Path, corpus: str) -> list[Line]:
    """Popularity on the judged queries, by how people click and how many there were."""
    task = read_task(folder / corpus, folder / "cpr_queries.tsv", folder / "cpr_qrels.tsv")
    shop = Shop([Product(object_id, title, None) for object_id, title in task.titles.items()])
    relevant = {task.queries[name]: list(grades) for name, grades in task.judgements.items() if name in task.queries}
    found = {query: shop.ids(query, START) for query in relevant}
    before = [_reciprocal(found[query], relevant[query]) for query in relevant]
    lines: list[Line] = []
    for how in CLICKINGS:
        for people in (5, 30, 100):
            shown = {query: products[:20] for query, products in found.items()}
            sessions = clicked_sessions(shown, relevant, how, people, START, random.Random(people))
            _teach(shop, {START.date(): counted(*sessions)}, START)
            after = [_reciprocal(shop.ids(query, START, popular=True), relevant[query]) for query in relevant]
            lines.append(Line(f"judged queries, popularity, {how.name} clicks of {people}", before, after))
    return lines


def ordered(path: Path) -> list[Line]:
    """Real orders: four weeks teach what is popular and each customer's price bands, the days after are judged."""
    every = list(purchases(path))
    split = max(each.at for each in every) - timedelta(days=14)
    past = [each for each in every if split - timedelta(days=TRAINED_DAYS) <= each.at < split]
    names = {each.product: each for each in every}
    shop = Shop([Product(each.product, each.title, each.price) for each in names.values()])
    now = split.replace(hour=23)
    days = {day: counted(*sessions) for day, sessions in bought_sessions(past, random.Random(1)).items()}
    _teach(shop, days, now)
    future = {(each.customer, each.product): each for each in every if each.at >= split and searched_for(each.title)}
    tested = random.Random(2).sample(
        sorted(future.values(), key=lambda each: (each.customer, each.product)), MOST_TESTED
    )
    tastes = _tastes_of(past, now)
    known = [each for each in tested if each.customer in tastes]
    plain = {query: shop.ids(query, now) for query in {searched_for(each.title) for each in tested}}
    liked = {query: shop.ids(query, now, popular=True) for query in plain}
    before = [_reciprocal(plain[searched_for(each.title)], [each.product]) for each in tested]
    after = [_reciprocal(liked[searched_for(each.title)], [each.product]) for each in tested]
    both = [
        _reciprocal(shop.ids(searched_for(each.title), now, popular=True, taste=tastes[each.customer]), [each.product])
        for each in known
    ]
    alone = [_reciprocal(liked[searched_for(each.title)], [each.product]) for each in known]
    return [
        Line("real orders, sales of 30 days", before, _by_sales(past, names, tested, now)),
        Line("real orders, popularity", before, after),
        Line("real orders, price band on top of popularity", alone, both),
    ]


def _by_sales(
    past: Sequence[Purchase], names: Mapping[str, Purchase], tested: Sequence[Purchase], now: datetime
) -> list[float]:
    sold = Counter(each.product for each in past)
    shop = Shop([Product(name, each.title, each.price, sales_30d=sold[name]) for name, each in names.items()])
    found = {query: shop.ids(query, now) for query in {searched_for(each.title) for each in tested}}
    return [_reciprocal(found[searched_for(each.title)], [each.product]) for each in tested]


def leaning(folder: Path) -> list[Line]:
    """A catalogue: each shopper clicks six products, then looks for four more; by how strongly they lean."""
    products = [row.product for row in open_feed(folder).rows if isinstance(row.product, Product)]
    shop = Shop(products)
    by_id = {each.product_id: each for each in products}
    queries = sorted({name for each in products for name in each.category_path[-1:]})
    found = {query: shop.ids(query, START) for query in queries}
    found = {query: ids for query, ids in found.items() if len(ids) >= 5}
    lines = []
    for name, strength in (("lean to a price band and a brand", 0.7), ("lean to nothing", 0.0)):
        draw = random.Random(7)
        before, after = [], []
        for _ in range(150):
            liked = draw.choice(products)
            clicked = [_target(draw, found, by_id, liked, strength) for _ in range(6)]
            taste = _taste(
                [_activity(number, by_id[chosen], Deed.CLICKED, START) for number, (_, chosen) in enumerate(clicked)]
            )
            for _ in range(4):
                query, wanted = _target(draw, found, by_id, liked, strength)
                before.append(_reciprocal(found[query], [wanted]))
                after.append(_reciprocal(shop.ids(query, START, taste=taste), [wanted]))
        lines.append(Line(f"catalogue, taste of shoppers who {name}", before, after))
    return lines


def sized() -> list[Line]:
    """The demo shop with half of its variants sold out: what knowing a shopper's size adds to the rest of their taste."""
    products = half_sold_out(random.Random(5))
    shop = Shop(products)
    queries = sorted({each.category_path[-1] for each in products})
    found = {query: shop.ids(query, START) for query in queries}
    lines = []
    for name, is_family in (("wear one size", False), ("buy for a family", True)):
        before, after = [], []
        for wearer in wearers(products, found, 150, START, is_family=is_family):
            taste = _taste(wearer.bought)
            for query, wanted in wearer.wanted:
                before.append(_reciprocal(shop.ids(query, START, taste=replace(taste, sizes={})), [wanted]))
                after.append(_reciprocal(shop.ids(query, START, taste=taste), [wanted]))
        lines.append(Line(f"demo shop, size of shoppers who {name}", before, after))
    return lines


def _target(
    draw: random.Random,
    found: Mapping[str, Sequence[str]],
    by_id: Mapping[str, Product],
    liked: Product,
    strength: float,
) -> tuple[str, str]:
    """A query and the product its asker wants: with ``strength`` one like ``liked``, else any."""
    query = draw.choice(list(found))
    wanted = found[query][:50]
    if draw.random() < strength:
        alike = [each for each in wanted if _is_alike(by_id[each], liked)]
        wanted = alike or wanted
    return query, draw.choice(wanted)


def _is_alike(one: Product, other: Product) -> bool:
    if one.price is None or other.price is None:
        return False
    return price_band(one.price) == price_band(other.price) or (one.brand is not None and one.brand == other.brand)


def _teach(shop: Shop, days: Mapping[date, Sequence[QueryLine]], now: datetime) -> None:
    shop.forget()
    for popularity in popularities(days, now.date()).values():
        shop.popular.save(popularity)


def _tastes_of(past: Sequence[Purchase], now: datetime) -> dict[str, Taste]:
    by_customer: dict[str, list[Activity]] = {}
    for number, each in enumerate(past):
        product = Product(each.product, each.title, each.price)
        by_customer.setdefault(each.customer, []).append(_activity(number, product, Deed.ORDERED, each.at))
    return {customer: _taste(activities, now) for customer, activities in by_customer.items()}


def _activity(number: int, product: Product, deed: Deed, at: datetime) -> Activity:
    facts = Facts(product.brand, product.category_path, product.tags, product.price)
    return Activity(sequence_text(str(number)), deed, at, (Touched(product.product_id, facts),))


def _taste(activities: Sequence[Activity], now: datetime = START) -> Taste:
    shopper = Shopper("shopper", Profile(version=1), Traits(), {}, Consents("shopper"))
    standing = Standing(shopper.profile)
    for activity in activities:
        standing = folded(standing, activity, UTC, is_personalised=True)
    return to_taste(Shopper("shopper", standing.profile, standing.traits, {}, shopper.consents), now)


def _reciprocal(ranking: Sequence[str], relevant: Sequence[str]) -> float:
    return next((1 / rank for rank, each in enumerate(ranking[:CUT], start=1) if each in relevant), 0.0)


def _print(lines: Sequence[Line], console: Console) -> None:
    table = Table("replay", "n", f"MRR@{CUT} before", "after", "gain", "95% interval", "better", "worse")
    for line in lines:
        low, high = bootstrap_interval(line.after, line.before, random.Random(1))
        pairs = list(zip(line.before, line.after, strict=True))
        figures = (mean(line.before), mean(line.after), mean(line.after) - mean(line.before))
        table.add_row(
            line.name,
            str(len(pairs)),
            *(f"{figure:.4f}" for figure in figures),
            f"{low:+.4f} to {high:+.4f}",
            str(sum(after > before for before, after in pairs)),
            str(sum(after < before for before, after in pairs)),
        )
    console.print(table)
