"""A product as an index holds it."""

from dataclasses import replace

from chalicelib.catalog import Product
from chalicelib.search import document_of
from tests.support.search import NOW, analyser, product, small_shop

ANALYSER = analyser()


def test_a_hit_shows_what_the_shop_says_in_the_names_clients_know() -> None:
    given = replace(
        product(
            "a",
            "連衣裙",
            price=12950,
            category=("女装", "裙装"),
            brand="Mori",
            tags=("新品",),
            attributes={"材质": ("棉", "麻")},
        ),
        list_price=19900,
    )
    hit = document_of(given, 3, ANALYSER).hit
    assert (hit["objectID"], hit["title"], hit["brand"], hit["category"]) == ("a", "連衣裙", "Mori", "裙装")
    assert hit["categories"] == {"lvl0": "女装", "lvl1": "女装 > 裙装"}
    assert (hit["price"], hit["list_price"], hit["price_band"]) == (129.5, 199, "100-200")
    assert (hit["tags"], hit["attributes"], hit["created_at"]) == (
        ["新品"],
        {"材质": ["棉", "麻"]},
        "2026-11-22T08:00:00.000Z",
    )
    assert hit["skus"][0]["price"] == 129.5


def test_filters_compare_fen_and_seconds_and_unknown_numbers_are_left_out() -> None:
    document = document_of(product("a", "杯子", price=None), 1, ANALYSER)
    assert document.numbers == {"sales_30d": 0, "stock": 10, "created_at": int(NOW.timestamp())}
    assert document.hit["price"] is None
    assert "price_band" not in document.facets


def test_category_names_are_facets_by_path_and_by_name() -> None:
    facets = document_of(product("a", "裙", category=("女装", "裙装", "连衣裙")), 1, ANALYSER).facets
    assert facets["categories.lvl2"] == ("女装 > 裙装 > 连衣裙",)
    assert facets["category"] == ("女装", "裙装", "连衣裙")


def test_a_value_too_long_to_click_on_is_shown_but_no_facet() -> None:
    document = document_of(product("a", "裙", attributes={"说明": ("长" * 300, "短")}), 1, ANALYSER)
    assert document.facets["attributes.说明"] == ("短",)
    assert len(document.hit["attributes"]["说明"]) == 2


def test_brand_category_tag_and_attribute_words_are_searchable() -> None:
    given = product("a", "碗", category=("家居",), brand="山野集", tags=("热卖",), attributes={"材质": ("陶瓷",)})
    views = document_of(given, 1, ANALYSER).views
    assert {"山", "野", "家", "热"} <= set(views["present"])
    assert "陶" not in views["present"]
    assert "陶瓷" in views["recall"]


def test_every_facet_is_a_tuple_of_texts_for_the_whole_shop() -> None:
    for each in (*small_shop(), Product(product_id="x", title="…", price=0)):
        document = document_of(each, 1, ANALYSER)
        assert all(isinstance(values, tuple) and values for values in document.facets.values())
        assert all(document.views.values())
