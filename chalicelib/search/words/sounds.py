"""How words sound to someone who types them: toneless pinyin, and what regional speech and hurry make of it."""

import re
from functools import lru_cache

from chalicelib.search.text import HAN

_HAN_RUN = re.compile(rf"[{HAN}]+")
_PARTS = re.compile(rf"[{HAN}]+|[a-z0-9]+")
_INITIAL = re.compile(r"^(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(.*)$")
# n/l, the flat and the curled tongue: one sound in much of the south.
_INITIALS = {"zh": "z", "ch": "c", "sh": "s", "n": "l", "f": "h"}
_FINALS = {"ing": "in", "eng": "en", "ang": "an", "iang": "ian", "uang": "uan", "v": "u", "ve": "ue"}
# f before these is spoken as hu in the south-east: fei is hui, feng is hong.
_F_FINALS = {"a": "ua", "an": "uan", "ei": "ui", "en": "un", "o": "uo", "eng": "ong"}
MAX_SOUND_CHARACTERS = 24


def sound(text: str) -> tuple[str, ...]:
    """The syllables of folded ``text``; Latin and digits stand for themselves (``手机壳loopy``: shou ji ke loopy)."""
    return _sound(text) if len(text) <= MAX_SOUND_CHARACTERS else ()


@lru_cache(maxsize=65_536)
def _sound(text: str) -> tuple[str, ...]:
    return tuple(syllable for part in _PARTS.findall(text) for syllable in _syllables(part))


def _syllables(part: str) -> list[str]:
    if not _HAN_RUN.fullmatch(part):
        return [part]
    from pypinyin.core import Pinyin

    # Stretches of one query share their characters and phrases: each is spoken once.
    return [syllable for phrase in Pinyin().seg(part) for syllable in _spoken(phrase)]


@lru_cache(maxsize=16_384)
def _spoken(phrase: str) -> list[str]:
    from pypinyin import Style, lazy_pinyin

    # 女 is typed nv.
    found: list[str] = lazy_pinyin([phrase], style=Style.NORMAL, errors="ignore", v_to_u=False)
    return found


@lru_cache(maxsize=16_384)
def fuzzy(syllables: tuple[str, ...]) -> tuple[str, ...]:
    """``syllables`` without the differences that many speakers do not make: lan and nan, zi and zhi, jin and jing."""
    return tuple(_fuzzy(each) for each in syllables)


@lru_cache(maxsize=4_096)
def _fuzzy(syllable: str) -> str:
    found = _INITIAL.match(syllable)
    if found is None or not found[2] or not found[2].isalpha():
        return syllable
    initial, final = found[1] or "", found[2]
    if initial == "f":
        final = _F_FINALS.get(final, final)
    final = _FINALS.get(final, final)
    return _INITIALS.get(initial, initial) + final


def typed(syllables: tuple[str, ...]) -> str:
    """The letters that someone types for ``syllables``."""
    return "".join(syllables)


def initials(syllables: tuple[str, ...]) -> str:
    """The first letters of ``syllables``; Latin and digits whole."""
    return "".join(each[0] if each.isalpha() else each for each in syllables)
