"""The shop's own words: what its titles, brands and categories say and its shoppers search, with counts.

Spelling, suggestions and the ladder look here and nowhere else: a word that the shop does not have is never proposed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from chalicelib.search.document import BRAND, CATEGORY, SALES, TITLE, Document
from chalicelib.search.text import HAN, fold
from chalicelib.search.words.sounds import sound

MIN_PAIR = 2
"""Neighbouring words that stand together in one title only are chance."""
MIN_NAME = 3
"""Two stray characters that stand together in three titles, and seldom apart, are a name the dictionary does not know."""
MIN_COHESION = 0.3
MAX_WORDS = 60_000
MAX_PHRASES = 10_000
"""The most frequent are kept: a large shop repeats itself."""
_HAN_ONLY = re.compile(rf"[{HAN}]+")
_LETTERS = re.compile(r"[a-z]+")
# Praise and small print of titles; true of everything, so no suggestion is made of them.
_PRAISE = (
    "新款 包邮 正品 官方 旗舰店 旗舰 专柜 同款 网红 爆款 热卖 新品 特价 清仓 促销 秒杀 限时 "
    "优惠 折扣 批发 代购 现货 直营 正版 原装 进口 国产 品牌 大牌 专用 适用 通用 全新 升级 "
    "经典 时尚 潮流 百搭 高档 高端 高级 优质 精品 豪华 实用 多功能 送礼 礼品 男女 通用型 "
    "加厚款 夏季 冬季 春季 秋季 春秋 秋冬 春夏 今年 流行 洋气 ins 淘宝 天猫 京东 旗舰版 "
    "官网 支持 以上 一个 可以 使用 适合 系列 产品 商品 套装 组合 大全 推荐 十大"
)
PRAISE = frozenset(_PRAISE.split())


class Kind(StrEnum):
    """Where a phrase comes from."""

    QUERY = "query"
    CATEGORY = "category"
    BRAND = "brand"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class Listing:
    """What the lexicon learns of one product: folded ``words`` of the title in order, and where it stands in the shop."""

    words: tuple[str, ...]
    brand: str | None = None
    categories: tuple[str, ...] = ()
    sales: int = 0


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something worth suggesting; ``weight`` orders phrases (searches count more than titles)."""

    text: str
    kind: Kind
    weight: float


@dataclass(frozen=True, slots=True)
class Searched:
    """A query of the log that enough shoppers made and that finds something. ``weight`` is its decayed count, ``burst`` how
    much oftener than usual it is searched now (1: as usual)."""

    text: str
    words: tuple[str, ...]
    weight: float
    burst: float = 1.0


@dataclass(frozen=True, slots=True)
class Hot:
    """A query that many search now; ``heat`` orders them."""

    text: str
    heat: float
    burst: float


@dataclass(frozen=True, slots=True)
class Lexicon:
    """``words``: word, or two neighbouring ones, to how many titles and searches hold it. ``phrases``: heaviest first.
    ``sounds``: the syllables of what is Han among both, with spaces between. ``least``: a word must be said this often to be
    proposed instead of another. ``home``: word to the category where it stands most. ``categories``: leaves, by falling sales.
    ``hot``: hottest first."""

    words: Mapping[str, int] = field(default_factory=dict)
    phrases: tuple[Phrase, ...] = ()
    sounds: Mapping[str, str] = field(default_factory=dict)
    least: int = 1
    home: Mapping[str, str] = field(default_factory=dict)
    categories: tuple[tuple[str, int], ...] = ()
    hot: tuple[Hot, ...] = ()


def listing_of(document: Document) -> Listing:
    """What the lexicon learns of an indexed document."""
    return Listing(
        document.views.get(TITLE, ()),
        next(iter(document.facets.get(BRAND, ())), None),
        document.facets.get(CATEGORY, ()),
        document.numbers.get(SALES, 0),
    )


def learn(listings: Iterable[Listing], searched: Sequence[Searched] = ()) -> Lexicon:
    """The lexicon of a shop with ``listings``, whose shoppers ``searched``."""
    learner = _Learner()
    for listing in listings:
        learner.see(listing)
    for each in searched:
        # What nobody sells is searched too: it must not be suggested.
        if learner.says(each.words):
            learner.hear(each)
    return learner.lexicon()


class _Learner:
    def __init__(self) -> None:
        self._words: Counter[str] = Counter()
        self._pairs: Counter[str] = Counter()
        self._phrasal: set[str] = set()
        self._shown: dict[str, str] = {}
        self._brands: Counter[str] = Counter()
        self._leaves: Counter[str] = Counter()
        self._sales: Counter[str] = Counter()
        self._homes: dict[str, Counter[str]] = {}
        self._searched: dict[str, Searched] = {}
        self._listings = 0

    def see(self, listing: Listing) -> None:
        self._listings += 1
        words = set(listing.words)
        self._words.update(words)
        self._pairs.update(set(_pairs(listing.words)))
        self._phrasal.update(_pairs(listing.words, 2))
        leaf = listing.categories[-1] if listing.categories else None
        if listing.brand:
            self._brands.update(_names(listing.brand))
        if leaf:
            self._leaves[leaf] += 1
            self._sales[leaf] += listing.sales
            for word in words:
                self._homes.setdefault(word, Counter())[leaf] += 1

    def says(self, words: Sequence[str]) -> bool:
        """Whether the titles seen so far say each of ``words``."""
        return bool(words) and all(self._words[word] for word in words)

    def hear(self, searched: Searched) -> None:
        count = max(1, round(searched.weight))
        self._words.update(dict.fromkeys((*searched.words, *_pairs(searched.words)), count))
        self._searched[searched.text] = searched

    def lexicon(self) -> Lexicon:
        words = Counter(self._words)
        words.update({pair: count for pair, count in self._pairs.items() if self._is_phrase(pair, count)})
        for name, count in (*self._brands.items(), *((fold(leaf), seen) for leaf, seen in self._leaves.items())):
            words[name] = max(words[name], count)
        kept, phrases = dict(words.most_common(MAX_WORDS)), self._phrases()
        least = min(MOST_LEAST, 1 + self._listings // LISTINGS_PER_LEAST)
        heard = {word for word, count in kept.items() if count >= least} | {each.text for each in phrases}
        return Lexicon(
            words=kept,
            phrases=phrases,
            sounds={text: " ".join(sound(text)) for text in sorted(heard) if _is_heard(text)},
            least=least,
            home={word: homes.most_common(1)[0][0] for word, homes in self._homes.items() if word in kept},
            categories=tuple(sorted(self._sales.items(), key=lambda each: (-each[1], each[0]))),
            hot=self._hot(),
        )

    def _hot(self) -> tuple[Hot, ...]:
        found = (Hot(each.text, round(each.weight * each.burst, 3), each.burst) for each in self._searched.values())
        return tuple(sorted(found, key=lambda each: (-each.heat, each.text))[:MAX_HOT])

    def _is_phrase(self, pair: str, count: int) -> bool:
        if len(pair) > 2:
            return count >= MIN_PAIR
        return count >= max(MIN_NAME, MIN_COHESION * min(self._words[pair[0]], self._words[pair[1]]))

    def _phrases(self) -> tuple[Phrase, ...]:
        found: dict[str, Phrase] = {}
        for text, each in self._searched.items():
            found[text] = Phrase(text, Kind.QUERY, QUERY_WEIGHT * each.weight)
        for kind, texts in (
            (Kind.CATEGORY, self._leaves),
            (Kind.BRAND, self._brands),
            (Kind.PRODUCT, self._products()),
        ):
            for text, count in texts.items():
                name = fold(text).strip()
                if name and len(name) <= MAX_PHRASE_CHARACTERS:
                    found.setdefault(name, Phrase(name, kind, count * _KIND_WEIGHT[kind]))
        ranked = sorted(found.values(), key=lambda each: (-each.weight, each.text))
        return tuple(ranked[:MAX_PHRASES])

    def _products(self) -> Mapping[str, int]:
        least = 1 if self._listings < SMALL_SHOP else MIN_PAIR
        singles = {word: count for word, count in self._words.items() if count >= least and is_telling(word)}
        pairs = {pair: self._pairs[pair] for pair in self._phrasal if self._pairs[pair] >= least}
        return {**singles, **pairs}


MAX_HOT = 50
MOST_LEAST = 3
LISTINGS_PER_LEAST = 2_000
"""In a shop of thousands of titles a word said once is a slip of whoever wrote it; a small shop says most words once."""
SMALL_SHOP = 1_000
"""Below as many products every word of a title is worth suggesting."""
QUERY_WEIGHT = 10.0
"""One shopper's search says more about what is searched than one title does."""
_KIND_WEIGHT: Mapping[Kind, float] = {Kind.CATEGORY: 3.0, Kind.BRAND: 2.0, Kind.PRODUCT: 1.0}
MAX_PHRASE_CHARACTERS = 20


def _is_heard(text: str) -> bool:
    return len(text) > 1 and _HAN_ONLY.search(text) is not None


def is_telling(word: str) -> bool:
    """Whether ``word`` may be suggested by itself: two Han characters or three letters at least, and no mere praise."""
    if word in PRAISE:
        return False
    return len(word) >= 2 if _HAN_ONLY.fullmatch(word) else len(word) >= 3 and _LETTERS.fullmatch(word) is not None


def _pairs(words: Sequence[str], shortest: int = 1) -> Iterable[str]:
    """Neighbouring words as one: both Han, no mere praise, and of ``shortest`` characters at least."""
    for first, second in pairwise(words):
        if first != second and min(len(first), len(second)) >= shortest and _is_plain(first) and _is_plain(second):
            yield first + second


def _is_plain(word: str) -> bool:
    return word not in PRAISE and _HAN_ONLY.fullmatch(word) is not None


def _names(brand: str) -> Iterable[str]:
    """The spellings of a brand: ``Mori/森屿`` is searched as either."""
    return (name for part in brand.split("/") if (name := fold(part).strip()))
