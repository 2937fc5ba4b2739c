"""What must be true of every product."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.catalog import Product, Sku
from chalicelib.core.errors import InvalidRequest


def product(**differing: Any) -> Product:
    return Product(**{"product_id": "p", "title": "连衣裙", "price": 100, **differing})


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: product(product_id=""), "id"),
        (lambda: product(product_id="x" * 129), "id"),
        (lambda: product(title="  "), "title"),
        (lambda: product(title="裙" * 501), "title"),
        (lambda: product(price=-1), "price"),
        (lambda: product(price=10**13), "price"),
        (lambda: product(list_price=-1), "list_price"),
        (lambda: product(stock=-1), "stock"),
        (lambda: product(sales_30d=-1), "sales_30d"),
        (lambda: product(currency="元"), "currency"),
        (lambda: product(brand=" "), "brand"),
        (lambda: product(tags=("",)), "tags"),
        (lambda: product(category_path=("a", "b", "c", "d")), "category"),
        (lambda: product(category_path=("a", "")), "category"),
        (lambda: product(category_path=("a > b",)), "category"),
        (lambda: product(attributes={"": ("a",)}), "attributes"),
        (lambda: product(attributes={"材质": ()}), "attributes.材质"),
        (lambda: product(attributes={str(number): ("a",) for number in range(201)}), "attributes"),
        (lambda: product(skus=(Sku("s", 1), Sku("s", 2))), "skus"),
        (lambda: product(skus=(Sku("s", 1), Sku("t", -2))), "skus[1].price"),
        (lambda: product(skus=(Sku("s", 1, stock=-1),)), "skus[0].stock"),
        (lambda: product(skus=tuple(Sku(str(number), 1) for number in range(501))), "skus"),
        (lambda: product(created_at=datetime(2026, 1, 1)), "created_at"),
        (lambda: product(created_at=datetime(1, 1, 1, tzinfo=UTC)), "created_at"),
    ],
)
def test_an_impossible_product_is_refused_naming_the_field(make: Callable[[], Product], field: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        make()
    assert refused.value.field == field


def test_a_product_may_have_no_known_price() -> None:
    assert product(price=None).price is None
