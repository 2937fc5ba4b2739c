"""Rules before any engine: which fire, what they may say, and who sees a change when."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.adapters.memory.rules import MemoryRuleBook
from chalicelib.core.clock import MovableClock
from chalicelib.core.errors import InvalidRequest, Unavailable
from chalicelib.search import (
    ActionKind,
    Condition,
    Filter,
    Merchandising,
    Operator,
    RuleAction,
    RuleNotFound,
    SearchRequest,
    Trigger,
    TriggerKind,
)
from chalicelib.search.shelf import reworded, shelf_of
from tests.support.rules import hide, pin, rule, synonyms
from tests.support.search import NOW


def fires(trigger: Trigger, query: str, *filters: Filter) -> bool:
    return bool(shelf_of([rule(pin("a", 1), when=trigger)], SearchRequest(query=query, filters=filters), NOW).fired)


def test_a_query_is_compared_as_it_is_searched() -> None:
    exact = Trigger(TriggerKind.EXACT, "連衣裙  Nike")
    assert fires(exact, "连衣裙 ｎｉｋｅ ")
    assert not fires(exact, "连衣裙 nike 红")
    assert fires(Trigger(TriggerKind.CONTAINS, "连衣裙"), "红色連衣裙")
    assert not fires(Trigger(TriggerKind.CONTAINS, "连衣裙"), "裙")
    assert fires(Trigger(TriggerKind.EXACT, ""), " ")


def test_a_category_is_met_by_name_or_whole_path_but_not_when_it_is_excluded_or_one_of_several() -> None:
    tents = Condition("categories.lvl1", Operator.IS, "户外 > 帐篷")
    for value in ("帐篷", "户外 > 帐篷"):
        assert fires(Trigger(TriggerKind.CATEGORY, value), "", Filter((tents,)))
    trigger = Trigger(TriggerKind.CATEGORY, "帐篷")
    assert fires(trigger, "露营", Filter((Condition("category", Operator.IS, "帐篷"),)))
    assert not fires(trigger, "", Filter((replace(tents, is_negated=True),)))
    assert not fires(trigger, "", Filter((tents, Condition("category", Operator.IS, "女装"))))
    assert not fires(trigger, "", Filter((Condition("brand", Operator.IS, "帐篷"),)))


def test_a_rule_holds_from_its_beginning_until_before_its_end_and_while_it_is_switched_on() -> None:
    timed = rule(pin("a", 1), starts_at=NOW, ends_at=NOW + timedelta(hours=1))
    moments = [NOW - timedelta(seconds=1), NOW, NOW + timedelta(minutes=59), NOW + timedelta(hours=1)]
    assert [timed.holds(moment) for moment in moments] == [False, True, True, False]
    assert not replace(timed, is_enabled=False).holds(NOW)


@pytest.mark.parametrize(
    ("query", "words", "one_way", "expected"),
    [
        ("充电宝 大容量", ("充电宝", "移动电源"), False, ["移动电源 大容量"]),
        ("移动电源", ("充电宝", "移动电源"), False, ["充电宝"]),
        ("移动电源", ("充电宝", "移动电源"), True, []),
        ("t恤 男", ("tee", "T恤", "短袖"), False, ["tee 男", "短袖 男"]),
        ("coffee", ("tee", "t恤"), False, []),
        ("纯棉tee", ("tee", "t恤"), False, ["纯棉t恤"]),
        ("洗面奶", ("洗面奶", "洗面乳", "洁面"), True, ["洗面乳", "洁面"]),
        ("红茶", ("充电宝", "移动电源"), False, []),
        (r"a\1b 杯", ("杯", r"\g<0>"), False, [r"a\1b \g<0>"]),
    ],
)
def test_a_synonym_stands_where_the_word_stood(
    query: str, words: tuple[str, ...], one_way: bool, expected: list[str]
) -> None:
    assert reworded(query, synonyms(*words, one_way=one_way)) == expected


def test_the_first_of_several_redirects_decides_and_of_several_pins_of_a_product_the_first_written() -> None:
    first = rule(
        RuleAction(ActionKind.REDIRECT, url="/a"), pin("p", 4), rule_id="z", created_at=NOW - timedelta(days=2)
    )
    second = rule(RuleAction(ActionKind.REDIRECT, url="/b"), pin("p", 1), rule_id="a")
    shelf = shelf_of([second, first], SearchRequest(query="x"), NOW)
    assert shelf.redirect == "/a"
    assert [each.rule_id for each in shelf.fired] == ["z", "a"]


@pytest.mark.parametrize(
    ("actions", "field"),
    [
        ((), "actions"),
        ((pin("a", 0),), "actions[0].position"),
        ((pin("a", 1), pin("", 1)), "actions[1].product_id"),
        ((RuleAction(ActionKind.HIDE),), "actions[0]"),
        ((RuleAction(ActionKind.HIDE, product_id="a", facet="brand", value="b"),), "actions[0]"),
        ((RuleAction(ActionKind.BURY, facet="colour", value="b"),), "actions[0].facet"),
        ((RuleAction(ActionKind.BOOST, product_id="a", factor=0.5),), "actions[0].factor"),
        ((RuleAction(ActionKind.BOOST, product_id="a", factor=float("nan")),), "actions[0].factor"),
        ((RuleAction(ActionKind.REDIRECT, url="javascript:alert(1)"),), "actions[0].url"),
        ((RuleAction(ActionKind.REDIRECT, url="//evil.example"),), "actions[0].url"),
        ((RuleAction(ActionKind.REDIRECT, url="/\\evil.example"),), "actions[0].url"),
        ((synonyms("充电宝"),), "actions[0].words"),
        ((synonyms("充电宝", "充電寶"),), "actions[0].words"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_where_it_goes_wrong(actions: tuple[RuleAction, ...], field: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        rule(*actions)
    assert refused.value.field == field


def test_a_rule_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="ends_at"):
        rule(hide("a"), starts_at=NOW, ends_at=NOW)


def test_a_container_sees_anothers_change_when_its_memory_ends_and_its_own_at_once() -> None:
    book, clock = MemoryRuleBook(), MovableClock(NOW)
    mine, other = Merchandising(book, clock, 5), Merchandising(book, clock, 5)
    assert list(mine.rules()) == list(other.rules()) == []
    mine.create(rule(pin("a", 1)))
    assert (len(mine.rules()), len(other.rules())) == (1, 0)
    clock.advance(timedelta(seconds=5))
    assert len(other.rules()) == 1
    changed = mine.replace(rule(pin("a", 2), created_at=NOW))
    assert (changed.version, changed.created_at) == (2, NOW - timedelta(days=1))
    mine.delete("r1")
    assert list(mine.rules()) == []
    with pytest.raises(RuleNotFound):
        mine.delete("r1")
    with pytest.raises(RuleNotFound):
        mine.replace(rule(pin("a", 2)))


def test_search_goes_on_with_the_rules_it_knows_when_the_book_does_not_answer() -> None:
    class Broken(MemoryRuleBook):
        is_broken = False

        def all(self) -> list:  # type: ignore[type-arg]
            if self.is_broken:
                raise Unavailable("busy")
            return list(super().all())

    book, clock = Broken(), MovableClock(NOW)
    merchandising = Merchandising(book, clock, 5)
    merchandising.create(rule(pin("a", 1)))
    assert len(merchandising.rules()) == 1
    book.is_broken = True
    clock.advance(timedelta(seconds=6))
    assert len(merchandising.rules()) == 1
    assert list(Merchandising(book, clock, 5).rules()) == []
