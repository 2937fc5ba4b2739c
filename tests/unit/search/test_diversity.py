"""Diversity: bounded, repeatable, and silent where scores say more."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.search import FoundHit
from chalicelib.search.diversity import DIVERSE_WINDOW, MAX_FALL, diversified


def hit(name: str, score: float, brand: str) -> FoundHit:
    return FoundHit(name, score, {}, {"brand": (brand,)})


hits = st.lists(
    st.tuples(st.floats(0, 10), st.sampled_from("abc")).map(lambda each: each), max_size=DIVERSE_WINDOW + 10
).map(
    lambda drawn: [
        hit(str(rank), score, brand) for rank, (score, brand) in enumerate(sorted(drawn, key=lambda each: -each[0]))
    ]
)


@given(hits)
def test_nothing_is_lost_and_no_hit_falls_far(before: list[FoundHit]) -> None:
    after = diversified(before)
    assert {each.object_id for each in after} == {each.object_id for each in before}
    assert len(after) == len(before)
    for place, each in enumerate(after):
        assert place - int(each.object_id) <= MAX_FALL
    assert after[DIVERSE_WINDOW:] == before[DIVERSE_WINDOW:]
    if before:
        assert after[0] == before[0]


def test_equally_good_hits_of_other_brands_come_between() -> None:
    before = [*(hit(f"a{rank}", 1.0, "a") for rank in range(3)), hit("b", 1.0, "b"), hit("c", 0.99, "c")]
    assert [each.object_id for each in diversified(before)] == ["a0", "b", "c", "a1", "a2"]


def test_a_hit_that_says_much_more_of_the_query_keeps_its_place() -> None:
    before = [hit("a0", 2.0, "a"), hit("a1", 1.9, "a"), hit("b", 1.0, "b")]
    assert diversified(before) == before


def test_hits_without_facets_keep_their_order() -> None:
    before = [FoundHit(str(rank), 1.0, {}, {}) for rank in range(10)]
    assert diversified(before) == before
