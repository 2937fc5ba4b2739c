"""What every store of tag definitions promises, and the book of tags over it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.dynamodb.tag_definitions import DynamoTagDefinitions
from chalicelib.adapters.memory.tag_definitions import MemoryTagDefinitions
from chalicelib.core.clock import MovableClock
from chalicelib.profiles import StaleTagDefinition, TagDefinition, TagDefinitions, TagGroup, TagUnknown, ValueType
from chalicelib.profiles.tags.book import TagBook, TagExists
from tests.support.shoppers import NOW
from tests.support.stores import Store

TEA = TagDefinition(
    "tea_lover",
    "爱喝茶",
    "tea lover",
    TagGroup.INTEREST,
    ValueType.TEXT,
    {"cases": [{"when": {"likes": {"kind": "category", "words": ["茶"], "at_least": 3}}, "value": "茶友"}]},
    0.7,
    90,
    False,
    "运营 王",
    1,
    "drinks",
    10,
    True,
)


@pytest.fixture
def definitions(store_or_twin: Store | None) -> TagDefinitions:
    if store_or_twin is None:
        return MemoryTagDefinitions()
    return DynamoTagDefinitions(Table(store_or_twin.client, store_or_twin.names.marketing))


def test_a_definition_comes_back_as_it_was_stored(definitions: TagDefinitions) -> None:
    assert definitions.get("tea_lover") is None
    definitions.put(TEA, None)
    plain = TagDefinition("plain_tag", "简单", "plain", TagGroup.BASIC)
    definitions.put(plain, None)
    assert definitions.get("tea_lover") == TEA
    assert list(definitions.all()) == [plain, TEA]


def test_of_two_changes_made_at_once_one_is_refused(definitions: TagDefinitions) -> None:
    definitions.put(TEA, None)
    with pytest.raises(StaleTagDefinition):
        definitions.put(TEA, None)
    second = replace(TEA, name="茶客", version=2)
    definitions.put(second, 1)
    with pytest.raises(StaleTagDefinition):
        definitions.put(replace(TEA, name="茶仙", version=2), 1)
    assert definitions.get("tea_lover") == second


def test_a_definition_is_deleted_at_its_version_only(definitions: TagDefinitions) -> None:
    definitions.put(TEA, None)
    with pytest.raises(StaleTagDefinition):
        definitions.delete("tea_lover", 2)
    definitions.delete("tea_lover", 1)
    assert list(definitions.all()) == []
    with pytest.raises(StaleTagDefinition):
        definitions.delete("tea_lover", 1)


def test_the_book_has_the_shipped_tags_and_the_shops_own_in_their_place(definitions: TagDefinitions) -> None:
    told: list[str] = []
    clock = MovableClock(NOW)
    book = TagBook(definitions, clock, 30, told.append)
    before = len(book.registry().all())
    book.create(TEA)
    with pytest.raises(TagExists):
        book.create(replace(book.get("vip")))
    changed = book.replace(replace(book.get("vip"), name="大客户"), version=1)
    assert (changed.version, book.get("vip").name) == (2, "大客户")
    with pytest.raises(StaleTagDefinition):
        book.replace(changed, version=1)
    with pytest.raises(TagUnknown):
        book.replace(replace(TEA, tag_id="coffee_lover"))
    assert len(book.registry().all()) == before + 1
    assert told == ["tea_lover", "vip"]


def test_a_deleted_tag_of_the_shop_is_gone_and_a_shipped_one_is_switched_off(definitions: TagDefinitions) -> None:
    book = TagBook(definitions, MovableClock(NOW), 30, lambda _: None)
    book.create(TEA)
    book.delete("tea_lover")
    with pytest.raises(TagUnknown):
        book.delete("tea_lover")
    book.delete("dormant")
    assert not book.get("dormant").is_enabled
    book.replace(replace(book.get("dormant"), is_enabled=True))
    assert book.get("dormant").version == 3


def test_another_container_sees_a_change_when_its_cache_is_over(definitions: TagDefinitions) -> None:
    clock = MovableClock(NOW)
    here, there = (TagBook(definitions, clock, 30, lambda _: None) for _ in range(2))
    assert "tea_lover" not in there.registry()
    here.create(TEA)
    assert "tea_lover" in here.registry()
    assert "tea_lover" not in there.registry()
    clock.advance(timedelta(seconds=30))
    assert "tea_lover" in there.registry()
