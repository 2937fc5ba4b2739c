"""The documented JSON shape of a product."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog import (
    Product,
    Sku,
    decode_product,
    encode_product,
    product_document,
    read_product,
    read_records,
)
from chalicelib.catalog.shape import ProductShape, canonical_product
from chalicelib.core.errors import InvalidRequest

TENT = {"id": "t1", "title": "速开帐篷", "price": 19_900}


def test_a_whole_product_is_read() -> None:
    read = read_product(
        {
            **TENT,
            "currency": "CNY",
            "list_price": 29_900,
            "brand": "野驰社",
            "category": "户外 > 露营 > 帐篷",
            "attributes": {"人数": "3-4人", "功能": ["防雨", "防晒"], "重量": 3},
            "skus": [{"id": "t1-a", "price": 19_900, "stock": 3, "attributes": {"颜色": "米白"}}],
            "tags": ["露营"],
            "image": "https://shop.example.com/t1.jpg",
            "url": "https://shop.example.com/t1",
            "sales_30d": 7,
            "stock": 3,
            "is_on_sale": False,
            "created_at": "2026-05-01T08:00:00+08:00",
        }
    )
    assert read == Product(
        "t1",
        "速开帐篷",
        19_900,
        category_path=("户外", "露营", "帐篷"),
        brand="野驰社",
        list_price=29_900,
        image="https://shop.example.com/t1.jpg",
        url="https://shop.example.com/t1",
        attributes={"人数": ("3-4人",), "功能": ("防雨", "防晒"), "重量": ("3",)},
        tags=("露营",),
        skus=(Sku("t1-a", 19_900, 3, {"颜色": "米白"}),),
        sales_30d=7,
        stock=3,
        is_on_sale=False,
        created_at=datetime(2026, 5, 1, tzinfo=UTC),
    )


def test_a_category_may_be_a_list() -> None:
    assert read_product({**TENT, "category": ["户外", "露营"]}).category_path == ("户外", "露营")


def test_price_and_stock_come_from_the_skus_when_they_are_left_out() -> None:
    skus = [{"id": "a", "price": 300, "stock": 2}, {"id": "b", "price": 200, "stock": 5}]
    read = read_product({"id": "t", "title": "帐篷", "skus": skus})
    assert (read.price, read.stock) == (200, 7)


def test_an_unknown_price_is_said_with_null_and_never_by_forgetting_it() -> None:
    assert read_product({**TENT, "price": None}).price is None
    with pytest.raises(InvalidRequest, match="price is missing") as refused:
        read_product({"id": "t1", "title": "帐篷"})
    assert refused.value.field == "price"


@pytest.mark.parametrize(
    ("differing", "field"),
    [
        ({"price": "199"}, "price"),
        ({"price": 199.5}, "price"),
        ({"price": -1}, "price"),
        ({"title": None}, "title"),
        ({"pirce": 1}, "pirce"),
        ({"skus": [{"id": "a", "price": 1}, {"id": "b"}]}, "skus[1].price"),
        ({"skus": [{"id": "a", "price": -1}]}, "skus[0].price"),
        ({"category": "a >  > b"}, "category"),
        ({"category": ["a", "b", "c", "d"]}, "category"),
        ({"created_at": "2026-05-01T08:00:00"}, "created_at"),
        ({"created_at": "yesterday"}, "created_at"),
        ({"tags": "露营"}, "tags"),
        ({"attributes": {"材质": []}}, "attributes.材质"),
    ],
)
def test_an_error_names_the_path_of_the_field(differing: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidRequest) as alone:
        read_product({**TENT, **differing})
    assert alone.value.field == field
    with pytest.raises(InvalidRequest) as inside:
        read_product({**TENT, **differing}, at="products[3]")
    assert inside.value.field == f"products[3].{field}"


@pytest.mark.parametrize("value", [None, 7, "text", [], [TENT]])
def test_what_is_no_object_is_refused(value: object) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read_product(value, at="products[0]")
    assert refused.value.field == "products[0]"


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(
    lambda text: text.strip() != ""
)
AMOUNT = st.integers(0, 10**9)
PRODUCTS = st.builds(
    Product,
    product_id=TEXT,
    title=TEXT,
    price=st.none() | AMOUNT,
    category_path=st.lists(TEXT.filter(lambda name: " > " not in name), max_size=3).map(tuple),
    brand=st.none() | TEXT,
    list_price=st.none() | AMOUNT,
    brief=st.none() | st.text(max_size=5),
    attributes=st.dictionaries(TEXT, st.lists(TEXT, min_size=1, max_size=3).map(tuple), max_size=3),
    tags=st.lists(TEXT, max_size=3).map(tuple),
    skus=st.lists(
        st.builds(Sku, TEXT, AMOUNT, AMOUNT, st.dictionaries(TEXT, TEXT, max_size=2)),
        max_size=3,
        unique_by=lambda sku: sku.sku_id,
    ).map(tuple),
    sales_30d=AMOUNT,
    stock=AMOUNT,
    is_on_sale=st.booleans(),
    created_at=st.none() | st.datetimes(datetime(1970, 1, 1), datetime(9998, 12, 31), timezones=st.just(UTC)),
)


@given(PRODUCTS)
def test_every_product_survives_being_written_and_read(product: Product) -> None:
    assert decode_product(encode_product(product)) == product
    again = read_product(msgspec.json.decode(msgspec.json.encode(product_document(product))))
    assert again == product
    assert canonical_product(again) == canonical_product(product)


@given(PRODUCTS)
def test_the_order_of_attributes_is_no_difference(product: Product) -> None:
    reordered = Product(
        **{name: getattr(product, name) for name in Product.__slots__ if name != "attributes"},
        attributes=dict(reversed(product.attributes.items())),
    )
    assert canonical_product(reordered) == canonical_product(product)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(ProductShape.__struct_fields__)


@given(st.dictionaries(FIELDS, JSON, max_size=4), st.sampled_from(["jsonl", "openbg", "csv"]))
def test_whatever_json_a_row_is_it_is_a_product_or_a_refusal(fields: dict[str, Any], format_name: str) -> None:
    (row,) = read_records(format_name, [{**TENT, "coarse": "户外", "fine": "帐篷", **fields}])
    (bare,) = read_records(format_name, [fields.get("title")])
    for each in (row, bare):
        assert (each.product is None) == (each.error is not None)
        if each.product:
            assert decode_product(encode_product(each.product)) == each.product


def test_chinese_stays_chinese() -> None:
    assert "速开帐篷" in encode_product(read_product(TENT))
