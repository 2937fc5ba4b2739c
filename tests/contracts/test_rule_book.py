"""What a rule book promises, kept by the twin, by moto and by DynamoDB Local alike."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.adapters.dynamodb.rules import DynamoRuleBook
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.memory.rules import MemoryRuleBook
from chalicelib.search import ActionKind, Rule, RuleAction, RuleBook, RuleChanged, RuleExists, Trigger, TriggerKind
from tests.support.rules import pin, rule, synonyms
from tests.support.search import NOW
from tests.support.stores import Store


@pytest.fixture
def book(store_or_twin: Store | None) -> RuleBook:
    if store_or_twin is None:
        return MemoryRuleBook()
    return DynamoRuleBook(Table(store_or_twin.client, store_or_twin.names.marketing))


def full() -> Rule:
    boost = RuleAction(ActionKind.BOOST, facet="attributes.材质", value="棉", factor=1.5)
    redirect = RuleAction(ActionKind.REDIRECT, url="https://shop.example/双十一")
    return rule(
        pin("p1", 1),
        boost,
        redirect,
        synonyms("充电宝", "移动电源", one_way=True),
        rule_id="a",
        name="双十一会场",
        when=Trigger(TriggerKind.CONTAINS, "双十一"),
        starts_at=NOW,
        ends_at=NOW + timedelta(days=3),
    )


def test_a_rule_comes_back_as_it_was_written(book: RuleBook) -> None:
    book.create(full())
    assert book.get("a") == full()
    assert book.get("b") is None
    assert list(book.all()) == [full()]


def test_an_id_is_used_once(book: RuleBook) -> None:
    book.create(full())
    with pytest.raises(RuleExists):
        book.create(full())


def test_of_two_changes_made_at_once_one_is_refused(book: RuleBook) -> None:
    book.create(full())
    changed = replace(full(), name="会场二", version=2)
    book.replace(changed)
    with pytest.raises(RuleChanged):
        book.replace(replace(full(), name="会场三", version=2))
    assert book.get("a") == changed


def test_a_rule_nobody_wrote_cannot_be_replaced(book: RuleBook) -> None:
    with pytest.raises(RuleChanged):
        book.replace(replace(full(), version=2))


def test_a_removed_rule_is_gone(book: RuleBook) -> None:
    book.create(full())
    assert book.delete("a")
    assert not book.delete("a")
    assert list(book.all()) == []


def test_pages_hold_every_rule_once_by_id(book: RuleBook) -> None:
    for name in ("c", "a", "b"):
        book.create(replace(full(), rule_id=name))
    first, cursor = book.list(2)
    rest, end = book.list(2, cursor)
    assert [each.rule_id for each in (*first, *rest)] == ["a", "b", "c"]
    assert end is None


def test_many_rules_are_stored_and_removed_together(book: RuleBook) -> None:
    book.create(full())
    many = [replace(full(), rule_id=f"m{number}", version=3) for number in range(12)]
    book.put_many([*many, replace(full(), name="另一")])
    assert [each.rule_id for each in book.all()] == ["a", *sorted(each.rule_id for each in many)]
    assert book.all()[0].name == "另一"
    book.delete_many(["a", "没有", *(each.rule_id for each in many[1:])])
    assert list(book.all()) == many[:1]
