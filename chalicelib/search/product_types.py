"""What a shop sells, learnt from its own titles: words that end as the category of their product does."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from chalicelib.search.text import HAN, fold
from chalicelib.search.words.lexicon import PRAISE

MIN_PRODUCTS = 2
"""A word that one title says may be a slip of it."""
_BETWEEN_NAMES = re.compile("[/、]")
_NOUN = re.compile(rf"[{HAN}]{{2,5}}")


def head_of(word: str) -> str:
    """The last character of a Chinese compound, which says what it is: 裙 of 半身裙. 子 only makes a noun of what stands
    before it."""
    return word.removesuffix("子")[-1:] or word


def product_types(listings: Iterable[tuple[Iterable[str], Sequence[str]]]) -> Mapping[str, str]:
    """Head nouns to the category that they stand in most. A listing is the folded words of a title and the names of its
    categories, the leaf last: 百褶裙 in 半身裙, 保温杯 in 杯子.

    The names above the leaf teach 全自动 as a kind of 运动, and 正品 as one of 食品.
    """
    homes: dict[str, Counter[str]] = {}
    for words, path in listings:
        heads = {head_of(name) for leaf in path[-1:] for name in _BETWEEN_NAMES.split(fold(leaf))}
        for word in set(words) - PRAISE:
            if _NOUN.fullmatch(word) and head_of(word) in heads:
                homes.setdefault(word, Counter())[path[-1]] += 1
    return {word: _most(found) for word, found in sorted(homes.items()) if found.total() >= MIN_PRODUCTS}


def _most(found: Counter[str]) -> str:
    return min(found, key=lambda name: (-found[name], name))
