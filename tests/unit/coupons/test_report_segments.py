"""Which segments a template's report tells apart."""

from collections.abc import Sequence

import pytest

from chalicelib.core.errors import InvalidRequest
from chalicelib.coupons import AmountOff, Terms
from chalicelib.coupons.model import MAX_REPORT_SEGMENTS
from chalicelib.coupons.terms.conditions import Audience
from tests.support.coupons import twenty_off

OLDEST_FIRST = [f"s{number:02d}" for number in range(15)]


def test_all_are_told_while_they_are_few() -> None:
    assert twenty_off().counted_segments(["b", "a"]) == ("b", "a")
    assert twenty_off().counted_segments([]) == ()


def test_of_many_those_of_the_audience_come_first_and_then_the_oldest() -> None:
    terms = Terms("茶友券", AmountOff(2_000), audience=Audience(segments=("s12", "the till's own")))
    assert twenty_off(terms=terms).counted_segments(OLDEST_FIRST) == ("s12", *OLDEST_FIRST[:9])


@pytest.mark.parametrize(("named", "told"), [((), ()), (("s14", "s03"), ("s14", "s03")), (("s14", "gone"), ("s14",))])
def test_what_the_template_names_is_told_if_it_is_there(named: Sequence[str], told: Sequence[str]) -> None:
    assert twenty_off(report_segments=tuple(named)).counted_segments(OLDEST_FIRST) == told


@pytest.mark.parametrize("named", [("a", "a"), tuple(OLDEST_FIRST[: MAX_REPORT_SEGMENTS + 1])])
def test_a_segment_named_twice_or_one_too_many_is_refused(named: tuple[str, ...]) -> None:
    with pytest.raises(InvalidRequest) as refused:
        twenty_off(report_segments=named)
    assert refused.value.field == "report_segments"
