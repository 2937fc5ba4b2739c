"""Algolia's filter notation."""

import pytest

from chalicelib.api.search_filters import facet_filters, numeric_filters
from chalicelib.core.errors import InvalidRequest
from chalicelib.search import Condition, Filter, Operator


@pytest.mark.parametrize(
    ("text", "field", "value", "is_negated"),
    [
        ("brand:x", "brand", "x", False),
        ("brand:-x", "brand", "x", True),
        ("brand:\\-x", "brand", "-x", False),
        ("brand:--x", "brand", "-x", True),
        ("url:http://x:1", "url", "http://x:1", False),
        ("categories.lvl1:女装 > 裙装", "categories.lvl1", "女装 > 裙装", False),
        ("brand:", "brand", "", False),
    ],
)
def test_the_first_colon_splits_and_a_hyphen_excludes(text: str, field: str, value: str, is_negated: bool) -> None:
    assert facet_filters(text, "f") == (Filter((Condition(field, Operator.IS, value, is_negated),)),)


def test_yuan_become_fen_and_other_numbers_stay() -> None:
    found = numeric_filters(["price>=10.5", ["sales_30d>3", "price<0.005"]], "f")
    assert found == (
        Filter((Condition("price", Operator.AT_LEAST, 1050),)),
        Filter((Condition("sales_30d", Operator.ABOVE, 3), Condition("price", Operator.BELOW, 0.5))),
    )


def test_too_many_conditions_are_refused() -> None:
    with pytest.raises(InvalidRequest):
        facet_filters([["brand:x"] * 201], "f")
