"""What a hit shows of itself: the attributes asked for, highlights, snippets, how it was ranked."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from chalicelib.api.search_shapes import Asked, Names, names_of
from chalicelib.core.errors import InvalidRequest
from chalicelib.search import OBJECT_ID, Explanation, Highlight, MatchLevel, Wanted, highlight, snippet

SEARCHABLE = ("title", "brand", "brief", "category", "categories", "tags")
"""Highlighted unless somebody asks for others."""
EVERY = "*"
DEFAULT_TAGS = ("<em>", "</em>")
DEFAULT_ELLIPSIS = "…"
DEFAULT_SNIPPET_WORDS = 10
_SNIPPED = re.compile(r"(.+?)(?::([0-9]{1,4}))?")

Hit = Mapping[str, Any]
Mark = Callable[[str], Mapping[str, Any]]
"""A text with what is to be said of it, as the answer has it."""


def shown_hits(hits: Iterable[Hit], asked: Asked, wanted: Wanted) -> list[dict[str, Any]]:
    """Hits as the caller asked for them. What is the same for all of them is read once."""
    shape = asked.shape
    pick, highlighted, snipped = _picker(shape.attributes_to_retrieve), _highlights(asked, wanted), None
    if shape.attributes_to_snippet:
        snipped = _snippets(asked, wanted)
    shown = []
    for hit in hits:
        one = pick(hit)
        one["_highlightResult"] = highlighted(hit)
        if snipped and (snippets := snipped(hit)) is not None:
            one["_snippetResult"] = snippets
        shown.append(one)
    return shown


def retrieved(hit: Hit, given: Names) -> dict[str, Any]:
    """The attributes that were asked for: all, those named (``categories.lvl0`` too), or all but those after a ``-``.
    The object's id always comes along."""
    return _picker(given)(hit)


def _picker(given: Names) -> Callable[[Hit], dict[str, Any]]:
    names = names_of(given)
    kept = tuple(name for name in names if not name.startswith("-"))
    left_out = {name[1:] for name in names if name.startswith("-")}
    if given is None or EVERY in kept or (left_out and not kept):
        if not left_out:
            return dict
        return lambda hit: {name: value for name, value in hit.items() if name not in left_out}
    return lambda hit: _picked(hit, kept)


def _picked(hit: Hit, kept: Iterable[str]) -> dict[str, Any]:
    found: dict[str, Any] = {OBJECT_ID: hit[OBJECT_ID]}
    for name in kept:
        parent, dot, child = name.partition(".")
        if name in hit:
            found[name] = hit[name]
        elif dot and isinstance(hit.get(parent), Mapping) and child in hit[parent]:
            found.setdefault(parent, {})
            if isinstance(found[parent], dict):
                found[parent] = {**found[parent], child: hit[parent][child]}
    return found


def ranking_info(explanation: Explanation, marked: Highlight) -> dict[str, Any]:
    """Algolia's ``_rankingInfo``; what only its own ranking has is 0. ``score`` and ``factor`` are ours."""
    return {
        "score": round(explanation.score, 6),
        "factor": round(explanation.factor, 4),
        "words": len(marked.matched_words),
        "nbExactWords": len(marked.matched_words),
        "nbTypos": 0,
        "firstMatchedWord": 0,
        "proximityDistance": 0,
        "userScore": 0,
        "geoDistance": 0,
        "geoPrecision": 0,
        "filters": 0,
    }


def tags_of(asked: Asked) -> tuple[str, str]:
    """The caller's highlight tags, as they are."""
    before, after = asked.shape.highlight_pre_tag, asked.shape.highlight_post_tag
    return (DEFAULT_TAGS[0] if before is None else before, DEFAULT_TAGS[1] if after is None else after)


def snippet_sizes(hit: Mapping[str, Any], given: Names) -> dict[str, int]:
    """The attributes to cut and to how many words: ``brief:20``, ``*``. Raises ``InvalidRequest``."""
    sizes = {}
    for text in names_of(given):
        found = _SNIPPED.fullmatch(text)
        if found is None:
            raise InvalidRequest(f"must look like brief:20, not {text[:60]!r}", field="attributesToSnippet")
        size = int(found[2]) if found[2] else DEFAULT_SNIPPET_WORDS
        for name in _texts(hit) if found[1] == EVERY else (found[1],):
            sizes[name] = max(1, size)
    return sizes


def _highlights(asked: Asked, wanted: Wanted) -> Callable[[Hit], dict[str, Any]]:
    """``_highlightResult`` of a hit."""
    given, (before, after), only_matches = asked.shape.attributes_to_highlight, tags_of(asked), _only_matches(asked)
    names = SEARCHABLE if given is None else names_of(given)

    def mark(text: str) -> Mapping[str, Any]:
        return _highlight_shape(highlight(text, wanted, before, after))

    marks = dict.fromkeys(names, mark)
    if EVERY not in names:
        return lambda hit: _marked(hit, marks, only_matches)
    return lambda hit: _marked(hit, dict.fromkeys(_texts(hit), mark), only_matches)


def _snippets(asked: Asked, wanted: Wanted) -> Callable[[Hit], dict[str, Any] | None]:
    """``_snippetResult`` of a hit; None where nothing is to be cut."""
    shape, (before, after), only_matches = asked.shape, tags_of(asked), _only_matches(asked)
    ellipsis = DEFAULT_ELLIPSIS if shape.snippet_ellipsis_text is None else shape.snippet_ellipsis_text

    def cutter(size: int) -> Mark:
        return lambda text: _snippet_shape(snippet(text, wanted, before, after, size, ellipsis))

    def snipped(hit: Hit) -> dict[str, Any] | None:
        sizes = snippet_sizes(hit, shape.attributes_to_snippet)
        return _marked(hit, {name: cutter(size) for name, size in sizes.items()}, only_matches) if sizes else None

    return snipped


def _texts(hit: Hit) -> Iterable[str]:
    shown = ("title", "brand", "brief", "category", "categories", "tags", "attributes")
    return tuple(name for name in shown if name in hit)


def _marked(hit: Hit, marks: Mapping[str, Mark], only_matches: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, mark in marks.items():
        value = hit.get(name)
        if value is None:
            parent, dot, child = name.partition(".")
            if dot and isinstance(hit.get(parent), Mapping):
                inner = _shaped(hit[parent].get(child), mark, only_matches)
                if inner:
                    shown[parent] = {**shown.get(parent, {}), child: inner}
        elif inner := _shaped(value, mark, only_matches):
            shown[name] = inner
    return shown


def _shaped(value: Any, mark: Mark, only_matches: bool) -> Any:
    """Texts marked, in lists and objects as they stand; nothing of what is no text."""
    if isinstance(value, str):
        return mark(value) if value else None
    if isinstance(value, list | tuple):
        every = [each for each in (_shaped(each, mark, only_matches) for each in value) if each]
        none = MatchLevel.NONE
        return [each for each in every if each.get("matchLevel") != none] if only_matches else every
    if isinstance(value, Mapping):
        inner = {name: _shaped(each, mark, only_matches) for name, each in value.items()}
        return {name: each for name, each in inner.items() if each}
    return None


def _highlight_shape(found: Highlight) -> Mapping[str, Any]:
    return {
        "value": found.value,
        "matchLevel": found.level,
        "matchedWords": found.matched_words,
        "fullyHighlighted": found.is_whole,
    }


def _snippet_shape(found: Highlight) -> Mapping[str, Any]:
    return {"value": found.value, "matchLevel": found.level}


def _only_matches(asked: Asked) -> bool:
    return asked.shape.restrict_highlight_and_snippet_arrays is True
