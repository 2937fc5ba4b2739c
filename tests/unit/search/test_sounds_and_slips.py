"""Fuzzy pinyin, look-alikes and slips of the finger."""

import pytest

from chalicelib.search.words.slips import LOOK_ALIKE, NEIGHBOURS, adjacent, one_edit, slips
from chalicelib.search.words.sounds import fuzzy, initials, sound, typed


@pytest.mark.parametrize(
    ("one", "other"),
    [("牛奶", "流来"), ("知识", "姿势"), ("精心", "金星"), ("飞机", "灰机"), ("风扇", "轰散"), ("上床", "桑船")],
)
def test_what_many_speakers_say_alike_has_one_fuzzy_sound(one: str, other: str) -> None:
    assert fuzzy(sound(one)) == fuzzy(sound(other))


def test_different_words_keep_different_fuzzy_sounds() -> None:
    assert fuzzy(sound("连衣裙")) != fuzzy(sound("连体裤"))


def test_latin_and_digits_sound_as_they_are_written() -> None:
    assert sound("手机壳loopy5") == ("shou", "ji", "ke", "loopy5")
    assert (typed(sound("连衣裙")), initials(sound("连衣裙"))) == ("lianyiqun", "lyq")


@pytest.mark.parametrize(
    ("wrong", "right", "edit"),
    [
        ("耳挖勺", "挖耳勺", "swap"),
        ("田玉", "和田玉", "missing"),
        ("注射注器", "注射器", "extra"),
        ("寸衫", "衬衫", "change"),
        ("连衣裙", "连衣裙", None),
        ("连衣裙", "裤子", None),
        ("连衣", "连衣裙长", None),
    ],
)
def test_one_edit_is_named(wrong: str, right: str, edit: str | None) -> None:
    assert one_edit(wrong, right) == edit


def test_look_alikes_and_neighbouring_keys_go_both_ways() -> None:
    assert "衬" in LOOK_ALIKE["寸"]
    assert "寸" in LOOK_ALIKE["衬"]
    assert "裙" not in LOOK_ALIKE["寸"]
    assert all(adjacent(other, key) for key, others in NEIGHBOURS.items() for other in others)


def test_every_single_slip_of_a_finger_is_thought_of() -> None:
    meant = set(slips("lianyiwun"))
    assert {"lianyiqun", "lianyiwn", "lianyiuwn", "lianyiwuna"[:-1] + "n"} & meant
    assert "lianyiqun" in meant
    assert "lianyuqun" not in meant
