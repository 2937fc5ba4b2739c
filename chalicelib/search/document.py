"""A product as an index holds it, whichever engine that is: what clients see, tokens, facets and numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.catalog import LEVEL_SEPARATOR, Product, Sku, sizes_in_stock
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.money import price_band, to_yuan
from chalicelib.search.analysed import Analysed, wording_of
from chalicelib.search.blocks import block_name
from chalicelib.search.text import Analyser, Views, latin_keys

TITLE, CHARACTERS, BIGRAMS = "title", "uni", "bi"
NAMES, DETAILS, PRESENT, RECALL, PINYIN, CODES = "names", "details", "present", "recall", "pinyin", "codes"
GRAMS = "grams"
SCORED_VIEWS = (TITLE, CHARACTERS, BIGRAMS, GRAMS, NAMES, DETAILS, PINYIN)
PRESENCE_VIEWS = (PRESENT, RECALL, CODES)
"""Views that say only whether a token stands in the product: no counts, no lengths, no score."""

BRAND, TAGS, PRICE_BAND, CATEGORY = "brand", "tags", "price_band", "category"
CATEGORY_LEVELS = ("categories.lvl0", "categories.lvl1", "categories.lvl2")
OBJECT_ID = "objectID"
ATTRIBUTE_PREFIX = "attributes."
SIZES = "sizes"
"""The sizes that can be bought now, in forms that can be compared (``鞋 42``)."""
GROUP, LISTING = "group", "listing"
"""Only on products that are listed several times: the group, and that a listing does not lead it."""
DUPLICATE = "duplicate"
DUPLICATE_FACTOR = 0.8
"""Of the score of a listing that does not lead its item, when items are searched: the lead stands for the item, unless it does
not pass the filters or another fits the query clearly better (its title says a word that the lead's does not)."""
PLAIN_FACETS = (OBJECT_ID, BRAND, *CATEGORY_LEVELS, TAGS, PRICE_BAND, CATEGORY, SIZES, GROUP, LISTING)

PRICE, LIST_PRICE, SALES, STOCK, CREATED = "price", "list_price", "sales_30d", "stock", "created_at"
NUMBERS = (PRICE, LIST_PRICE, SALES, STOCK, CREATED)
MONEY = (PRICE, LIST_PRICE)

MAX_FACET_CHARACTERS = 256
"""A longer value is shown but cannot be filtered by: nobody clicks on it, and engines refuse very long keywords."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A title's vector as signed bytes: ``values`` x ``scale`` has length 1. Vectors of two encoders cannot be compared."""

    encoder: str
    values: bytes
    scale: float


@dataclass(frozen=True, slots=True)
class Document:
    """``hit`` is what clients get; ``views`` are tokens by view; ``facets`` values by facet; ``numbers`` in fen and epoch
    seconds, left out when unknown. ``analysis`` names the segmenter and rules the tokens come from, ``wording`` digests the
    texts as well."""

    object_id: str
    revision: int
    analysis: str
    hit: Mapping[str, Any]
    views: Mapping[str, tuple[str, ...]]
    facets: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, int]
    meaning: Meaning | None = None
    wording: str = ""
    block: str | None = None


class _Listed(Protocol):
    @property
    def object_id(self) -> str: ...

    @property
    def facets(self) -> Mapping[str, tuple[str, ...]]: ...


def item_of(listed: _Listed) -> str:
    """The item that a document or hit is a listing of: its group's name, or its own id when it is listed once."""
    return listed.facets.get(GROUP, (listed.object_id,))[0]


def document_of(product: Product, revision: int, analyser: Analyser, known: Analysed | None = None) -> Document:
    """``product`` as a document; not analysed again when ``known`` is of the same words."""
    facets = _facets(product)
    wording = wording_of(product, analyser.signature)
    kept = known if known is not None and known.wording == wording else None
    return Document(
        object_id=product.product_id,
        revision=revision,
        analysis=analyser.signature,
        hit=_hit(product, facets),
        views=kept.views if kept else _views(product, analyser),
        facets=facets,
        numbers=_numbers(product),
        meaning=kept.meaning if kept else None,
        wording=wording,
        block=block_name(product),
    )


def hit_of(product: Product) -> Mapping[str, Any]:
    """What clients see of ``product``."""
    return _hit(product, _facets(product))


def filtered_by(product: Product) -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, int]]:
    """What filters see of ``product``: its facets and its numbers."""
    return _facets(product), _numbers(product)


def title_document(object_id: str, title: str, analyser: Analyser) -> Document:
    """A document of a title alone, for judging relevance on corpora that have nothing else."""
    return document_of(Product(product_id=object_id, title=title, price=None), 1, analyser)


def _levels(product: Product) -> dict[str, str]:
    path = product.category_path
    return {name: LEVEL_SEPARATOR.join(path[: depth + 1]) for depth, name in enumerate(CATEGORY_LEVELS[: len(path)])}


def _facets(product: Product) -> dict[str, tuple[str, ...]]:
    values: dict[str, Iterable[str]] = {
        OBJECT_ID: (product.product_id,),
        BRAND: (product.brand,) if product.brand else (),
        TAGS: product.tags,
        PRICE_BAND: () if product.price is None else (price_band(product.price),),
        CATEGORY: product.category_path,
        SIZES: sizes_in_stock(product),
        **{name: (path,) for name, path in _levels(product).items()},
        **{ATTRIBUTE_PREFIX + name: named for name, named in _attributes(product).items()},
    }
    kept = {name: _fit(each) for name, each in values.items() if len(name) <= MAX_FACET_CHARACTERS}
    return {name: fit for name, fit in kept.items() if fit}


def _attributes(product: Product) -> dict[str, tuple[str, ...]]:
    """What may be chosen of ``product`` by name, that of its variants too: 颜色 and 尺码 stand only there in most shops. Sold-out
    variants count, as they are shown; ``SIZES`` says what can be bought."""
    named = dict(product.attributes)
    for sku in product.skus:
        for name, value in sku.attributes.items():
            known = named.get(name, ())
            if value not in known:
                named[name] = (*known, value)
    return named


def _fit(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value and len(value) <= MAX_FACET_CHARACTERS))


def _numbers(product: Product) -> dict[str, int]:
    numbers = {
        PRICE: product.price,
        LIST_PRICE: product.list_price,
        SALES: product.sales_30d,
        STOCK: product.stock,
        CREATED: int(product.created_at.timestamp()) if product.created_at else None,
    }
    return {name: number for name, number in numbers.items() if number is not None}


def _hit(product: Product, facets: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    return {
        OBJECT_ID: product.product_id,
        "title": product.title,
        "brief": product.brief,
        "brand": product.brand,
        "category": product.category_path[-1] if product.category_path else None,
        "categories": {name.partition(".")[2]: path for name, path in _levels(product).items()},
        "price": in_yuan(product.price),
        "list_price": in_yuan(product.list_price),
        "currency": product.currency,
        "price_band": next(iter(facets.get(PRICE_BAND, ())), None),
        "image": product.image,
        "url": product.url,
        "sales_30d": product.sales_30d,
        "stock": product.stock,
        "tags": list(product.tags),
        "attributes": {name: list(values) for name, values in product.attributes.items()},
        "created_at": to_rfc3339(product.created_at) if product.created_at else None,
        "skus": [_sku(sku) for sku in product.skus],
    }


def _sku(sku: Sku) -> dict[str, Any]:
    return {
        "id": sku.sku_id,
        "price": in_yuan(sku.price),
        "stock": sku.stock,
        "attributes": dict(sku.attributes),
        "image": sku.image,
    }


def in_yuan(fen: int | None) -> float | int | None:
    """An amount as clients see it."""
    if fen is None:
        return None
    yuan = to_yuan(fen)
    return int(yuan) if yuan.is_integer() else yuan


def _views(product: Product, analyser: Analyser) -> dict[str, tuple[str, ...]]:
    title = analyser.views(product.title)
    names = [analyser.views(name) for name in (product.brand or "", *product.category_path, *product.tags) if name]
    values = [value for each in product.attributes.values() for value in each]
    details = [analyser.views(text) for text in (*values, product.brief or "") if text]
    name_characters = _joined(each.characters for each in names)
    views = {
        TITLE: title.words,
        CHARACTERS: title.characters,
        BIGRAMS: title.bigrams,
        GRAMS: _joined(each.grams for each in (title, *names)),
        NAMES: name_characters,
        DETAILS: _joined(each.characters for each in details),
        PRESENT: _distinct([title.characters, name_characters]),
        RECALL: _distinct(each.lattice for each in (title, *names, *details)),
        CODES: _distinct(each.code_forms for each in (title, *names, *details)),
        PINYIN: _keys(title, names),
    }
    return {name: tokens for name, tokens in views.items() if tokens}


def _keys(title: Views, names: Iterable[Views]) -> tuple[str, ...]:
    return _distinct(latin_keys(each.words) for each in (title, *names))


def _joined(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(token for part in parts for token in part)


def _distinct(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_joined(parts)))
