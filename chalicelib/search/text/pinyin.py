"""What a shopper types without an input method: ``lianyiqun`` and ``lyq`` for 连衣裙.

Only Latin queries look here. Han queries never match homophones by it: Meilisearch shipped that and withdrew it.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from chalicelib.search.text.protected import HAN, MAX_TOKEN_CHARACTERS

MIN_INITIALS = 3
"""Shorter initials mean too much: ``ml`` would be 美丽, ``nv`` anything."""
_HAN_ONLY = re.compile(rf"[{HAN}]+")


def latin_keys(words: Sequence[str]) -> tuple[str, ...]:
    """Full pinyin and initials of each Han word, and of each two neighbouring ones (蓝牙 耳机: lanyaerji, lyej)."""
    keys: list[str] = []
    before: tuple[str, ...] = ()
    for word in words:
        syllables = _syllables(word)
        for sound in (syllables, before + syllables if before and syllables else ()):
            if len(sound) > 1:
                keys.append("".join(sound)[:MAX_TOKEN_CHARACTERS])
            if len(sound) >= MIN_INITIALS:
                keys.append("".join(syllable[0] for syllable in sound)[:MAX_TOKEN_CHARACTERS])
        before = syllables
    return tuple(dict.fromkeys(keys))


@lru_cache(maxsize=65_536)
def _syllables(word: str) -> tuple[str, ...]:
    if not _HAN_ONLY.fullmatch(word):
        return ()
    from pypinyin import Style, lazy_pinyin

    # 女 is typed nv.
    found: list[str] = lazy_pinyin(word, style=Style.NORMAL, errors="ignore", v_to_u=False)
    return tuple(found)


def sound_spans(text: str, key: str) -> list[tuple[int, int]]:
    """Where folded ``text`` has Han characters whose full pinyin, or whose initials, are ``key``."""
    spans = []
    for run in _HAN_ONLY.finditer(text):
        syllables = _syllables(run[0])
        # A character without a known sound shifts all others.
        if len(syllables) == len(run[0]):
            spans += [(run.start() + at, run.start() + end) for at, end in _sounding(syllables, key)]
    return spans


def _sounding(syllables: Sequence[str], key: str) -> Iterator[tuple[int, int]]:
    initials = "".join(syllable[0] for syllable in syllables)
    for at in range(len(syllables)):
        if len(key) >= MIN_INITIALS and initials.startswith(key, at):
            yield at, at + len(key)
        sound = ""
        for end in range(at, len(syllables)):
            sound += syllables[end]
            if sound == key:
                yield at, end + 1
            if not key.startswith(sound):
                break
