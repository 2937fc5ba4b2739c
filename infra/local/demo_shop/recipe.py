"""How a demo product is drawn: a line of goods, its looks, and words that go together; the same for the same seed.

A ``Look`` is one coherent kind of thing: every word of one slot goes with every word of the others, so nothing that
no shop would sell (a down dress, a summer parka) can be drawn. Words of a slot are separated by blanks.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

SEED = "zhaohui-2026"
YEAR = 2026
_SEASON_BEGINS = {"春季": 1, "夏季": 4, "秋季": 7, "冬季": 9, "秋冬": 8, "春秋": 2, "春夏": 3}
_SEASON_NAME = "适用季节"
_SEASONS = {"春秋": ["春季", "秋季"], "秋冬": ["秋季", "冬季"], "春夏": ["春季", "夏季"]}
_NEW_SINCE = datetime(YEAR, 9, 1, tzinfo=UTC)
_HOT_FROM = 2_000
_NO_LIST_PRICE = 0.15
_SOLD_OUT = 0.06
_VARIANT_SOLD_OUT = 0.08


@dataclass(frozen=True)
class Axis:
    """What variants differ in: ``values`` are words, ``50ml=1.6`` costs 1.6 times the first; ``most`` of them are drawn."""

    name: str
    values: str
    most: int = 99


@dataclass(frozen=True)
class Look:
    """``yuan`` is the price range before the brand's level; ``words`` are the slots of the title; ``facts`` are attributes."""

    brands: str
    yuan: tuple[float, float]
    words: Mapping[str, str]
    tags: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """``title`` has slots in braces; ``names`` says which slots are attributes, and what they are called."""

    code: str
    path: tuple[str, str, str]
    count: int
    title: str
    names: Mapping[str, str]
    axes: tuple[Axis, ...]
    looks: tuple[Look, ...]


@dataclass(frozen=True)
class _Idea:
    """What was drawn of a product before its figures."""

    product_id: str
    brand: str
    title: str
    look: Look
    words: Mapping[str, str]


def draw(line: Line, levels: Mapping[str, float]) -> Iterator[dict[str, Any]]:
    """The products of a line, in the documented JSON shape. ``levels`` are the brands' price levels."""
    chance = random.Random(f"{SEED}:{line.code}")
    seen: set[str] = set()
    tries = 0
    while len(seen) < line.count:
        tries += 1
        if tries > 100 * line.count:
            raise ValueError(f"the words of {line.code} do not make {line.count} different titles")
        look = line.looks[len(seen) % len(line.looks)]
        words = {slot: chance.choice(options.split()) for slot, options in look.words.items()}
        brand = chance.choice(look.brands.split())
        title = _title(line, brand, words)
        if title not in seen:
            seen.add(title)
            idea = _Idea(f"{line.code}-{len(seen):03d}", brand, title, look, words)
            yield _product(line, idea, levels[brand], chance)


def shop_price(yuan: float) -> int:
    """A price as shops write it, in fen: 19.9, 129, 1,399."""
    if yuan < 50:
        return max(1, round(yuan)) * 100 - 10
    step = 10 if yuan < 1000 else 100
    return (max(1, round(yuan / step)) * step - 1) * 100


def _title(line: Line, brand: str, words: Mapping[str, str]) -> str:
    said = {slot: "" if word == "-" else word for slot, word in words.items()}
    if "season" in said:
        said["season"] = f"{YEAR}{said['season']}"
    return line.title.format(brand=brand, **said)


def _product(line: Line, idea: _Idea, level: float, chance: random.Random) -> dict[str, Any]:
    low, high = idea.look.yuan
    skus = _skus(idea.product_id, line.axes, low * (high / low) ** chance.random() * level, chance)
    price = min(sku["price"] for sku in skus)
    # What calls itself this year's harvest was picked in spring.
    created = _created(idea.words.get("season") or ("春季" if str(YEAR) in idea.title else None), chance)
    sales = _sales(price, chance)
    product = {
        "id": idea.product_id,
        "title": idea.title,
        "price": price,
        "currency": "CNY",
        "brand": idea.brand,
        "category": list(line.path),
        "attributes": _attributes(line, idea),
        "tags": _tags(idea.look, created, sales),
        "skus": skus,
        "sales_30d": sales,
        "stock": sum(sku["stock"] for sku in skus),
        "url": f"https://shop.example.com/products/{idea.product_id}",
        "created_at": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    if chance.random() >= _NO_LIST_PRICE:
        product["list_price"] = shop_price(price / 100 * chance.uniform(1.15, 1.6))
    return product


def _tags(look: Look, created: datetime, sales: int) -> list[str]:
    is_new, is_hot = created >= _NEW_SINCE, sales >= _HOT_FROM
    return look.tags.split() + ["新品"] * is_new + ["热卖"] * is_hot


def _attributes(line: Line, idea: _Idea) -> dict[str, list[str]]:
    words = idea.words
    drawn = {name: [words[slot]] for slot, name in line.names.items() if words.get(slot, "-") != "-"}
    if _SEASON_NAME in drawn:
        (season,) = drawn[_SEASON_NAME]
        drawn[_SEASON_NAME] = _SEASONS.get(season, [season])
    return drawn | {name: values.split() for name, values in idea.look.facts.items()}


def _skus(product_id: str, axes: tuple[Axis, ...], yuan: float, chance: random.Random) -> list[dict[str, Any]]:
    variants: list[tuple[dict[str, str], float]] = [({}, 1.0)]
    for axis in axes:
        drawn = _values(axis, chance)
        variants = [
            ({**attributes, axis.name: value}, factor * times)
            for attributes, factor in variants
            for value, times in drawn
        ]
    sold_out = chance.random() < _SOLD_OUT
    return [
        {
            "id": f"{product_id}-{number}",
            "price": shop_price(yuan * factor),
            "stock": 0 if sold_out or chance.random() < _VARIANT_SOLD_OUT else chance.randint(3, 240),
            "attributes": attributes,
        }
        for number, (attributes, factor) in enumerate(variants, start=1)
    ]


def _values(axis: Axis, chance: random.Random) -> list[tuple[str, float]]:
    words = axis.values.split()
    chosen = sorted(chance.sample(range(len(words)), min(axis.most, len(words))))
    parts = [words[at].partition("=") for at in chosen]
    return [(value, float(times or 1)) for value, _, times in parts]


def _created(season: str | None, chance: random.Random) -> datetime:
    """Seasonal goods appear at the beginning of their season, others at any time of the last fifteen months."""
    if season:
        begin, days = datetime(YEAR, _SEASON_BEGINS[season], 1, tzinfo=UTC), 55
    else:
        begin, days = datetime(YEAR - 1, 7, 1, tzinfo=UTC), 480
    return begin + timedelta(minutes=chance.randrange(days * 24 * 60))


def _sales(price: int, chance: random.Random) -> int:
    """Units in 30 days: few goods sell thousands, most some dozens, and dear ones fewer."""
    typical = 220 * (10_000 / max(price, 1_000)) ** 0.5
    return max(1, int(chance.lognormvariate(0, 1.2) * typical))
