"""A query that names a model is answered in the order of its words, whoever asks and whatever is switched on."""

import pytest

from chalicelib.adapters.embedded import EmbeddedProductIndex
from chalicelib.search import SearchRequest, Sort, Taste, understand
from chalicelib.search.exactness import names_a_model
from tests.support.search import NOW, analyser, filled, search_over, small_shop

FOND = Taste(True, 50, {"Apple/苹果": 90.0, "拾光里": 90.0}, {"手机壳": 90.0}, {}, {"0-50": 90.0})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("iPhone 15 Pro Max", True),
        ("iphone15", True),
        ("15 iphone 手机壳", True),
        ("小米 14", True),
        ("SK-II 神仙水", True),
        ("机油 5w30", True),
        ("连衣裙 2026 新款", False),
        ("帐篷 2人", False),
        ("500ml 水杯", False),
        ("t恤 男 2件", False),
        ("iphone 手机壳", False),
        ("", False),
    ],
)
def test_a_model_is_a_code_or_a_number_beside_a_name(query: str, expected: bool) -> None:
    assert names_a_model(understand(query, analyser())) is expected


@pytest.mark.parametrize("query", ["iphone 15", "SK-II", "sk-ii 面膜"])
def test_neither_taste_nor_diversity_nor_experiment_reorders_it(query: str) -> None:
    search = search_over(filled(EmbeddedProductIndex("models"), small_shop(), analyser()), {"u1": FOND})
    plain = search.find(SearchRequest(query=query), NOW)
    asked = search.find(SearchRequest(query=query, shopper_id="u1", is_diverse=True, interleave="diversity"), NOW)
    assert list(asked.hits) == list(plain.hits)
    assert {each.factor for each in asked.explanations} == {1.0}
    assert asked.trace["why_neutral"] == asked.trace["why_as_ranked"] == "the query names a model"
    assert "interleaving" not in asked.trace


def test_another_order_says_why_it_is_left_alone() -> None:
    search = search_over(filled(EmbeddedProductIndex("models"), small_shop(), analyser()))
    found = search.find(SearchRequest(query="连衣裙", sort=Sort.PRICE_ASC, is_diverse=True), NOW)
    assert found.trace["why_as_ranked"] == "the order asked for is not relevance"
