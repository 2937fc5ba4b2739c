from datetime import timedelta
from math import isclose

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.profiles.affinity import MAX_NAME_BYTES, MOST_KEPT, Affinities, Kind
from tests.support.shoppers import NOW

LESSON = st.tuples(
    st.sampled_from(["露营", "咖啡", "护肤"]), st.sampled_from([1.0, 2.0, 3.0, 5.0]), st.integers(0, 120 * 24)
)


def learnt(lessons: list[tuple[str, float, int]]) -> Affinities:
    """What ``lessons`` (name, weight, hours ago) teach in that order."""
    affinities = Affinities()
    for name, weight, hours in lessons:
        affinities = affinities.plus([(Kind.CATEGORY, name, weight)], NOW - timedelta(hours=hours))
    return affinities


def test_an_event_just_now_weighs_its_weight() -> None:
    assert isclose(learnt([("露营", 3.0, 0)]).weights(Kind.CATEGORY, NOW)["露营"], 3.0, rel_tol=1e-4)


def test_a_weight_halves_every_thirty_days() -> None:
    later = NOW + timedelta(days=60)
    assert isclose(learnt([("露营", 5.0, 0)]).weights(Kind.CATEGORY, later)["露营"], 1.25, rel_tol=1e-4)


def test_a_size_halves_in_a_year() -> None:
    affinities = Affinities().plus([(Kind.SIZE, "鞋 42", 10.0), (Kind.BRAND, "踏川", 10.0)], NOW)
    later = NOW + timedelta(days=365)
    assert isclose(affinities.weights(Kind.SIZE, later)["鞋 42"], 5.0, rel_tol=1e-4)
    assert affinities.weights(Kind.BRAND, later)["踏川"] < 0.01


@given(st.lists(LESSON, max_size=30))
def test_weights_are_the_sums_of_decayed_events_whatever_their_order(lessons: list[tuple[str, float, int]]) -> None:
    expected: dict[str, float] = {}
    for name, weight, hours in lessons:
        expected[name] = expected.get(name, 0.0) + weight * 0.5 ** (hours / 24 / 30)
    for order in (lessons, lessons[::-1]):
        weights = learnt(order).weights(Kind.CATEGORY, NOW)
        assert weights.keys() == expected.keys()
        assert all(isclose(weights[name], expected[name], rel_tol=2e-3) for name in expected)


def test_only_the_heaviest_names_are_kept() -> None:
    affinities = Affinities()
    for position in range(40):
        affinities = affinities.plus([(Kind.BRAND, f"品牌{position:02d}", 1.0 + position)], NOW)
    kept = affinities.weights(Kind.BRAND, NOW)
    assert list(kept) == [f"品牌{position}" for position in (39, 38, 37, 36, 35)]
    assert len(kept) == MOST_KEPT[Kind.BRAND]


def test_a_name_too_long_for_the_profile_is_not_learnt() -> None:
    affinities = Affinities().plus([(Kind.BRAND, "长" * (MAX_NAME_BYTES // 3 + 1), 1.0)], NOW)
    assert affinities.weights(Kind.BRAND, NOW) == {}


def test_an_event_of_long_ago_leads_to_no_number_too_small_to_write() -> None:
    affinities = learnt([("露营", 1.0, 24 * 3650)])
    assert 0 <= affinities.weights(Kind.CATEGORY, NOW)["露营"] < 1e-9
