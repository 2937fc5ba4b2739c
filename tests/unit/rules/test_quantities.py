"""Numbers say to the millisecond when time carries them over a bound: each is compared with a walk through the days."""

from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.profiles import VOCABULARY, ShopperSubject
from chalicelib.rules import DailyCounts, DaysSince, Quantity, Range, Within, parse_value
from chalicelib.rules.calendar import DaysToAnniversary, YearsSince
from tests.support.judging import TODAY, ZONE, drawn_subject
from tests.support.shoppers import NOW

DAY = timedelta(days=1)
MS = timedelta(milliseconds=1)
LAW = settings(max_examples=40, deadline=None)
SIDES = st.sampled_from(["low", "high", "both"])


def ranges(most: int) -> st.SearchStrategy[Range]:
    """Ranges of whole and broken numbers, with and without their bounds."""
    bound = st.integers(0, most) | st.integers(0, 2 * most).map(lambda twice: twice / 2)
    flag = st.booleans()
    return (
        st.builds(Range, low=bound, has_low=flag)
        | st.builds(Range, high=bound, has_high=flag)
        | st.tuples(bound, bound).map(lambda both: Range(min(both), max(both)))
    )


def assert_turns_when_it_says(quantity: Quantity, wanted: Range, days: int) -> None:
    """A walk in steps of six hours finds the same first turn."""
    is_true, flips_at = quantity.judge(NOW, wanted)
    assert is_true == wanted.has(quantity.at(NOW))
    steps = (NOW + number * DAY / 4 for number in range(1, 4 * days))
    turned = next((step for step in steps if wanted.has(quantity.at(step)) != is_true), None)
    if turned is None:
        assert flips_at is None or flips_at > NOW + (days - 1) * DAY
        return
    assert flips_at is not None
    assert turned - DAY / 4 < flips_at <= turned
    assert wanted.has(quantity.at(flips_at - MS)) == is_true != wanted.has(quantity.at(flips_at))


@given(st.integers(-3, 40), ranges(45))
@LAW
def test_days_since(days_ago: int, wanted: Range) -> None:
    assert_turns_when_it_says(DaysSince(NOW - days_ago * DAY - timedelta(hours=5)), wanted, 60)


@given(
    st.dictionaries(st.integers(TODAY - 20, TODAY + 2), st.integers(-2, 9), max_size=6), st.integers(1, 15), ranges(20)
)
@LAW
def test_counts_of_days(counts: dict[int, int], days: int, wanted: Range) -> None:
    assert_turns_when_it_says(Within(DailyCounts(counts, ZONE), days), wanted, 30)


@given(st.dates(date(1925, 1, 1), date(2026, 11, 22)), ranges(100))
@LAW
def test_ages(born: date, wanted: Range) -> None:
    quantity = YearsSince(born, ZONE)
    is_true, flips_at = quantity.judge(NOW, wanted)
    if flips_at is not None:
        assert wanted.has(quantity.at(flips_at - MS)) == is_true != wanted.has(quantity.at(flips_at))
    turns = (wanted.has(quantity.at(NOW + years * 365 * DAY)) != is_true for years in range(1, 110))
    assert (flips_at is not None) or not any(turns)


@given(st.dates(date(1992, 1, 1), date(1992, 12, 31)), ranges(366))
@LAW
def test_birthdays(born: date, wanted: Range) -> None:
    assert_turns_when_it_says(DaysToAnniversary(born, ZONE), wanted, 800)


def test_who_was_born_on_29_february_is_older_on_the_first_of_march() -> None:
    quantity = YearsSince(date(2004, 2, 29), ZONE)
    _, flips_at = quantity.judge(NOW, Range(low=23))
    assert flips_at is not None
    assert flips_at.astimezone(ZONE).date() == date(2027, 3, 1)


def somebody() -> tuple[ShopperSubject, datetime]:
    """Someone of a city who was seen, and when."""
    known = (each for each in map(drawn_subject, range(50)) if each.traits.get("city"))
    return next((each, seen) for each in known if (seen := each.profile.recency.last_seen))


def test_a_value_stands_only_as_long_as_no_earlier_case_comes_true() -> None:
    cases = [
        {"when": {"last_did": {"event": "seen", "before_days": 30}}, "value": "久未到访"},
        {"when": {"last_did": {"event": "seen", "within_days": 90}}, "value": "近期到访"},
    ]
    subject, last_seen = somebody()
    rule = parse_value({"cases": cases}, VOCABULARY)
    assert rule.outcome(subject, last_seen + DAY) == ("近期到访", last_seen + 30 * DAY)
    assert rule.outcome(subject, last_seen + 30 * DAY)[0] == "久未到访"


def test_a_fact_is_said_only_while_its_condition_holds() -> None:
    rule = {"value_of": "trait.city", "when": {"last_did": {"event": "seen", "within_days": 3}}}
    subject, last_seen = somebody()
    compiled = parse_value(rule, VOCABULARY)
    assert compiled.outcome(subject, last_seen) == (subject.traits.get("city"), last_seen + 3 * DAY)
    assert compiled.outcome(subject, last_seen + 3 * DAY) == (None, None)
    why = compiled.explain(subject, last_seen + 3 * DAY)
    assert (why.is_true, why.found, [part.is_true for part in why.parts]) == (
        False,
        subject.traits.get("city"),
        [False],
    )
