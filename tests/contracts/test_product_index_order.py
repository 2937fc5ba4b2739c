"""The embedded engine and OpenSearch find the same products in the same order, for the plans that ``Search`` makes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean

import pytest

from chalicelib.catalog import Product, open_feed
from chalicelib.search import Boost, Found, Plan, ProductIndex, SearchRequest, Sort, Taste
from tests.contracts.product_indexes import ENGINES, made
from tests.support.search import NOW, PlanRecorder, analyser, filled, search_over, small_shop

pytestmark = pytest.mark.engine
SHARED = Path(__file__).parents[2].parent / "shared" / "data"
LITEMALL = SHARED / "catalog" / "litemall"
TITLES, QUERIES = SHARED / "search" / "cpr_corpus.tsv", SHARED / "search" / "cpr_queries.tsv"
ROUNDING = 1e-5
"""Lucene adds floats of 24 bits, Python doubles: hits whose scores differ by less may stand in either order."""

SMALL_SHOP_QUERIES = """
连衣裙 碎花连衣裙 法式 雪纺长裙女 夏季新款 短款连衣裙收腰 帐篷 2.1米帐篷 2.1m帐篷 1.8米 露营 户外帐篷大空间 防雨 马克杯 拾光里
iphone15 iphone|15|pro 手机壳 sk-ii SKII神仙水 5w30机油 尼康z62 充电宝 行動電源 10000毫安 蓝牙耳机 蓝牙 lanyaerji lyej
lianyi'qun lyq 移动电源 snowskii iphne15pro 100元以内的连衣裙 官方旗舰店连衣裙 200cm帐篷
山野集 数码 新品 棉 热卖 火星车 apple 女装裙装
"""
LITEMALL_QUERIES = """
四件套 床品 被子 枕头 羊毛被 毛巾 拖鞋 锅 铁锅 茶具 杯子 行李箱 童装 婴儿 连衣裙 男士衬衫 袜子 内裤 收纳盒 台灯 香薰 零食
坚果 茶叶 猫粮 宠物 牙刷 浴巾 沙发 床垫 1.8米床 全棉 真丝 纯棉四件套 日式 北欧 新疆 儿童 女士内衣 运动 maoyi sijiantao
"""

LIKES = Taste(
    is_personalised=True,
    events=20,
    brands={"拾光里": 8.0, "山野集": 3.0},
    categories={"女装": 6.0, "连衣裙": 4.0, "居家": 9.0, "床品件套": 5.0},
    tags={"新品": 4.0, "热卖": 1.0},
    price_bands={"100-200": 7.0},
)


@dataclass(frozen=True)
class Pair:
    embedded: ProductIndex
    opensearch: ProductIndex


def _queries(text: str) -> list[str]:
    return [query.replace("|", " ") for query in text.split()]


def _pair(request: pytest.FixtureRequest, products: Sequence[Product]) -> Iterator[Pair]:
    using = analyser()
    for one in made("embedded", request):
        for other in made(request.param, request):
            yield Pair(filled(one, products, using), filled(other, products, using))


@pytest.fixture(scope="module", params=ENGINES)
def shop(request: pytest.FixtureRequest) -> Iterator[Pair]:
    yield from _pair(request, small_shop())


@pytest.fixture(scope="module", params=ENGINES)
def litemall(request: pytest.FixtureRequest) -> Iterator[Pair]:
    if not LITEMALL.exists():
        pytest.skip("the litemall catalogue is not beside the repository")
    products = [row.product for row in open_feed(LITEMALL).rows if isinstance(row.product, Product)]
    yield from _pair(request, products)


@pytest.fixture(scope="module", params=ENGINES)
def titles(request: pytest.FixtureRequest) -> Iterator[Pair]:
    """Real titles, stuffed with words as sellers do, and the judged queries made for them."""
    if not TITLES.exists():
        pytest.skip("the judged queries are not beside the repository")
    yield from _pair(request, [Product(name, title, None) for name, title in _rows(TITLES)])


def _rows(path: Path) -> list[tuple[str, str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(name, text) for name, _, text in (line.partition("\t") for line in lines) if text]


@pytest.mark.parametrize("query", _queries(SMALL_SHOP_QUERIES))
@pytest.mark.parametrize("shopper", [None, "likes"])
def test_both_engines_order_the_small_shop_alike(shop: Pair, query: str, shopper: str | None) -> None:
    _compare(shop, _plan(shop, query, shopper))


@pytest.mark.parametrize("query", _queries(LITEMALL_QUERIES))
@pytest.mark.parametrize("shopper", [None, "likes"])
def test_both_engines_order_litemall_alike(litemall: Pair, query: str, shopper: str | None) -> None:
    _compare(litemall, _plan(litemall, query, shopper))


def test_both_engines_answer_the_judged_queries_alike(titles: Pair) -> None:
    overlaps = []
    for _, query in _rows(QUERIES):
        plan = _plan(titles, query, None)
        _compare(titles, plan)
        best = replace(plan, size=10)
        one, other = (
            {hit.object_id for hit in index.search(best).hits} for index in (titles.embedded, titles.opensearch)
        )
        overlaps.append(len(one & other) / len(one | other))
    assert len(overlaps) == 50
    assert mean(overlaps) >= 0.98


@pytest.mark.parametrize("sort", list(Sort))
def test_both_engines_list_everything_alike(litemall: Pair, sort: Sort) -> None:
    _compare(litemall, replace(_plan(litemall, "", None), sort=sort))


@pytest.mark.parametrize("shopper", [None, "likes"])
def test_both_engines_lift_what_shoppers_chose_alike(litemall: Pair, shopper: str | None) -> None:
    for query in ("四件套", "杯子", "儿童"):
        plan = _plan(litemall, query, shopper)
        hits = litemall.embedded.search(plan).hits
        boosts = tuple(Boost(hit.object_id, 1.5 - place / 40) for place, hit in enumerate(hits[::-3][:20]))
        assert boosts
        _compare(litemall, replace(plan, boosts=boosts))


def _plan(pair: Pair, query: str, shopper: str | None) -> Plan:
    recorder = PlanRecorder(pair.embedded)
    asked = SearchRequest(query=query, page_size=1_000, facets=("*", "price", "attributes.材质"), shopper_id=shopper)
    search_over(recorder, {"likes": LIKES}).find(asked, NOW)
    return recorder.plans[-1]


def _compare(pair: Pair, plan: Plan) -> None:
    one, other = pair.embedded.search(plan), pair.opensearch.search(plan)
    assert one.total == other.total == len(one.hits)
    assert one.facets == other.facets
    assert one.stats.keys() == other.stats.keys()
    assert [hit.hit for hit in _by_id(one)] == [hit.hit for hit in _by_id(other)]
    scores = _relative(one)
    for name, score in _relative(other).items():
        assert score == pytest.approx(scores[name], rel=ROUNDING, abs=1e-9)
    positions = {hit.object_id: place for place, hit in enumerate(other.hits)}
    for before, after in zip(one.hits, one.hits[1:], strict=False):
        is_tie = abs(scores[before.object_id] - scores[after.object_id]) <= ROUNDING * scores[before.object_id]
        if not is_tie or scores[before.object_id] == 0:
            assert positions[before.object_id] < positions[after.object_id]


def _by_id(found: Found) -> list:  # type: ignore[type-arg]
    return sorted(found.hits, key=lambda hit: hit.object_id)


def _relative(found: Found) -> dict[str, float]:
    """Scores as shares of the best: OpenSearch 2 multiplies all of them by k1 + 1."""
    best = max((hit.score for hit in found.hits), default=0.0) or 1.0
    return {hit.object_id: hit.score / best for hit in found.hits}
