from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.profiles import BY_HAND, Tag, TagGroup, Tally
from chalicelib.profiles.tags.tallies import MAX_VALUES, most_frequent, tallied
from tests.support.shoppers import NOW


def tag(value: str = "true", days: float = 0, rule: str = "r") -> Tag:
    return Tag("t", value, rule, 1, 1.0, NOW - timedelta(days=days), TagGroup.BASIC)


def tally(*tags: Tag) -> Tally:
    found: dict[str, Tally] = {}
    for each in tags:
        found = tallied(found, {each.tag_id: each}, NOW)
    return found["t"]


def test_carriers_are_counted_by_value_hand_and_age() -> None:
    counted = tally(tag("金", 0.5), tag("银", 1), tag("金", 29, BY_HAND), tag("金", 90), tag("铜", -1))
    assert (counted.carriers, counted.by_hand) == (5, 1)
    assert most_frequent(counted.values) == {"金": 3, "银": 1, "铜": 1}
    assert counted.ages_in_words == {
        "under_1d": 2,
        "under_7d": 1,
        "under_30d": 1,
        "under_90d": 0,
        "90d_or_more": 1,
    }
    assert counted.fresh_share == 0.8
    assert Tally().fresh_share == 0


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.floats(0, 400)), min_size=1, max_size=80))
def test_no_carrier_is_lost_however_many_values_there_are(carriers: list[tuple[int, float]]) -> None:
    counted = tally(*(tag(str(value), days) for value, days in carriers))
    assert counted.carriers == len(carriers) == sum(counted.ages)
    assert sum(counted.values.values()) + counted.other_values == len(carriers)
    assert len(counted.values) <= MAX_VALUES
