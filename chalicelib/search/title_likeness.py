"""Whether two titles name one item: how much they say alike, and what keeps them apart whatever else they say.

Kept apart: other numbers (8+128GB is not 8+256GB); contrary words (男 and 女, 大号 and 小号, Pro and Pro Max); titles built alike
with another word in one place (the variants of a design, 实木蛋卷桌 and 实木折叠桌); clothes, shoes and jewellery of which each
title says something of its own, since there a design is the item and designs are described by the same words.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from chalicelib.search.text import fold

SAME_ITEM = 0.25
"""Jaccard of title bigrams. On 125 labelled pairs .2 names 24 right of 26, .25 21 of 23, .3 16 of 17, .4 14 of 15: precision
hardly depends on it, so it stays above the lowest that holds. One of the two wrong pairs is two equal titles."""
SAME_DESIGN = 0.55
"""The same for fashion, where one title must hold all characters of the other too."""
SHARED_FRAME = 0.1
"""Share of the shorter title that stands at the beginning and the end of both: above, what is between them decides. Of the 319
pairs of one brand, category and price band among the demo shop's 416 products, no two the same, 110 are .25 alike by their titles
alone; 1 is left at .1, 6 at .2, and none when attributes are looked at. A right pair more would be named at .2."""

SAME_LINE = 0.4
"""The same for cosmetics: a brand praises all its lines in the same words. At .25 24 of 26 pairs are named, but of those lines
of one brand that 17,628 other titles hold most between .25 and .4 are two."""

_FASHION = re.compile("[裙鞋靴衫裤恤袍]|[上大风毛卫棉内睡]衣|外套|[件风]套装|[女男春夏秋冬西]装|背心|戒指|吊坠|项链")
_COSMETICS = re.compile("[霜膏露蜜]|乳液|精华|面膜|洁面|洗面奶|[肤爽妆卸]水|护肤|化妆|粉底|口红|唇釉|身体乳")
_CONTRARY = tuple(
    re.compile("|".join(words.split()))
    for words in (
        "男 女",
        "大号 中号 小号 特大号 加大号",
        "单人 双人 三人 四人",
        "单件 [两二]件套 三件套 四件套 五件套 六件套 七件套",
        "[黑白红蓝绿黄粉紫灰棕金银]色",
        "滋润型 清爽型 丰润型 水润型",
        "浅烘 中烘 中深烘 深烘",
        "pro max plus mini ultra lite air",
    )
)
_LETTERS = re.compile(r"[^\w]+|_")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Wording:
    """What is compared of a title. ``letters``: without spaces and marks; ``bigrams``: every two that are neighbours."""

    letters: str
    numbers: frozenset[str]
    bigrams: frozenset[str]
    contrary: tuple[frozenset[str], ...]

    @property
    def is_fashion(self) -> bool:
        return _FASHION.search(self.letters) is not None

    @property
    def is_cosmetic(self) -> bool:
        return _COSMETICS.search(self.letters) is not None


@lru_cache(maxsize=16_384)
def wording_of_title(title: str) -> Wording:
    """``title`` for comparison."""
    text = fold(title)
    letters = _LETTERS.sub("", text)
    bigrams = frozenset(letters[at : at + 2] for at in range(len(letters) - 1)) or frozenset((letters,))
    contrary = tuple(frozenset(each.findall(text)) for each in _CONTRARY)
    return Wording(letters, frozenset(_NUMBER.findall(text)), bigrams, contrary)


def likeness(one: str, other: str) -> float:
    """The Jaccard of two titles' bigrams, 0 where something keeps them apart. One item from ``SAME_ITEM`` on."""
    return likeness_of(wording_of_title(one), wording_of_title(other))


def likeness_of(one: Wording, other: Wording) -> float:
    """``likeness`` of two titles read already."""
    if one.numbers != other.numbers or _contradict(one, other):
        return 0.0
    shared = len(one.bigrams & other.bigrams)
    alike = shared / (len(one.bigrams) + len(other.bigrams) - shared)
    if _is_variant(one.letters, other.letters):
        return 0.0
    if one.is_cosmetic and other.is_cosmetic and alike < SAME_LINE:
        return 0.0
    if one.is_fashion and other.is_fashion and (alike < SAME_DESIGN or not _one_holds_all(one.letters, other.letters)):
        return 0.0
    return alike


def _contradict(one: Wording, other: Wording) -> bool:
    *kinds, models = zip(one.contrary, other.contrary, strict=True)
    # 男女 says both; a model without Pro is another than with it, but who does not say for whom it is leaves it open.
    return models[0] != models[1] or any(mine and yours and mine.isdisjoint(yours) for mine, yours in kinds)


def _one_holds_all(one: str, other: str) -> bool:
    return set(one) <= set(other) or set(other) <= set(one)


def _is_variant(one: str, other: str) -> bool:
    """Whether both begin or end alike and say something of their own between."""
    shorter = min(len(one), len(other))
    before = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    after = next((at for at in range(shorter - before) if one[-1 - at] != other[-1 - at]), shorter - before)
    if before + after < SHARED_FRAME * shorter:
        return False
    own, others = one[before : len(one) - after], other[before : len(other) - after]
    return bool(set(own) - set(other)) and bool(set(others) - set(one))
