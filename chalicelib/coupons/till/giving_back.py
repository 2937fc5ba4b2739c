"""How much of a discount goes back with pieces that do, told by the coupon's own ledger. Policies are those of an order:
``coupons.offers.refunds``; other offers' parts stay with their pieces.

| policy | what stays of the discount |
| keep | all of it, while what is kept costs as much |
| proportional | the part of each piece that is kept, a fen of a line that does not divide goes back first |
| re_evaluate | what the coupon takes off what is kept; what its other pieces cost is what it was worked out on |
"""

from collections.abc import Mapping

import msgspec

from chalicelib.core.errors import Impossible
from chalicelib.coupons.baskets import Basket, BasketLine
from chalicelib.coupons.offers import Candidate, Cart, Line, RefundPolicy
from chalicelib.coupons.offers.giving_back import ANY_TIME, FOR_EVER
from chalicelib.coupons.offers.places import by_names
from chalicelib.coupons.offers.rule import rule_of
from chalicelib.coupons.terms import Terms, require


class PiecesUnknown(Impossible):
    """The coupon was redeemed without a cart, or with one too large to keep what its lines cost."""


def stays(terms: Terms, basket: Basket, returned: Mapping[str, int], discount: int, policy: RefundPolicy) -> int:
    """What stays of ``discount`` when ``returned`` (all pieces that ever came back, by line id) is not kept.

    Nothing when nothing stays of what the coupon is for. Raises ``PiecesUnknown``.
    """
    if basket.is_all_back(returned):
        return 0
    kept = basket.kept(returned)
    if policy is RefundPolicy.PROPORTIONAL:
        return sum(line.part * kept[line.line_id] // line.pieces for line in basket.lines) + basket.on_shipping
    if basket.is_brief:
        raise PiecesUnknown("购物车过大，只能按比例退 (of so large a cart only proportional is known)", field="policy")
    if policy is RefundPolicy.KEEP:
        worth = sum(_kept_of(line, line.left or 0, kept) for line in basket.concerned())
        return min(discount, worth + basket.on_shipping)
    return min(discount, _again(terms, basket, kept))


def required_pieces(basket: Basket, before: Mapping[str, int], returned: Mapping[str, int]) -> dict[str, int]:
    """All pieces that came back, with ``returned`` now. Raises ``InvalidRequest`` naming the line that has fewer left."""
    require(bool(returned), "returned", "names no piece")
    total, kept = dict(before), basket.kept(before)
    for line_id, pieces in returned.items():
        field = f"returned.{line_id}"
        require(line_id in kept, field, "is no line of the order")
        require(kept[line_id] > 0, field, "came back before, whole")
        require(0 < pieces <= kept[line_id], field, f"must be between 1 and {kept[line_id]}")
        total[line_id] = total.get(line_id, 0) + pieces
    return total


def _kept_of(line: BasketLine, amount: int, kept: Mapping[str, int]) -> int:
    """The share of a line's amount that its kept pieces have; the fen that does not divide stays with them."""
    return -(-amount * kept[line.line_id] // line.pieces)


def _again(terms: Terms, basket: Basket, kept: Mapping[str, int]) -> int:
    """What the coupon takes off the kept lines of its scope."""
    lines = [line for line in basket.concerned() if kept[line.line_id]]
    left = [_kept_of(line, line.left or 0, kept) for line in lines]
    base = [_kept_of(line, (line.left or 0) if line.judged is None else line.judged, kept) for line in lines]
    # It was asked before who, when and on which of the goods.
    bare = msgspec.structs.replace(terms, benefit=by_names(terms.benefit), scope=(), exclude=())
    cart = Cart(
        tuple(Line(line.line_id, line.name or "", 0, kept[line.line_id]) for line in lines), shipping=basket.fee
    )
    rule = rule_of(Candidate("", bare, ANY_TIME, FOR_EVER), cart)
    return rule.saving([*left, basket.fee], [*base, basket.fee])
