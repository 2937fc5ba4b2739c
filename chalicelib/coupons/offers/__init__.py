"""The best price for a cart, line by line, and what is owed when a part of it comes back.

The sums are pure; ``BestOffers`` reads what they need.
"""

from chalicelib.coupons.offers.best import MAX_SEARCHED, best_offer
from chalicelib.coupons.offers.cart import MAX_CANDIDATES, MAX_LINES, Candidate, Cart, Context, Customer, Line
from chalicelib.coupons.offers.filling import Filling
from chalicelib.coupons.offers.giving_back import GivingBack, PaidOtherwise, Return
from chalicelib.coupons.offers.offer import Applied, LinePrice, NextTier, NotApplied, Offer
from chalicelib.coupons.offers.ports import Assortment, Customers, Filler, Fillers, Goods
from chalicelib.coupons.offers.purse import MOST_READ, Unusable
from chalicelib.coupons.offers.reasons import Reason
from chalicelib.coupons.offers.refunds import Order, Refund, RefundPolicy, refund
from chalicelib.coupons.offers.service import FILLERS, Answer, BestOffers, Question, Wanted

__all__ = [
    "FILLERS",
    "MAX_CANDIDATES",
    "MAX_LINES",
    "MAX_SEARCHED",
    "MOST_READ",
    "Answer",
    "Applied",
    "Assortment",
    "BestOffers",
    "Candidate",
    "Cart",
    "Context",
    "Customer",
    "Customers",
    "Filler",
    "Fillers",
    "Filling",
    "GivingBack",
    "Goods",
    "Line",
    "LinePrice",
    "NextTier",
    "NotApplied",
    "Offer",
    "Order",
    "PaidOtherwise",
    "Question",
    "Reason",
    "Refund",
    "RefundPolicy",
    "Return",
    "Unusable",
    "Wanted",
    "best_offer",
    "refund",
]
