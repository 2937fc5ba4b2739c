"""What a query says, before any engine is asked; every step is kept for the answer's trace."""

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from chalicelib.search.dictionary import CATEGORY_TAG, NOTHING_LEARNT, Dictionary
from chalicelib.search.synonyms import MOST_WORDINGS, longest_runs, shipped_synonyms
from chalicelib.search.text import Analyser, Kind, Views, fold, pieces
from chalicelib.search.wishes import PriceWish, negations, price_wish, shop_words

MAX_QUERY_TOKENS = 64
"""Distinct tokens of each view that count: Lucene refuses queries of over 1,024 clauses, and no shopper types as many."""

_LATIN_QUERY = re.compile(r"[a-z][a-z0-9 '’\-]*")
_BETWEEN_SYLLABLES = re.compile(r"[ '’\-]+")
MIN_LATIN_KEY = 2
MAX_TERM_CHARACTERS = 8
"""The longest name looked for inside a query."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A part of the query and what it is: ``kind`` is brand, category, attribute, quantity, model, negated or price, ``name``
    which one (the brand, the category, the attribute's name, the price level)."""

    kind: str
    text: str
    name: str


@dataclass(frozen=True, slots=True)
class Wording:
    """Another way to say the query, as tokens."""

    text: str
    words: tuple[str, ...]
    characters: tuple[str, ...]
    bigrams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Understood:
    """The distinct tokens of a query by view. ``latin_keys`` are what pinyin is compared with: none unless the query is
    Latin; the first one is the whole query in one word. ``wordings`` say the same in synonyms; ``tags`` are its parts."""

    query: str
    folded: str
    analysis: str
    words: tuple[str, ...]
    characters: tuple[str, ...]
    bigrams: tuple[str, ...]
    codes: tuple[str, ...]
    latin_keys: tuple[str, ...]
    grams: tuple[str, ...] = ()
    wordings: tuple[Wording, ...] = ()
    tags: tuple[Tag, ...] = ()
    price: PriceWish | None = None
    left_out: tuple[str, ...] = ()
    dictionary: str = NOTHING_LEARNT.version

    @property
    def alike(self) -> tuple[str, ...]:
        """What the other wordings say instead, in one piece each: 充电宝 for 移动电源, not 充电 and 宝."""
        pieces = (
            "".join(words)
            for said in self.wordings
            for is_new, words in groupby(said.words, lambda word: word not in self.words)
            if is_new
        )
        return tuple(dict.fromkeys(pieces))

    @property
    def learnt(self) -> str | None:
        """The version of the learnt words that this understanding is bound to; None when there were none."""
        return None if self.dictionary == NOTHING_LEARNT.version else self.dictionary

    def trace(self) -> Mapping[str, Any]:
        """The steps, for the answer."""
        price = self.price
        return {
            "query": self.query,
            "folded": self.folded,
            "left_out": self.left_out,
            "words": self.words,
            "codes": self.codes,
            "pinyin": self.latin_keys,
            "synonyms": [wording.text for wording in self.wordings],
            "tags": [{"kind": tag.kind, "text": tag.text, "name": tag.name} for tag in self.tags],
            "price": {"level": price.level, "numericFilters": price.numeric_filters()} if price else None,
            "analysis": self.analysis,
            "dictionary": self.dictionary,
        }


def understand(query: str, analyser: Analyser, dictionary: Dictionary = NOTHING_LEARNT) -> Understood:
    """``query`` as tokens. A query of nothing but punctuation has none and is treated as an empty one."""
    folded = fold(query).strip()
    price, rest = price_wish(folded)
    left_out, rest = shop_words(rest)
    views = analyser.views(rest)
    words = _distinct(views.words)
    return Understood(
        query=query,
        folded=folded,
        analysis=analyser.signature,
        words=words,
        characters=_distinct(views.characters),
        bigrams=_distinct(views.bigrams),
        codes=_distinct(views.codes),
        latin_keys=_latin_keys(folded),
        grams=_distinct(views.grams),
        wordings=_wordings(rest, views, analyser, dictionary),
        tags=(*_tags(rest, views, dictionary), *_price_tags(price, folded)),
        price=price,
        left_out=left_out,
        dictionary=dictionary.version,
    )


def _wordings(text: str, views: Views, analyser: Analyser, dictionary: Dictionary) -> tuple[Wording, ...]:
    words = views.words[:MAX_QUERY_TOKENS]
    said = [*dictionary.synonyms.wordings(words), *shipped_synonyms().wordings(words)]
    # Titles say 无酒精 as often as 不含酒精.
    said += [re.sub(f"(?:不含|不带|不要){re.escape(what)}", f"无{what}", text) for what in negations(text)]
    return tuple(_wording(each, analyser.views(each)) for each in list(dict.fromkeys(said))[:MOST_WORDINGS])


def _wording(text: str, views: Views) -> Wording:
    return Wording(text, _distinct(views.words), _distinct(views.characters), _distinct(views.bigrams))


def _tags(text: str, views: Views, dictionary: Dictionary) -> Iterable[Tag]:
    for what in negations(text):
        yield Tag("negated", what, what)
    for piece in pieces(text):
        if piece.kind in (Kind.QUANTITY, Kind.COUNT):
            yield Tag("quantity", piece.text, piece.token)
        elif piece.kind is Kind.CODE:
            yield Tag("model", piece.text, piece.token)
    yield from _word_tags(views.words[:MAX_QUERY_TOKENS], dictionary)


def _word_tags(words: Sequence[str], dictionary: Dictionary) -> Iterable[Tag]:
    # 儿童玩具 is one word to a segmenter; what it is made of is looked for inside. One character means something only alone.
    parts = [part for word in words for part in ([word] if word.isascii() else word)]
    runs = longest_runs(parts, dictionary.meanings, MAX_TERM_CHARACTERS)
    terms = [term for first, after, term in runs if after - first > 1 or term in words]
    found = [Tag(kind, term, name) for term in terms for kind, name in dictionary.meanings[term]]
    yield from dict.fromkeys(found)
    noun = next((tag.text for tag in reversed(found) if tag.kind == "product"), None)
    if noun is None:
        noun = _product_noun(words, {tag.text for tag in found if tag.kind != CATEGORY_TAG})
        if noun and not any(tag.text == noun for tag in found):
            yield Tag("product", noun, noun)
    if noun and not any(tag.kind == CATEGORY_TAG for tag in found):
        yield from (Tag(CATEGORY_TAG, noun, name) for name in dictionary.categories_like(noun))


def _product_noun(words: Sequence[str], said: Container[str]) -> str | None:
    """The last thing named that is no brand and no attribute: 礼服裙 of 白色礼服裙. A single character is the end of
    what stands before it."""
    for at in range(len(words) - 1, -1, -1):
        word = words[at]
        if word in said or word.isascii() or word[:1].isdigit():
            continue
        if len(word) > 1:
            return word
        if at and words[at - 1] not in said and not words[at - 1].isascii():
            return words[at - 1] + word
    return None


def _price_tags(price: PriceWish | None, folded: str) -> Iterable[Tag]:
    if price:
        yield Tag("price", folded, price.level or " ".join(price.numeric_filters()))


def _latin_keys(folded: str) -> tuple[str, ...]:
    if not _LATIN_QUERY.fullmatch(folded):
        return ()
    parts = [part for part in _BETWEEN_SYLLABLES.split(folded) if len(part) >= MIN_LATIN_KEY]
    whole = _BETWEEN_SYLLABLES.sub("", folded)
    return _distinct((whole, *parts)) if len(whole) >= MIN_LATIN_KEY else ()


def _distinct(tokens: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tokens))[:MAX_QUERY_TOKENS]
