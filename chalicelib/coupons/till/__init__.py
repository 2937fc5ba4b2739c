"""Coupons at the till: worked out on the cart they are used on, several of one order at once, and given back piece by piece."""

from chalicelib.coupons.till.checkout import Checkout, Order, OrderHoldsOffers, OrderNotFound
from chalicelib.coupons.till.choice import FULL_LINES, Choice, OfferDoesNotApply
from chalicelib.coupons.till.giving_back import PiecesUnknown
from chalicelib.coupons.till.holds import MAX_TOGETHER, Move, OrderHold, OrderHolds
from chalicelib.coupons.till.part_return import PartReturn
from chalicelib.coupons.till.service import Purchase, Till

__all__ = [
    "FULL_LINES",
    "MAX_TOGETHER",
    "Checkout",
    "Choice",
    "Move",
    "OfferDoesNotApply",
    "Order",
    "OrderHold",
    "OrderHolds",
    "OrderHoldsOffers",
    "OrderNotFound",
    "PartReturn",
    "PiecesUnknown",
    "Purchase",
    "Till",
]
