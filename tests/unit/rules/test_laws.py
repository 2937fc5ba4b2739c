"""What holds for any rule and anybody."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.profiles import VOCABULARY, ShopperSubject
from chalicelib.rules import parse
from tests.support.judging import LEAVES, RULES, subjects
from tests.support.shoppers import NOW

MS = timedelta(milliseconds=1)
LAW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def outcome(rule: Any, subject: ShopperSubject, now: datetime = NOW) -> tuple[bool, datetime | None]:
    return parse(rule, VOCABULARY).outcome(subject, now)


@given(RULES, subjects())
@LAW
def test_what_is_not_so_is_so_no_more_at_the_same_instant(rule: Any, subject: ShopperSubject) -> None:
    is_true, flips_at = outcome(rule, subject)
    assert outcome({"not": rule}, subject) == (not is_true, flips_at)
    assert outcome({"not": {"not": rule}}, subject) == (is_true, flips_at)


@given(RULES, RULES, subjects())
@LAW
def test_not_both_is_one_not(one: Any, other: Any, subject: ShopperSubject) -> None:
    assert outcome({"not": {"all": [one, other]}}, subject) == outcome({"any": [{"not": one}, {"not": other}]}, subject)
    assert outcome({"not": {"any": [one, other]}}, subject) == outcome({"all": [{"not": one}, {"not": other}]}, subject)


@given(RULES, RULES, subjects())
@LAW
def test_the_order_of_parts_does_not_matter(one: Any, other: Any, subject: ShopperSubject) -> None:
    for name in ("all", "any"):
        assert outcome({name: [one, other]}, subject) == outcome({name: [other, one]}, subject)


@given(RULES, subjects(), st.lists(st.floats(0, 1), min_size=1, max_size=8))
@settings(LAW, max_examples=60)
def test_nothing_turns_before_it_is_said_to(rule: Any, subject: ShopperSubject, shares: list[float]) -> None:
    is_true, flips_at = outcome(rule, subject)
    assert flips_at is None or flips_at > NOW
    stands_for = (flips_at - MS if flips_at else NOW + timedelta(days=1500)) - NOW
    for share in (*shares, 1.0):
        assert outcome(rule, subject, NOW + stands_for * share)[0] == is_true


@given(LEAVES.filter(lambda rule: not {"has", "is", "favourite"} & rule.keys()), subjects())
@settings(LAW, max_examples=60)
def test_a_single_comparison_turns_at_the_very_instant(rule: Any, subject: ShopperSubject) -> None:
    is_true, flips_at = outcome(rule, subject)
    if flips_at is not None:
        assert outcome(rule, subject, flips_at - MS)[0] == is_true
        assert outcome(rule, subject, flips_at)[0] != is_true


@given(RULES, subjects())
@LAW
def test_who_asks_again_whenever_it_may_turn_is_never_wrong(rule: Any, subject: ShopperSubject) -> None:
    compiled, at, asked = parse(rule, VOCABULARY), NOW, 0
    while asked < 50:
        is_true, flips_at = compiled.outcome(subject, at)
        if flips_at is None or flips_at > NOW + timedelta(days=800):
            break
        assert compiled.outcome(subject, flips_at - MS)[0] == is_true
        at, asked = flips_at, asked + 1
    assert at == NOW or compiled.outcome(subject, at)[1] != at


@given(RULES, subjects())
@LAW
def test_the_reasons_say_what_the_verdict_says(rule: Any, subject: ShopperSubject) -> None:
    verdict = parse(rule, VOCABULARY).judge(subject, NOW)
    assert verdict.why.is_true == verdict.is_true == outcome(rule, subject)[0]
    assert verdict.flips_at == outcome(rule, subject)[1]
