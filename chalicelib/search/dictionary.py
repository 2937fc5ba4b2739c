"""The shop's own words for brands, categories, product types and attributes, learnt from what its index holds.

The dictionary only says what a word is; tokens do not depend on it. It is kept with the index it was learnt from, and a plan
made with it carries its ``version``: an index refuses plans of another one.
"""

import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import msgspec

from chalicelib.core.ids import digest
from chalicelib.search.attribute_words import ATTRIBUTE_WORDS
from chalicelib.search.document import ATTRIBUTE_PREFIX, BRAND, CATEGORY, TAGS
from chalicelib.search.product_types import head_of
from chalicelib.search.synonym_pack import BRANDS, TRADE_WORDS
from chalicelib.search.synonyms import Synonyms
from chalicelib.search.text import fold

BRAND_TAG, CATEGORY_TAG, PRODUCT_TAG = "brand", "category", "product"
_BETWEEN_NAMES = re.compile(r"[/／、|()（）]+")
_NOT_A_NAME = frozenset({"other", "其他", "无", "无品牌", "no brand", "none", "其它"})
MOST_ALIKE = 8
"""Categories proposed for a noun that is none itself."""
MAX_VALUE_CHARACTERS = 12
"""A longer attribute value is a sentence, and no query holds it."""


@dataclass(frozen=True, slots=True)
class PackedDictionary:
    """A dictionary as an index keeps it."""

    version: str
    words: bytes


@dataclass(frozen=True)
class Dictionary:
    """What folded words (without spaces) mean: ``brands`` and ``categories`` to the names they belong to, ``attributes`` to the
    attribute, ``products`` (head nouns) to the category they stand in most. ``aliases`` are rules of ``Synonyms``: the several
    names of one brand. ``named``: the version it was stored under."""

    brands: Mapping[str, str] = field(default_factory=dict)
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    products: Mapping[str, str] = field(default_factory=dict)
    named: str | None = None

    @classmethod
    def learn(
        cls, facets: Iterable[Mapping[str, Sequence[str]]], products: Mapping[str, str] | None = None
    ) -> "Dictionary":
        """A dictionary of the facets of products: ``{"brand": ["Lancôme/兰蔻"], "attributes.材质": ["雪纺"], …}``, and of the
        ``product_types`` of their titles."""
        brands: dict[str, str] = {}
        categories: dict[str, dict[str, None]] = {}
        attributes: dict[str, str] = {}
        aliases: dict[str, None] = {}
        for product in facets:
            for brand in product.get(BRAND, ()):
                names = names_of(brand)
                brands |= dict.fromkeys(names, brand)
                if len(names) > 1:
                    aliases["=".join(names)] = None
            for category in product.get(CATEGORY, ()):
                for name in names_of(category):
                    categories.setdefault(name, {})[category] = None
            attributes |= _values(product)
        found = {name: tuple(each) for name, each in categories.items()}
        return cls(brands, found, attributes, tuple(aliases), products or {})

    @cached_property
    def version(self) -> str:
        """A digest of everything that was learnt."""
        return self.named or digest(msgspec.json.encode(self._words(), order="sorted").decode())[:8]

    def packed(self) -> PackedDictionary:
        """For an index to keep."""
        return PackedDictionary(self.version, zlib.compress(msgspec.json.encode(self._words(), order="sorted"), 6))

    def _words(self) -> Mapping[str, object]:
        return {
            "brands": self.brands,
            "categories": self.categories,
            "attributes": self.attributes,
            "aliases": sorted(self.aliases),
            "products": self.products,
        }

    @cached_property
    def synonyms(self) -> Synonyms:
        """The names of one brand."""
        return Synonyms(self.aliases)

    @cached_property
    def meanings(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """What each word is, as (kind, name): the shop's words before the shipped ones, brands before everything."""
        meanings: dict[str, tuple[tuple[str, str], ...]] = dict(_SHIPPED)
        meanings |= {word: ((PRODUCT_TAG, word),) for word in self.products if word not in _SHIPPED}
        meanings |= {word: (("attribute", name),) for word, name in self.attributes.items() if word not in _SHIPPED}
        for word, names in self.categories.items():
            meanings[word] = tuple((CATEGORY_TAG, name) for name in names)
        return meanings | {word: ((BRAND_TAG, name),) for word, name in self.brands.items()}

    @cached_property
    def _by_head(self) -> Mapping[str, tuple[str, ...]]:
        heads: dict[str, list[str]] = {}
        for word in self.categories:
            heads.setdefault(head_of(word), []).append(word)
        return {head: tuple(words) for head, words in heads.items()}

    def categories_like(self, noun: str) -> tuple[str, ...]:
        """The category that products called ``noun`` stand in most, then those whose word ends as ``noun`` does, the most alike
        first: a 礼服裙 is a kind of 连衣裙, a 七分裤 of 裤子."""
        alike = sorted(self._by_head.get(head_of(noun), ()), key=lambda word: (-len(set(word) & set(noun)), word))
        home = (self.products[noun],) if noun in self.products else ()
        names = dict.fromkeys((*home, *(name for word in alike for name in self.categories[word])))
        return tuple(names)[:MOST_ALIKE]


def unpacked(packed: PackedDictionary | None) -> Dictionary:
    """The dictionary that an index keeps; of an index that keeps none, one that knows nothing."""
    if packed is None:
        return NOTHING_LEARNT
    known = msgspec.convert(msgspec.json.decode(zlib.decompress(packed.words)), Dictionary)
    return replace(known, named=packed.version)


def names_of(name: str) -> list[str]:
    """The folded names in ``Lancôme/兰蔻``, without spaces; none of 其他."""
    parts = (fold(part).replace(" ", "") for part in _BETWEEN_NAMES.split(name))
    return [part for part in dict.fromkeys(parts) if len(part) > 1 and part not in _NOT_A_NAME]


def _values(product: Mapping[str, Sequence[str]]) -> dict[str, str]:
    found = {fold(tag).replace(" ", ""): TAGS for tag in product.get(TAGS, ())}
    for facet, values in product.items():
        if facet.startswith(ATTRIBUTE_PREFIX):
            name = facet.removeprefix(ATTRIBUTE_PREFIX)
            folded = (fold(value).replace(" ", "") for value in values)
            found |= {value: name for value in folded if 1 < len(value) <= MAX_VALUE_CHARACTERS and not value.isdigit()}
    return found


def _terms(rules: str) -> list[str]:
    return [term.strip() for term in re.split("[=>\n]", rules) if term.strip()]


_SHIPPED: Mapping[str, tuple[tuple[str, str], ...]] = {
    **{word: (("attribute", kind),) for kind, words in ATTRIBUTE_WORDS.items() for word in words.split()},
    **{term: ((PRODUCT_TAG, term),) for term in _terms(TRADE_WORDS)},
    **{name: ((BRAND_TAG, name),) for name in _terms(BRANDS)},
}
NOTHING_LEARNT = Dictionary()
