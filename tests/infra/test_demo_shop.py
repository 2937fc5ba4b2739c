"""The shipped demo shop is what it says: enough goods, coherent words, the same on every machine."""

import hashlib
import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from chalicelib.catalog import open_feed, read_product
from infra.local import demo_shop
from infra.local.demo_shop.recipe import Axis, Line, Look, draw, shop_price

PRODUCTS = list(demo_shop.products())
TITLES = [product["title"] for product in PRODUCTS]
# Words that no shop puts together: (in the title, together with).
NONSENSE = [
    (r"羽绒", r"裙|夏季|T恤"),
    (r"夏季", r"羊毛|羊绒|加绒|加厚|针织衫|毛衣|大衣|保暖"),
    (r"冬季", r"短袖|凉感|度假|吊带|沙滩"),
    (r"连衣裙|半身裙", r"男"),
    (r"女童|女装", r"男童|男士"),
    (r"全自动|速开", r"超轻|单人|徒步"),
    (r"油皮", r"干皮"),
    (r"浅烘", r"意式|深烘|拿铁"),
    (r"婴儿", r"羽绒|碳板"),
    (r"头戴|入耳式真", r"骨传导|挂耳"),
]


def test_there_are_enough_goods_categories_brands_and_skus() -> None:
    assert len(PRODUCTS) >= 300
    assert sum("连衣裙" in title for title in TITLES) >= 30
    assert len({product["category"][0] for product in PRODUCTS}) >= 8
    assert {len(product["category"]) for product in PRODUCTS} == {3}
    assert len({product["brand"] for product in PRODUCTS}) >= 40
    assert all(product["skus"] and product["attributes"] for product in PRODUCTS)


def test_titles_and_ids_are_unique_and_begin_with_the_brand() -> None:
    assert len(set(TITLES)) == len({product["id"] for product in PRODUCTS}) == len(PRODUCTS)
    assert all(product["title"].startswith(product["brand"]) for product in PRODUCTS)
    assert all(10 <= len(title) <= 60 and not re.search(r"[\s{}\-]{2}|\{|\}|- ", title) for title in TITLES)


def test_the_shop_is_the_same_on_every_machine() -> None:
    text = json.dumps(PRODUCTS, ensure_ascii=False, sort_keys=True)
    assert text == json.dumps(list(demo_shop.products()), ensure_ascii=False, sort_keys=True)
    # A change of a word or of the recipe changes this; other lines keep their products.
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "3683362c745103fe"


@pytest.mark.parametrize(("word", "never_with"), NONSENSE)
def test_no_title_joins_what_no_shop_would(word: str, never_with: str) -> None:
    assert [title for title in TITLES if re.search(word, title) and re.search(never_with, title)] == []


def test_prices_are_sane() -> None:
    for product in PRODUCTS:
        prices = [sku["price"] for sku in product["skus"]]
        assert product["price"] == min(prices)
        assert 900 <= product["price"] <= 300_000
        assert max(prices) <= 4 * min(prices)
        assert product["price"] < product.get("list_price", product["price"] + 1) <= 2 * product["price"]
        assert product["stock"] == sum(sku["stock"] for sku in product["skus"])


def test_seasonal_goods_appear_in_their_season() -> None:
    months = defaultdict(set)
    for product in PRODUCTS:
        if season := re.search(r"2026(春季|夏季|秋季|冬季)", product["title"]):
            months[season[1]].add(int(product["created_at"][5:7]))
    assert months["春季"] <= {1, 2, 3}
    assert months["夏季"] <= {4, 5, 6}
    assert months["秋季"] <= {7, 8, 9}
    assert months["冬季"] <= {9, 10, 11}


def test_goods_are_near_enough_to_each_other_that_taste_can_order_them() -> None:
    dresses = [product for product in PRODUCTS if product["category"][-1] == "连衣裙"]
    assert len({product["brand"] for product in dresses}) >= 6
    assert len({style for product in dresses for style in product["attributes"]["风格"]}) >= 8
    assert min(product["price"] for product in dresses) * 5 < max(product["price"] for product in dresses)
    leaves = Counter(tuple(product["category"]) for product in PRODUCTS)
    assert min(leaves.values()) >= 6
    for words in ("帐篷", "露营", "咖啡", "面霜", "儿童", "蓝牙耳机"):
        assert sum(words in title for title in TITLES) >= 8, words


def test_every_product_is_one_that_the_catalogue_takes(tmp_path: Path) -> None:
    assert all(read_product(product) for product in PRODUCTS)
    assert demo_shop.write(tmp_path / "demo.jsonl") == len(PRODUCTS)
    feed = open_feed(tmp_path / "demo.jsonl")
    assert (feed.format_name, feed.expected) == ("jsonl", len(PRODUCTS))
    assert [row.product for row in feed.rows] == [read_product(product) for product in PRODUCTS]


def test_brands_of_a_look_are_brands_of_the_shop() -> None:
    named = {brand for line in demo_shop.LINES for look in line.looks for brand in look.brands.split()}
    assert named == set(demo_shop.LEVELS)


def test_words_that_are_too_few_are_an_error_and_no_endless_loop() -> None:
    look = Look("甲", (10, 20), {"kind": "圆 方"})
    line = Line("x", ("a", "b", "c"), 3, "{brand}{kind}盒", {}, (Axis("颜色", "白"),), (look,))
    with pytest.raises(ValueError, match="do not make 3 different titles"):
        list(draw(line, {"甲": 1.0}))


@pytest.mark.parametrize(("yuan", "fen"), [(0.2, 90), (19.6, 1_990), (128, 12_900), (1_350, 139_900), (49.9, 4_990)])
def test_prices_end_as_shops_write_them(yuan: float, fen: int) -> None:
    assert shop_price(yuan) == fen
