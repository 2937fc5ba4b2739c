"""One form for what shoppers see as the same: NFKC, lower case, no accents, Traditional to Simplified. Display text is kept
as it is."""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache

# U+200B joins words in the index; it, and what cannot be written as UTF-8, must not come from outside.
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]")
_UNWANTED = re.compile("[\u200b\u200c\u200d\ufeff\ud800-\udfff]")
_ACCENTED = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")
_ACCENTS = re.compile("[\u0300-\u036f]")


@cache
def _to_simplified() -> Callable[[str], str]:
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC("t2s").convert
    return convert


def _normal(text: str) -> str:
    composed = unicodedata.normalize("NFKC", _UNWANTED.sub("", text)).lower()
    return _BLANK.sub(" ", _ACCENTED.sub(_bare, composed))


@lru_cache(maxsize=8_192)
def _normal_character(character: str) -> str:
    return _normal(character)


def _bare(letter: re.Match[str]) -> str:
    """lancôme is typed lancome. Letters of their own (ø, ß) stay."""
    return _ACCENTS.sub("", unicodedata.normalize("NFD", letter[0]))


def fold(text: str) -> str:
    """``text`` as it is compared: ``ＳＫ－ＩＩ 連衣裙`` is ``sk-ii 连衣裙``, ``Lancôme`` is ``lancome``."""
    return _to_simplified()(_normal(text))


def fold_characters(text: str) -> tuple[str, list[int]]:
    """``fold(text)`` with, for each of its characters, the position in ``text`` it came from; for highlighting.

    Characters are normalised one by one, so a mark that combines with the letter before it stays a mark here.
    """
    characters = [_normal_character(character) for character in text]
    normal = "".join(characters)
    origins = list(range(len(text)))
    if any(len(character) != 1 for character in characters):
        origins = [position for position, character in enumerate(characters) for _ in character]
    simplified = _to_simplified()(normal)
    # OpenCC replaces a phrase by another of the same length; should a dictionary ever not, highlight without folding.
    return (simplified if len(simplified) == len(normal) else normal), origins
