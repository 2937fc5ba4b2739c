"""Sessions of shoppers who wear one size, or buy for a whole family, in the demo shop with half of its variants sold out."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.catalog import Product, read_product, sizes_by_choice, sizes_in_stock
from chalicelib.profiles import Activity, Deed, Facts, Touched, sequence_text
from infra.local import demo_shop

SOLD_OUT = 0.5
PURCHASES = 3
SEARCHES = 4
LOOKED_AT = 50


@dataclass(frozen=True)
class Wearer:
    """What a made-up shopper bought, and what they then search for: a query and the product they want."""

    bought: Sequence[Activity]
    wanted: Sequence[tuple[str, str]]


def half_sold_out(draw: random.Random) -> list[Product]:
    """The demo shop's products, each variant sold out with probability ``SOLD_OUT``."""
    shop = [read_product(each) for each in demo_shop.products()]
    return [
        replace(
            each,
            skus=tuple(
                replace(sku, stock=0) if draw.random() < SOLD_OUT else replace(sku, stock=9) for sku in each.skus
            ),
        )
        for each in shop
    ]


def wearers(
    products: Sequence[Product], found: Mapping[str, Sequence[str]], people: int, at: datetime, *, is_family: bool
) -> Iterator[Wearer]:
    """``people`` shoppers. Each buys ``PURCHASES`` things of one size, then searches ``SEARCHES`` times for something that they
    have in that size; a family buys any sizes, and wants anything."""
    draw = random.Random(11)
    by_id = {each.product_id: each for each in products}
    sized = [each for each in products if sizes_by_choice(each)]
    for _ in range(people):
        size = draw.choice(sorted(set(sizes_by_choice(draw.choice(sized)).values())))
        fitting = [each for each in sized if size in sizes_by_choice(each).values()]
        bought = [_bought(number, draw.choice(fitting), size, draw, at, is_family) for number in range(PURCHASES)]
        queries = {
            query: [each for each in ids[:LOOKED_AT] if _fits(by_id[each], size, is_family)]
            for query, ids in found.items()
        }
        asked = sorted(
            query for query, ids in queries.items() if ids and any(each.category_path[-1] == query for each in fitting)
        )
        if asked:
            chosen = [draw.choice(asked) for _ in range(SEARCHES)]
            yield Wearer(bought, [(query, draw.choice(queries[query])) for query in chosen])


def _fits(product: Product, size: str, is_family: bool) -> bool:
    return is_family or size in sizes_in_stock(product)


def _bought(number: int, product: Product, size: str, draw: random.Random, at: datetime, is_family: bool) -> Activity:
    chosen = draw.choice(sorted(set(sizes_by_choice(product).values()))) if is_family else size
    facts = Facts(product.brand, product.category_path, product.tags, product.price, chosen)
    return Activity(sequence_text(str(number)), Deed.ORDERED, at, (Touched(product.product_id, facts),))
