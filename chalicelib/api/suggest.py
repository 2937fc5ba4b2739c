"""Suggestions, hot and related searches, and the words that they may not hold."""

from typing import Any

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.core.access import Scope
from chalicelib.core.errors import InvalidRequest
from chalicelib.search import MAX_QUERY_CHARACTERS, Phrase, QueryTooLong

blueprint = Blueprint(__name__)
DEFAULT_SIZE = 10
MAX_SIZE = 50
MAX_BLOCKED = 5_000
MAX_BLOCKED_CHARACTERS = 50


class Blocked(msgspec.Struct):
    """The body of ``PUT /v1/suggestions/blocked``."""

    words: list[str]


@route(blueprint, "GET", "/v1/suggest", scope=Scope.SEARCH)
def suggest(request: Request) -> dict[str, Any]:
    size = _size(request)
    services = wiring.services()
    now = services.clock.now()
    if related := _text(request, "related"):
        return {"items": [_item(each) for each in services.phrasebook.related(related, size, now)]}
    typed = _text(request, "q")
    if typed:
        return {"items": [_item(each) for each in services.phrasebook.suggest(typed, size, now)]}
    # Nothing typed yet: what the box shows when it is opened.
    queries = services.phrasebook.hot(size, now).queries
    return {"items": [{"query": each.text, "kind": "hot"} for each in queries]}


@route(blueprint, "GET", "/v1/hot", scope=Scope.SEARCH)
def hot(request: Request) -> dict[str, Any]:
    services = wiring.services()
    found = services.phrasebook.hot(_size(request), services.clock.now())
    return {
        "items": [{"query": each.text, "heat": each.heat, "burst": each.burst} for each in found.queries],
        "categories": [{"name": name, "sales_30d": sales} for name, sales in found.categories],
    }


@route(blueprint, "GET", "/v1/suggestions/blocked", scope=Scope.ADMIN)
def blocked_words(request: Request) -> dict[str, Any]:
    return {"words": wiring.services().phrasebook.blocked()}


@route(blueprint, "PUT", "/v1/suggestions/blocked", scope=Scope.ADMIN)
def block_words(request: Request) -> dict[str, Any]:
    words = request.json(Blocked).words
    if len(words) > MAX_BLOCKED:
        raise InvalidRequest(f"words has more than {MAX_BLOCKED} entries", field="words")
    for place, word in enumerate(words):
        if not 0 < len(word.strip()) <= MAX_BLOCKED_CHARACTERS:
            raise InvalidRequest(f"must have 1 to {MAX_BLOCKED_CHARACTERS} characters", field=f"words[{place}]")
    return {"words": wiring.services().phrasebook.block(words)}


def _item(phrase: Phrase) -> dict[str, Any]:
    return {"query": phrase.text, "kind": phrase.kind}


def _size(request: Request) -> int:
    return request.number("size", DEFAULT_SIZE, low=1, high=MAX_SIZE)


def _text(request: Request, name: str) -> str:
    text = request.query.get(name, "").strip()
    if len(text) > MAX_QUERY_CHARACTERS:
        raise QueryTooLong(f"{name} has more than {MAX_QUERY_CHARACTERS} characters", field=name)
    return text
