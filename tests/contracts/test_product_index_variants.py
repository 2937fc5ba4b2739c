"""Colours and sizes stand in a product's variants: they are filtered by and counted like its own attributes, on every engine."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.catalog import Product, Sku
from chalicelib.search import Condition, FacetCount, Filter, Operator, Plan, ProductIndex, Sort
from tests.contracts.product_indexes import KINDS, made
from tests.support.search import analyser, filled, product

ANALYSER = analyser()


def in_variants(product_id: str, *variants: dict[str, str], stock: int = 5, **own: tuple[str, ...]) -> Product:
    skus = tuple(
        Sku(f"{product_id}-{number}", 9900, stock=stock, attributes=each) for number, each in enumerate(variants)
    )
    return replace(product(product_id, f"纯棉衬衫 {product_id}", attributes=own), skus=skus)


SHIRTS = (
    in_variants("a", {"颜色": "雾霾蓝", "尺码": "S"}, {"颜色": "雾霾蓝", "尺码": "M"}, 材质=("棉",)),
    in_variants("b", {"颜色": "米白", "尺码": "M"}, {"颜色": "雾霾蓝", "尺码": "L"}, 颜色=("米白", "拼色")),
    in_variants("c", {"颜色": "米白"}, stock=0),
    in_variants("d", {}, 颜色=("黑色",)),
)


@pytest.fixture(scope="module", params=KINDS)
def shop(request: pytest.FixtureRequest) -> Iterator[ProductIndex]:
    for empty in made(request.param, request):
        yield filled(empty, SHIRTS, ANALYSER)


def plan(**changes: object) -> Plan:
    return replace(Plan(analysis=ANALYSER.signature, sort=Sort.PRICE_ASC, size=10), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("颜色", "雾霾蓝", ["a", "b"]),
        ("颜色", "米白", ["b", "c"]),
        ("颜色", "拼色", ["b"]),
        ("颜色", "黑色", ["d"]),
        ("尺码", "M", ["a", "b"]),
        ("尺码", "L", ["b"]),
        ("材质", "棉", ["a"]),
        ("材质", "雾霾蓝", []),
    ],
)
def test_a_product_is_found_by_what_one_of_its_variants_is(
    shop: ProductIndex, name: str, value: str, found: list[str]
) -> None:
    wanted = Filter((Condition(f"attributes.{name}", Operator.IS, value),))
    assert sorted(hit.object_id for hit in shop.search(plan(filters=(wanted,))).hits) == found


def test_a_value_counts_once_however_many_variants_have_it(shop: ProductIndex) -> None:
    counted = shop.search(plan(facets=(FacetCount("attributes.颜色"), FacetCount("attributes.尺码")))).facets
    assert counted == {
        "attributes.颜色": {"雾霾蓝": 2, "米白": 2, "拼色": 1, "黑色": 1},
        "attributes.尺码": {"M": 2, "S": 1, "L": 1},
    }


def test_what_is_shown_stays_as_the_catalogue_says_it(shop: ProductIndex) -> None:
    hits = {hit.object_id: hit.hit for hit in shop.search(plan()).hits}
    assert hits["a"]["attributes"] == {"材质": ["棉"]}
    assert hits["a"]["skus"][0]["attributes"] == {"颜色": "雾霾蓝", "尺码": "S"}
