"""Offers that put pieces of several places together: 套装价 and 买A送B."""

from typing import Any

import pytest

from chalicelib.api.coupon_terms import read_terms, terms_view
from chalicelib.core.errors import InvalidRequest
from chalicelib.coupons.offers import best_offer
from chalicelib.coupons.offers.places import by_names, name_of
from chalicelib.coupons.offers.rule import rule_of
from chalicelib.coupons.terms import Benefit, BundlePrice, BuyGet, Part, Place, in_words
from tests.support.offers import asking, cart, line, offer

TENT_AND_LAMPS = (Part(products=("tent",)), Part(categories=("灯具",), quantity=2))
CUPS = (Place(categories=("杯子",)),)
GOODS = (
    line("1", 30_000, 2, product_id="tent"),
    line("2", 8_000, 2, category_path=("灯具", "营地灯")),
    line("3", 5_000, 1, category_path=("灯具",)),
    line("4", 2_000, 3, category_path=("杯子",)),
    line("5", 1_500, 1, category_path=("杯子",)),
)


@pytest.mark.parametrize(
    ("benefit", "saved", "touched"),
    [
        # One tent and the two dearest lamps cost 46,000; of the second set there is but one lamp.
        (BundlePrice(price=40_000, parts=TENT_AND_LAMPS), 6_000, "123"),
        (BundlePrice(price=46_000, parts=TENT_AND_LAMPS), 0, ""),
        (BundlePrice(price=40_000, parts=(*TENT_AND_LAMPS, Part(brands=("别家",)))), 0, ""),
        # Two sets of a tent and a lamp: 38,000 each. The cup is of no part.
        (BundlePrice(price=30_000, parts=(TENT_AND_LAMPS[0], Part(categories=("灯具",)))), 16_000, "123"),
        (BundlePrice(price=30_000, times=1, parts=(TENT_AND_LAMPS[0], Part(categories=("灯具",)))), 8_000, "123"),
        # Who buys two tents gets the cheapest cups, one for each.
        (BuyGet(1, 1, None, CUPS), 1_500 + 2_000 + 2_000 + 2_000, "45"),
        (BuyGet(2, 1, None, CUPS), 1_500 + 2_000, "45"),
        (BuyGet(2, 1, 1, CUPS), 1_500, "45"),
        (BuyGet(6, 1, None, CUPS), 0, ""),
        (BuyGet(5, 9, None, CUPS), 7_500, "45"),
    ],
)
def test_pieces_of_several_places_count_together(benefit: Benefit, saved: int, touched: str) -> None:
    answer = best_offer(cart(*GOODS), [offer("k", benefit)], asking())
    assert answer.saved == saved
    assert "".join(each.line_id for each in answer.lines if each.discounts) == touched
    assert sum(each.payable for each in answer.lines) == answer.payable


def test_what_is_given_is_not_bought() -> None:
    """Two cups: the one that is given does not count as the one that is bought."""
    everything = BuyGet(1, 1, None, CUPS)
    answer = best_offer(cart(line("4", 2_000, 2, category_path=("杯子",))), [offer("k", everything)], asking())
    assert answer.saved == 0
    tents_only = offer("k", BuyGet(1, 1, None, CUPS), scope=(Place(products=("tent",)),))
    assert best_offer(cart(*GOODS), [tents_only], asking()).saved == 1_500 + 2_000


def test_goods_that_fit_two_parts_belong_to_the_first() -> None:
    parts = (Part(categories=("灯具",)), Part(products=("p2", "tent")))
    answer = best_offer(cart(*GOODS), [offer("k", BundlePrice(price=30_000, parts=parts))], asking())
    assert answer.saved == (8_000 + 30_000 - 30_000) * 2


@pytest.mark.parametrize("benefit", [BundlePrice(price=40_000, parts=TENT_AND_LAMPS), BuyGet(2, 1, None, CUPS)])
def test_an_order_that_kept_only_names_is_worked_out_alike(benefit: Benefit) -> None:
    bare = [line(each.line_id, each.price, each.quantity, product_id=name_of(benefit, each) or "") for each in GOODS]
    amounts = [*(each.amount for each in GOODS), 0]
    rule, again = rule_of(offer("k", benefit), cart(*GOODS)), rule_of(offer("k", by_names(benefit)), cart(*bare))
    assert rule.saving(amounts, amounts) == again.saving(amounts, amounts) > 0


def test_sets_are_read_shown_and_said_in_words() -> None:
    for sent, words in (
        (
            {"kind": "bundle_price", "price": 9_900, "parts": [{"skus": ["a"]}, {"tags": ["b"], "quantity": 2}]},
            "套装价¥99",
        ),
        ({"kind": "buy_get", "buy": 2, "get_scope": [{"products": ["cup"]}]}, "买2送1"),
    ):
        terms, _ = read_terms({"name": "券", **sent})
        assert sent.items() <= terms_view(terms).items()
        assert in_words(terms.benefit) == words


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"kind": "bundle_price", "price": 100}, "quantity"),
        ({"kind": "bundle_price", "price": 100, "quantity": 2, "parts": [{"skus": ["a"]}, {"skus": ["b"]}]}, "quantity"),
        ({"kind": "bundle_price", "price": 100, "parts": [{"skus": ["a"]}]}, "parts"),
        ({"kind": "bundle_price", "price": 100, "parts": [{"skus": ["a"]}, {}]}, "parts[1]"),
        ({"kind": "bundle_price", "price": 100, "parts": [{"skus": ["a"], "quantity": 0}, {"skus": ["b"]}]},
         "parts[0].quantity"),
        ({"kind": "bundle_price", "parts": [{"skus": ["a"]}, {"skus": ["b"]}]}, "price"),
        ({"kind": "buy_get", "buy": 1, "get_scope": [{"brands": [""]}]}, "get_scope[0].brands[0]"),
    ],
)  # fmt: skip
def test_sets_that_cannot_be_name_the_field(sent: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read_terms({"name": "券", **sent})
    assert refused.value.field == field
