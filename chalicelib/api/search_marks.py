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

Mark = Callable[[str], Highlight]
Marked = Mapping[str, Any]


def shown_hit(hit: Mapping[str, Any], asked: Asked, wanted: Wanted) -> dict[str, Any]:
    """A hit as the caller asked for it."""
    shape = asked.shape
    before, after = tags_of(asked)
    shown = retrieved(hit, shape.attributes_to_retrieve)
    marks = {name: _highlighter(wanted, before, after) for name in _highlighted(hit, shape.attributes_to_highlight)}
    shown["_highlightResult"] = _marked(hit, marks, _highlight_shape, only_matches=_only_matches(asked))
    if snippets := snippet_sizes(hit, shape.attributes_to_snippet):
        ellipsis = DEFAULT_ELLIPSIS if shape.snippet_ellipsis_text is None else shape.snippet_ellipsis_text
        cutters = {name: _snipper(wanted, before, after, size, ellipsis) for name, size in snippets.items()}
        shown["_snippetResult"] = _marked(hit, cutters, _snippet_shape, only_matches=_only_matches(asked))
    return shown


def retrieved(hit: Mapping[str, Any], given: Names) -> dict[str, Any]:
    """The attributes that were asked for: all, those named (``categories.lvl0`` too), or all but those after a ``-``.
    The object's id always comes along."""
    names = names_of(given)
    kept = tuple(name for name in names if not name.startswith("-"))
    left_out = {name[1:] for name in names if name.startswith("-")}
    if given is None or EVERY in kept or (left_out and not kept):
        return {name: value for name, value in hit.items() if name not in left_out}
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


def _highlighted(hit: Mapping[str, Any], given: Names) -> Iterable[str]:
    names = SEARCHABLE if given is None else names_of(given)
    return _texts(hit) if EVERY in names else names


def _texts(hit: Mapping[str, Any]) -> Iterable[str]:
    shown = ("title", "brand", "brief", "category", "categories", "tags", "attributes")
    return tuple(name for name in shown if name in hit)


def _highlighter(wanted: Wanted, before: str, after: str) -> Mark:
    return lambda text: highlight(text, wanted, before, after)


def _snipper(wanted: Wanted, before: str, after: str, size: int, ellipsis: str) -> Mark:
    return lambda text: snippet(text, wanted, before, after, size, ellipsis)


def _marked(
    hit: Mapping[str, Any], marks: Mapping[str, Mark], shape: Callable[[Highlight], Marked], *, only_matches: bool
) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, mark in marks.items():
        parent, dot, child = name.partition(".")
        value = hit.get(name)
        if value is None and dot and isinstance(hit.get(parent), Mapping):
            inner = _shaped(hit[parent].get(child), mark, shape, only_matches)
            if inner:
                shown[parent] = {**shown.get(parent, {}), child: inner}
            continue
        if inner := _shaped(value, mark, shape, only_matches):
            shown[name] = inner
    return shown


def _shaped(value: Any, mark: Mark, shape: Callable[[Highlight], Marked], only_matches: bool) -> Any:
    """Texts marked, in lists and objects as they stand; nothing of what is no text."""
    if isinstance(value, str):
        return shape(mark(value)) if value else None
    if isinstance(value, Mapping):
        inner = {name: _shaped(each, mark, shape, only_matches) for name, each in value.items()}
        return {name: each for name, each in inner.items() if each}
    if isinstance(value, list | tuple):
        every = [each for each in (_shaped(each, mark, shape, only_matches) for each in value) if each]
        none = MatchLevel.NONE
        return [each for each in every if each.get("matchLevel") != none] if only_matches else every
    return None


def _highlight_shape(found: Highlight) -> Marked:
    return {
        "value": found.value,
        "matchLevel": found.level,
        "matchedWords": found.matched_words,
        "fullyHighlighted": found.is_whole,
    }


def _snippet_shape(found: Highlight) -> Marked:
    return {"value": found.value, "matchLevel": found.level}


def _only_matches(asked: Asked) -> bool:
    return asked.shape.restrict_highlight_and_snippet_arrays is True
