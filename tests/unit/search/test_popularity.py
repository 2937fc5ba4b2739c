"""What shoppers chose after a query lifts those products, within bounds, for everybody, and says so."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.embedded import EmbeddedProductIndex
from chalicelib.adapters.memory.search_log import MemoryPopularities, MemoryQueryLines, MemorySearchLog
from chalicelib.core.errors import Unavailable
from chalicelib.core.ids import SeededRandomness
from chalicelib.search import Boost, Clause, Plan, PopularChoices, Search, SearchRequest, Sort, Taste
from chalicelib.search.log.counting import Interest, QueryLine
from chalicelib.search.log.popularity import MAX_GAIN, MIN_PEOPLE, Popularity, boosts_of, popularities
from tests.support.search import NOW, FixedTastes, analyser, filled, product, small_shop
from tests.support.search_log import acted, keeping, searched

TODAY = NOW.date()
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Shop:
    """The search log over twins, and a search that reads what is popular."""

    def __init__(self) -> None:
        self.log, self.lines, self.popular = MemorySearchLog(), MemoryQueryLines(), MemoryPopularities()
        self.keeping = keeping(SHANGHAI, self.log, self.lines, self.popular)
        self.tastes = FixedTastes()
        index = filled(EmbeddedProductIndex("popular"), small_shop(), analyser())
        choices = PopularChoices(self.popular)
        self.search = Search(index, self.tastes, analyser(), SeededRandomness("s"), popular=choices)

    def visit(self, query: str, object_id: str, people: int, *, after: float = 0.0) -> None:
        for number in range(people):
            search = searched(query, f"u{number}", after=after + number * 10, shown=("c0", object_id))
            self.keeping.record(search)
            assert self.keeping.act(acted(search, object_id))

    def ids(self, query: str, **asked: object) -> list[str]:
        result = self.search.find(SearchRequest(query=query, **asked), NOW)  # type: ignore[arg-type]
        return [explained.object_id for explained in result.explanations]


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_what_shoppers_chose_comes_first_for_everybody_and_says_why(shop: Shop) -> None:
    before = shop.ids("连衣裙")
    chosen = before[5]
    shop.visit("連衣裙 ", chosen, 12)
    assert shop.keeping.fold(NOW + timedelta(minutes=5)) == 1
    shop.search._popular._known.clear()  # type: ignore[union-attr]
    result = shop.search.find(SearchRequest(query="连衣裙"), NOW)
    assert result.hits[0]["objectID"] == chosen
    first = result.explanations[0]
    (reason,) = first.reasons
    assert (reason.reason, reason.kind, reason.name) == ("本店热门", "popular", chosen)
    assert first.popularity == pytest.approx(1 + reason.weight)
    assert first.factor == 1.0
    assert result.trace["popular"] == [{"object_id": chosen, "factor": first.popularity}]
    others = shop.search.find(SearchRequest(query="碎花连衣裙"), NOW).explanations
    assert others
    assert {each.popularity for each in others} == {1.0}


def test_fewer_than_three_people_make_nothing_popular(shop: Shop) -> None:
    chosen = shop.ids("连衣裙")[5]
    for after in range(0, 3000, 100):
        shop.visit("连衣裙", chosen, MIN_PEOPLE - 1, after=after)
    shop.keeping.fold(NOW + timedelta(hours=1))
    kept = shop.popular.of("连衣裙")
    assert kept is not None
    assert boosts_of(kept, TODAY) == ()


def test_a_model_and_an_order_of_ones_own_are_left_as_they_are(shop: Shop) -> None:
    for query in ("iphone15", "连衣裙", ""):
        known = {"p02": Interest(50.0, tuple(range(8))), "d05": Interest(50.0, tuple(range(8)))}
        shop.popular.save(Popularity(query, TODAY, known))
    plain = Search(shop.search._index, FixedTastes(), analyser(), SeededRandomness("s"))
    for request in (
        SearchRequest(query="iphone15"),
        SearchRequest(query="连衣裙", sort=Sort.PRICE_ASC),
        SearchRequest(),
    ):
        one, other = shop.search.find(request, NOW), plain.find(request, NOW)
        assert one.hits == other.hits
        assert one.trace["popular"] == []


def test_personal_taste_comes_on_top_of_what_is_popular(shop: Shop) -> None:
    shop.popular.save(Popularity("连衣裙", TODAY, {"d05": Interest(9.0, tuple(range(8)))}))
    shop.tastes.tastes["u1"] = Taste(is_personalised=True, events=9, brands={"Mori/森屿": 9.0})
    result = shop.search.find(SearchRequest(query="连衣裙", shopper_id="u1"), NOW)
    (both,) = [each for each in result.explanations if each.object_id == "d05"]
    assert [reason.kind for reason in both.reasons] == ["popular", "brand"]
    assert both.popularity > 1.0
    assert both.factor > 1.0


def test_a_search_goes_on_when_what_is_popular_cannot_be_read() -> None:
    class Broken(MemoryPopularities):
        def of(self, query: str) -> Popularity | None:
            raise Unavailable("busy")

    index = filled(EmbeddedProductIndex("broken"), small_shop(), analyser())
    search = Search(index, FixedTastes(), analyser(), SeededRandomness("s"), popular=PopularChoices(Broken()))
    assert search.find(SearchRequest(query="连衣裙"), NOW).total > 20


@given(st.floats(0.0, 1e6), st.integers(0, 9), st.integers(0, 60))
def test_a_boost_is_bounded_and_fades(weight: float, people: int, days: int) -> None:
    popularity = Popularity("q", TODAY, {"p": Interest(weight, tuple(range(people)))})
    now = boosts_of(popularity, TODAY)
    later = boosts_of(popularity, TODAY + timedelta(days=days))
    assert all(1 <= boost.factor <= 1 + MAX_GAIN for boost in now)
    assert sum(boost.factor for boost in later) <= sum(boost.factor for boost in now)


def test_a_day_weighs_half_after_two_weeks() -> None:
    line = QueryLine("q", 1, products={"p": Interest(4.0, (1,))})
    days = {TODAY: [line], TODAY - timedelta(days=14): [line]}
    assert popularities(days, TODAY)["q"].products["p"] == Interest(6.0, (1,))


def test_folding_twice_counts_nothing_twice_and_a_late_click_still_counts(shop: Shop) -> None:
    search = searched("帐篷", shown=("t00", "t01"))
    shop.keeping.record(search)
    later = NOW + timedelta(minutes=5)
    assert shop.keeping.fold(later) == 1
    assert shop.keeping.fold(later) == 0
    shop.keeping.act(acted(search, "t01"))
    assert shop.keeping.fold(NOW + timedelta(minutes=90)) == 1
    assert shop.keeping.fold(NOW + timedelta(minutes=105)) == 0
    (line,) = shop.keeping.over(TODAY, TODAY)
    assert (line.searches, line.clicks) == (1, 1)


def test_a_standstill_of_a_day_is_made_up_for(shop: Shop) -> None:
    shop.keeping.fold(NOW - timedelta(hours=30))
    shop.visit("帐篷", "t00", 2, after=-20 * 3600)
    assert shop.keeping.fold(NOW) == 1


def test_days_are_the_shops_own(shop: Shop) -> None:
    # 15:30 and 16:30 in UTC are before and after midnight in Shanghai.
    at = NOW.replace(hour=15, minute=30)
    for after in (0.0, 3600.0):
        shop.keeping.record(searched("帐篷", at=at, after=after))
    shop.keeping.fold(at + timedelta(hours=2))
    days = {day: [each.searches for each in shop.keeping.on(date(2026, 11, day))] for day in (21, 22, 23)}
    assert days == {21: [], 22: [1], 23: [1]}


@pytest.mark.parametrize("query_id", ["", "0" * 32, "f" * 32, "not one of ours"])
def test_an_action_that_names_no_search_of_ours_is_left_out(shop: Shop, query_id: str) -> None:
    assert not shop.keeping.act(replace(acted(searched("帐篷")), query_id=query_id))


def test_the_embedded_engine_leaves_no_chosen_product_out_of_a_large_shop() -> None:
    using = analyser()
    titles = ["连衣裙" if number % 70 else "上衣" for number in range(700)]
    shop = [product(f"x{number:03}", title, sales=900 - number) for number, title in enumerate(titles)]
    index = filled(EmbeddedProductIndex("large"), shop, using)
    plan = Plan(using.signature, (Clause("uni", tuple("连衣裙"), 1.0), Clause("title", ("连衣裙",), 0.5)), size=700)
    everything = index.search(plan)
    last = everything.hits[-1]
    lifted = replace(plan, boosts=(Boost(last.object_id, 999.0), Boost("gone", 9.0)), size=1)
    (first,) = index.search(lifted).hits
    assert first.object_id == last.object_id
    assert first.score == pytest.approx(last.score * 999.0)
