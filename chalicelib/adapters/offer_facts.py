"""What the best offer asks of catalogue, profiles and search."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from chalicelib.catalog.ports import Products
from chalicelib.core.money import fen_of
from chalicelib.coupons.offers.cart import Cart, Customer, Line
from chalicelib.coupons.offers.eligibility import goods_of
from chalicelib.coupons.offers.ports import Filler, Goods
from chalicelib.coupons.terms import LEVEL_SEPARATOR, Place, Terms
from chalicelib.profiles.model import Shopper
from chalicelib.profiles.ports import ProfileRecords
from chalicelib.search.model import SearchRequest, SearchResult
from chalicelib.search.plan import Condition, Filter, Operator, Sort
from chalicelib.segments.ports import Memberships

_LOOKED_AT: Final = 40
"""Hits that are looked at: exclusions and scopes of several places are judged on them."""


class CatalogAssortment:
    """``Assortment`` over the catalogue's ``Products``."""

    def __init__(self, products: Products) -> None:
        self._products = products

    def of(self, product_ids: Sequence[str]) -> Mapping[str, Goods]:
        return {
            product_id: Goods(
                product.price,
                product.category_path,
                product.brand,
                frozenset(product.tags),
                {sku.sku_id: sku.price for sku in product.skus},
            )
            for product_id, product in self._products.get_many(product_ids).items()
        }


class ProfileCustomers:
    """``Customers`` over profiles: orders that stand, the trait ``level``, and tags and segments of who has personalisation
    on."""

    def __init__(self, records: ProfileRecords, memberships: Memberships) -> None:
        self._records = records
        self._memberships = memberships

    def of(self, shopper_id: str) -> Customer:
        return customer_of(self._records.load(shopper_id), self._memberships)


def customer_of(shopper: Shopper, memberships: Memberships) -> Customer:
    """What offers may know of a shopper."""
    level = shopper.traits.get("level")
    levels = frozenset({str(level)}) if isinstance(level, str | int) else frozenset[str]()
    tags = frozenset(shopper.tags) if shopper.consents.is_personalised else frozenset[str]()
    return Customer(shopper.profile.counters.orders, levels, memberships.of(shopper), tags)


class SearchFillers:
    """``Fillers`` by search: nobody's taste, so that the same cart gets the same answer."""

    def __init__(self, find: Callable[[SearchRequest, datetime], SearchResult]) -> None:
        self._find = find

    def at_least(
        self, price: int, terms: Terms, without: Collection[str], limit: int, now: datetime
    ) -> Sequence[Filler]:
        dear_enough = Condition("price", Operator.AT_LEAST, price)
        return self._found(dear_enough, Sort.PRICE_ASC, terms, without, limit, now)

    def below(self, price: int, terms: Terms, without: Collection[str], limit: int, now: datetime) -> Sequence[Filler]:
        if price <= 1:
            return ()
        return self._found(Condition("price", Operator.BELOW, price), Sort.PRICE_DESC, terms, without, limit, now)

    def _found(
        self, price: Condition, sort: Sort, terms: Terms, without: Collection[str], limit: int, now: datetime
    ) -> Sequence[Filler]:
        conditions = (price, Condition("stock", Operator.AT_LEAST, 1))
        filters = tuple(Filter((condition,), is_firm=True) for condition in conditions)
        if len(terms.scope) == 1:
            filters += _filters(terms.scope[0])
        request = SearchRequest(
            sort=sort, filters=filters, page_size=_LOOKED_AT, is_personalised=False, is_distinct=True
        )
        hits = [hit for hit in self._find(request, now).hits if hit["objectID"] not in without]
        return [_filler(hit) for hit in hits if goods_of(terms, Cart((_line(hit),)))][:limit]


def _filters(place: Place) -> tuple[Filter, ...]:
    """What search can tell of a place; shops and SKUs it does not know."""
    asked = [
        [Condition("brand", Operator.IS, brand) for brand in place.brands],
        [Condition("tags", Operator.IS, tag) for tag in place.tags],
        [Condition("objectID", Operator.IS, product) for product in place.products],
        [Condition(f"categories.lvl{path.count(LEVEL_SEPARATOR)}", Operator.IS, path) for path in place.categories],
    ]
    return tuple(Filter(tuple(conditions), is_firm=True) for conditions in asked if conditions)


def _line(hit: Mapping[str, Any]) -> Line:
    deepest = max((hit.get("categories") or {}).values(), key=len, default="")
    path = tuple(deepest.split(LEVEL_SEPARATOR)) if deepest else ()
    tags = frozenset(hit.get("tags") or ())
    return Line("hit", hit["objectID"], 0, category_path=path, brand=hit.get("brand"), tags=tags)


def _filler(hit: Mapping[str, Any]) -> Filler:
    return Filler(hit["objectID"], hit["title"], fen_of(hit["price"], field="price"), hit.get("image"))
