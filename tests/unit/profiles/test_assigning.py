"""Lists of shoppers who shall carry a tag."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core.errors import TooLarge, Unavailable
from chalicelib.profiles import (
    Fate,
    RowsUnreadable,
    StaleProfile,
    TagDefinition,
    TagExcluded,
    Tagging,
    TagGroup,
    TagRegistry,
    ValueType,
    assign_rows,
    read_csv_rows,
    read_json_rows,
    starter_tags,
)
from chalicelib.profiles.assigning import MAX_ROWS, RowReport
from tests.support.shoppers import TwinShop, activity

LEVEL = TagDefinition("level", "等级", "level", TagGroup.CONSUMPTION, ValueType.TEXT)
FIRST = TagDefinition("first", "甲", "first", TagGroup.BASIC, exclusive_group="rank", priority=2)
SECOND = replace(FIRST, tag_id="second", priority=1)


class Shop(TwinShop):
    """Tags of its own, and three shoppers."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.registry = TagRegistry([*starter_tags(), LEVEL, FIRST, SECOND])
        self.tagging = Tagging(self.records, self.clock, lambda: self.profiles.shop)
        for name in ("a", "b", "c"):
            self.profiles.project(name, [activity(1)])

    def assign(self, text: str, *, time_for: int = 100, is_dry: bool = False) -> list[RowReport]:
        turns: Iterator[int] = iter(range(1000))

        def assign(shopper_id: str, value: str) -> bool:
            return self.tagging.assign(shopper_id, "level", value, self.registry, is_dry=is_dry)

        return assign_rows(LEVEL, read_csv_rows(text), assign, lambda: next(turns) >= time_for)


def fates(reports: list[RowReport]) -> list[Fate]:
    return [each.fate for each in reports]


def test_what_was_not_reached_in_time_is_said_and_is_done_when_it_is_sent_again() -> None:
    shop, text = Shop(), "shopper,value\na,金\nb,金\nc,金\n"
    assert fates(shop.assign(text, time_for=2)) == [Fate.SET, Fate.SET, Fate.LATER]
    assert fates(shop.assign(text)) == [Fate.UNCHANGED, Fate.UNCHANGED, Fate.SET]


def test_a_dry_run_says_what_the_run_does_and_changes_nothing() -> None:
    shop, text = Shop(), "value,顾客,note\n金,a,x\n银,b\n,c\n金,z\n"
    tried = shop.assign(text, is_dry=True)
    assert not shop.profiles.get("a").has_tag("level")
    assert shop.assign(text) == tried
    assert shop.profiles.get("a").tags["level"].value == "金"


def test_a_busy_store_is_for_later(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop()
    for error in (Unavailable("busy"), StaleProfile("busy")):

        def refuse(*_: object, error: Exception = error, **__: object) -> bool:
            raise error

        monkeypatch.setattr(shop.tagging, "assign", refuse)
        assert fates(shop.assign("shopper,value\na,金\n")) == [Fate.LATER]


def test_of_two_tags_set_by_hand_that_exclude_each_other_the_lesser_is_refused() -> None:
    shop = Shop()
    assert shop.tagging.assign("a", "second", "true", shop.registry)
    assert shop.tagging.assign("a", "first", "true", shop.registry)
    assert set(shop.profiles.get("a").tags) & {"first", "second"} == {"first"}
    with pytest.raises(TagExcluded):
        shop.tagging.assign("a", "second", "true", shop.registry)


@pytest.mark.parametrize("text", ["", "\n", "name\na\n", '"shopper\na'])
def test_a_list_that_names_no_column_of_shoppers_or_is_no_csv_is_refused(text: str) -> None:
    with pytest.raises(RowsUnreadable, match=r"header|line") as refusal:
        read_csv_rows(text)
    assert refusal.value.field == "body"


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    rows = read_csv_rows('shopper,value\n\na,"two\nlines"\nb,x\n')
    assert [(row.shopper_id, row.line) for row in rows] == [("a", 4), ("b", 5)]
    assert [row.line for row in read_json_rows('\n{"shopper": "a"}\n\n{"shopper": "b"}')] == [2, 4]


def test_a_list_is_bounded() -> None:
    text = "shopper\n" + "a\n" * (MAX_ROWS + 1)
    with pytest.raises(TooLarge):
        read_csv_rows(text)
    assert len(read_csv_rows(text, most=None)) == MAX_ROWS + 1


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_and_never_fails(text: str) -> None:
    for row in read_json_rows(text):
        assert row.problem or row.shopper_id
    try:
        read = read_csv_rows("shopper,value\n" + text)
    except RowsUnreadable:
        return
    assert all(row.problem or row.shopper_id for row in read)
