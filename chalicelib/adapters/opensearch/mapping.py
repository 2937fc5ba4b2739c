"""How a document lies in OpenSearch: core analyzers only, nothing dynamic, tokens exactly as ``search`` made them."""

from collections.abc import Mapping
from typing import Any

import msgspec

from chalicelib.adapters.opensearch import items, meanings
from chalicelib.core.ids import digest
from chalicelib.search import (
    ATTRIBUTE_PREFIX,
    BM25_B,
    BM25_K1,
    NUMBERS,
    PLAIN_FACETS,
    PRESENCE_VIEWS,
    SCORED_VIEWS,
    Analysed,
    Document,
)

WORD_JOINT = "\u200b"
"""Between the tokens of a view: unlike a space it cannot be part of what a shopper types, folding removes it."""
PAIR_JOINT = "\u001f"
WORDING = "wording"
"""The digest of what the views were made from."""
BLOCK = "block"
ATTRIBUTES = "attributes"
"""Attributes are keywords ``name U+001F value`` in one field: new names need no new mapping, and unlike nested documents
they are counted without a join."""
_TOMBSTONE_LIFE = "24h"
"""How long a deletion's revision is remembered: as long as a stream may repeat an older record."""


def index_body(analysis: str) -> dict[str, Any]:
    """Settings and mappings of a new index; ``_meta`` says what it was made for, so that a later version notices."""
    body = _layout()
    body["mappings"]["_meta"] = {"analysis": analysis, "layout": layout_digest()}
    return body


def layout_digest() -> str:
    """Changes whenever settings or mappings do."""
    return digest(msgspec.json.encode(_layout(), order="sorted").decode())[:12]


def _layout() -> dict[str, Any]:
    # One shard: scores depend on the shard, and a shop fits into one.
    return {
        "settings": {
            "number_of_shards": 1,
            "number_of_replicas": 0,
            "auto_expand_replicas": "0-1",
            "gc_deletes": _TOMBSTONE_LIFE,
            "similarity": {"default": {"type": "BM25", "k1": BM25_K1, "b": BM25_B}},
            "analysis": {
                "tokenizer": {"joint": {"type": "char_group", "tokenize_on_chars": [WORD_JOINT]}},
                "analyzer": {"tokens": {"type": "custom", "tokenizer": "joint"}},
            },
        },
        "mappings": {
            "dynamic": "strict",
            # Views are half of a document's size, and no search reads them: they are stored apart from what it reads.
            "_source": {"excludes": ["views", WORDING, BLOCK]},
            "properties": {
                "hit": {"type": "object", "enabled": False},
                "stored_facets": {"type": "object", "enabled": False},
                meanings.FIELD: meanings.MAPPING,
                items.FIELD: items.MAPPING,
                "views": {"properties": _views()},
                WORDING: {"type": "keyword", "index": False, "doc_values": False, "store": True},
                BLOCK: {"type": "keyword", "index": False},
                "facets": {"properties": _facets()},
                "numbers": {"properties": {name: {"type": "long"} for name in NUMBERS}},
            },
        },
    }


def _views() -> dict[str, Any]:
    scored = {"type": "text", "analyzer": "tokens", "store": True}
    presence = {**scored, "index_options": "docs", "norms": False}
    return dict.fromkeys(SCORED_VIEWS, scored) | dict.fromkeys(PRESENCE_VIEWS, presence)


def _facets() -> dict[str, Any]:
    properties: dict[str, Any] = {ATTRIBUTES: {"type": "keyword"}}
    for name in PLAIN_FACETS:
        place = properties
        *parents, last = name.split(".")
        for parent in parents:
            place = place.setdefault(parent, {"properties": {}})["properties"]
        place[last] = {"type": "keyword"}
    return properties


def facet_place(name: str) -> tuple[str, str]:
    """The field of a facet, and what stands before its values there."""
    if name.startswith(ATTRIBUTE_PREFIX):
        return f"facets.{ATTRIBUTES}", name.removeprefix(ATTRIBUTE_PREFIX) + PAIR_JOINT
    return f"facets.{name}", ""


STORED = (WORDING, *(f"views.{name}" for name in (*SCORED_VIEWS, *PRESENCE_VIEWS)))
"""The fields that are read back to spare an analysis."""


def read_analysed(found: Mapping[str, Any]) -> Analysed:
    """The analysis in a document that was got with its ``STORED`` fields and, in its source, its vector."""
    fields = dict(found["fields"])
    (wording,) = fields.pop(WORDING)
    views = {name.removeprefix("views."): tuple(text.split(WORD_JOINT)) for name, (text,) in fields.items()}
    return Analysed(wording, views, meanings.read(found.get("_source", {})))


def source_of(document: Document) -> dict[str, Any]:
    """A document as it is sent."""
    plain = {name: list(values) for name, values in document.facets.items() if not name.startswith(ATTRIBUTE_PREFIX)}
    pairs = [
        facet_place(name)[1] + value
        for name, values in document.facets.items()
        if name.startswith(ATTRIBUTE_PREFIX)
        for value in values
    ]
    return {
        "hit": document.hit,
        "stored_facets": document.facets,
        "views": {name: WORD_JOINT.join(tokens) for name, tokens in document.views.items()},
        "facets": {**plain, ATTRIBUTES: pairs},
        "numbers": dict(document.numbers),
        WORDING: document.wording,
        BLOCK: document.block,
        **items.stored(document),
        **meanings.stored(document.meaning),
    }
