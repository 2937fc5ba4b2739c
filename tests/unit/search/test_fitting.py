"""Whose size is known, and what it does to the order."""

from dataclasses import replace

import pytest

from chalicelib.adapters.embedded import EmbeddedProductIndex
from chalicelib.catalog import Product, Sku
from chalicelib.search import SearchRequest, Taste, Write, document_of
from chalicelib.search.fitting import fitting
from chalicelib.search.personal import CAPS, HALF_STRENGTH
from tests.support.search import NOW, analyser, filled, search_over

SHOES = ("鞋靴箱包", "运动鞋", "跑步鞋")


def shoe(name: str, **stocks: int) -> Product:
    skus = tuple(Sku(f"{name}-{size}", 9900, left, {"尺码": size[1:]}) for size, left in stocks.items())
    return Product(name, "网面透气跑步鞋", 9900, SHOES, skus=skus)


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ({"鞋 42": 10.0}, {"鞋 42": 10.0}),
        ({"鞋 42": 8.0}, {}),
        ({"鞋 42": 20.0, "鞋 38": 15.0}, {}),
        ({"鞋 42": 20.0, "鞋 43": 5.0, "男装 XL": 9.0, "女装 M": 3.0}, {"鞋 42": 20.0, "男装 XL": 9.0}),
        ({}, {}),
    ],
)
def test_a_size_is_known_after_more_than_one_purchase_and_not_of_a_family(
    weights: dict[str, float], expected: dict[str, float]
) -> None:
    assert fitting(weights) == expected


def test_what_is_left_in_the_shoppers_size_comes_before_its_equals_and_says_so() -> None:
    products = [shoe("a", s42=0, s43=5), shoe("b", s42=2, s43=0), shoe("c", s41=1)]
    index = filled(EmbeddedProductIndex("sizes"), products, analyser())
    search = search_over(index, {"u1": Taste(True, 4, sizes={"鞋 42": 10.0})})
    request = SearchRequest(query="跑步鞋", shopper_id="u1")
    result = search.find(request, NOW)
    assert [hit["objectID"] for hit in result.hits] == ["b", "a", "c"]
    first = result.explanations[0]
    assert first.factor == pytest.approx(1 + CAPS["size"] * 10 / (10 + HALF_STRENGTH))
    assert [(each.kind, each.reason) for each in first.reasons] == [("size", "您可能喜欢：有常穿的尺码 鞋 42")]
    assert result.explanations[1].factor == 1.0
    neutral = search.find(replace(request, is_personalised=False), NOW)
    assert [hit["objectID"] for hit in neutral.hits] == ["a", "b", "c"]


def test_a_size_sold_out_meanwhile_counts_no_longer() -> None:
    index = filled(EmbeddedProductIndex("sizes"), [shoe("a", s42=0), shoe("b", s42=2)], analyser())
    for each in (shoe("b", s42=0), shoe("a", s42=1)):
        index.apply([Write(each.product_id, 9, document_of(each, 9, analyser()))])
    search = search_over(index, {"u1": Taste(True, 4, sizes={"鞋 42": 10.0})})
    result = search.find(SearchRequest(query="跑步鞋", shopper_id="u1"), NOW)
    assert [(each.object_id, each.factor > 1) for each in result.explanations] == [("a", True), ("b", False)]
