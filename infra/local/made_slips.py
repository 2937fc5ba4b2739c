"""Slips made on purpose, one to a word: every kind that did-you-mean claims to read."""

import random
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from chalicelib.search.words.keystrokes import MIN_LETTERS
from chalicelib.search.words.slips import LOOK_ALIKE, NEIGHBOURS, shifted
from chalicelib.search.words.sounds import fuzzy, sound, typed

Slip = Callable[[str, random.Random], str | None]
"""A word with one slip in it; None when the word offers no place for it."""


@cache
def _everyday() -> Mapping[str, str]:
    """The 3,755 characters of GB 2312's first level, which people type, with their syllables."""
    codes = (bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    characters = (code.decode("gb2312", errors="ignore") for code in codes)
    return {character: sound(character)[0] for character in characters if character}


def _replaced(word: str, others_of: Callable[[str], Sequence[str]], chance: random.Random) -> str | None:
    places = [at for at, character in enumerate(word) if others_of(character)]
    if not places:
        return None
    at = chance.choice(places)
    return word[:at] + chance.choice(others_of(word[at])) + word[at + 1 :]


@cache
def _alike(character: str) -> Sequence[str]:
    heard = sound(character)[0]
    return [other for other, syllable in _everyday().items() if syllable == heard and other != character]


@cache
def _regional(character: str) -> Sequence[str]:
    heard = sound(character)
    return [
        other for other, syllable in _everyday().items() if syllable != heard[0] and fuzzy((syllable,)) == fuzzy(heard)
    ]


def _homophone(word: str, chance: random.Random) -> str | None:
    return _replaced(word, _alike, chance)


def _regional_sound(word: str, chance: random.Random) -> str | None:
    return _replaced(word, _regional, chance)


def _look_alike(word: str, chance: random.Random) -> str | None:
    return _replaced(word, lambda character: sorted(LOOK_ALIKE.get(character, ())), chance)


def _changed_over(word: str, chance: random.Random) -> str | None:
    at = chance.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _left_out(word: str, chance: random.Random) -> str | None:
    at = chance.randrange(len(word))
    return word[:at] + word[at + 1 :] if len(word) > 3 else None


def _left_out_of_three(word: str, chance: random.Random) -> str | None:
    # Without its last character a word is half typed, and that is what suggestions are for.
    return word[:1] + word[2:] if len(word) == 3 else None


def _twice(word: str, chance: random.Random) -> str | None:
    at = chance.randrange(len(word))
    return word[:at] + word[at] + word[at:]


def _half_typed(word: str, chance: random.Random) -> str | None:
    return typed(sound(word))[:-1]


def _beside(word: str, chance: random.Random) -> str | None:
    return _replaced(typed(sound(word)), lambda letter: NEIGHBOURS[letter], chance)


def _hand_moved(word: str, chance: random.Random) -> str | None:
    letters = typed(sound(word))
    # A key at the edge has nothing beside it.
    whole = [
        moved for moved in shifted(letters) if all(one != other for one, other in zip(moved, letters, strict=True))
    ]
    return chance.choice(whole) if whole else None


def _mixed_initials(word: str, chance: random.Random) -> str | None:
    syllables = list(sound(word))
    whole = chance.randrange(len(syllables))
    letters = "".join(each if at == whole else each[0] for at, each in enumerate(syllables))
    return letters if len(letters) >= MIN_LETTERS else None


def _han_and_pinyin(word: str, chance: random.Random) -> str | None:
    at = chance.randrange(len(word))
    return word[:at] + sound(word)[at] + word[at + 1 :]


def _han_and_initials(word: str, chance: random.Random) -> str | None:
    at = chance.randrange(1, len(word) - 1)
    return word[:at] + "".join(each[0] for each in sound(word)[at:])


KINDS: Mapping[str, Slip] = {
    "one character is a homophone": _homophone,
    "one sounds alike regionally": _regional_sound,
    "one looks alike": _look_alike,
    "two neighbours changed over": _changed_over,
    "one left out, of 4 or more": _left_out,
    "the middle one left out, of 3": _left_out_of_three,
    "one twice": _twice,
    "pinyin without its last letter": _half_typed,
    "pinyin with a neighbouring key": _beside,
    "pinyin, the hand one key off": _hand_moved,
    "one syllable whole, else initials": _mixed_initials,
    "one character as pinyin": _han_and_pinyin,
    "the end as initials": _han_and_initials,
}
