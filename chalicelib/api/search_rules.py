"""Rules and synonyms through Algolia's routes: what is written here is a merchandising rule like any other."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.errors import Dialect
from chalicelib.api.request import Request
from chalicelib.api.routing import View, route
from chalicelib.api.search_index_names import kind_named, yes
from chalicelib.api.search_rule_records import record_of_rule, rule_of
from chalicelib.api.search_synonym_records import is_synonym, record_of_synonym, synonym_id, synonym_of
from chalicelib.core.access import Scope
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import InvalidRequest, TooLarge
from chalicelib.search import OBJECT_ID, ActionKind, IndexKind, Rule, RuleExists, RuleNotFound

blueprint = Blueprint(__name__)
MAX_BATCH_BYTES = 4_000_000
MAX_AT_ONCE = 1_000


class Wanted(msgspec.Struct, rename="camel"):
    """Which rules or synonyms are looked for."""

    query: str = ""
    page: int = 0
    hits_per_page: int = 20
    type: str | None = None
    enabled: bool | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """Rules or synonyms: which of the shop's rules they are and how clients write and read them."""

    holds: Callable[[Rule], bool]
    read: Callable[[Mapping[str, Any], str, datetime], Rule]
    record: Callable[[Rule], dict[str, Any]]
    name_of: Callable[[Rule], str]


RULES = Shelf(lambda rule: not is_synonym(rule), rule_of, record_of_rule, lambda rule: rule.rule_id)
SYNONYMS = Shelf(is_synonym, synonym_of, record_of_synonym, synonym_id)


def _serve(shelf: Shelf, noun: str, clearing: str) -> None:
    """The routes of one shelf; ``clearing`` is the query parameter of a batch that takes the others out."""

    def declared(method: str, path: str) -> Callable[[View], View]:
        whole = f"/1/indexes/{{index}}/{noun}/{path}"
        return route(blueprint, method, whole, scope=Scope.ADMIN, dialect=Dialect.ALGOLIA)

    @declared("PUT", "{object_id}")
    def save(request: Request, index: str, object_id: str) -> dict[str, Any]:
        return {**_stored(index, shelf, [_named(request, object_id)]), "id": object_id}

    @declared("POST", "batch")
    def save_many(request: Request, index: str) -> dict[str, Any]:
        return _stored(index, shelf, _list(request), clears=yes(request.query.get(clearing.lower())))

    @declared("GET", "{object_id}")
    def read(request: Request, index: str, object_id: str) -> dict[str, Any]:
        return shelf.record(_found(index, shelf, object_id))

    @declared("DELETE", "{object_id}")
    def drop(request: Request, index: str, object_id: str) -> dict[str, Any]:
        return _dropped(index, shelf, object_id)

    @declared("POST", "clear")
    def clear(request: Request, index: str) -> dict[str, Any]:
        return _stored(index, shelf, [], clears=True)

    @declared("POST", "search")
    def look_up(request: Request, index: str) -> dict[str, Any]:
        return _searched(index, shelf, request)


def _named(request: Request, object_id: str) -> dict[str, Any]:
    record: dict[str, Any] = request.json(dict)
    if record.get(OBJECT_ID, object_id) != object_id:
        raise InvalidRequest(f"{OBJECT_ID}: differs from the one in the path", field=OBJECT_ID)
    return {**record, OBJECT_ID: object_id}


def _list(request: Request) -> list[dict[str, Any]]:
    records = request.json(list[dict[str, Any]], at_most=MAX_BATCH_BYTES)
    if len(records) > MAX_AT_ONCE:
        raise TooLarge(f"more than {MAX_AT_ONCE} at once", field="body")
    return records


def _stored(index: str, shelf: Shelf, records: Sequence[Mapping[str, Any]], *, clears: bool = False) -> dict[str, Any]:
    """All of ``records`` written down, or none when one is wrong; ``clears``: and all others of their shelf taken out."""
    kind_named(index, "index", IndexKind.SHOP)
    services = wiring.services()
    now = services.clock.now()
    every = services.merchandising.every()
    on_shelf = {shelf.name_of(rule): rule for rule in every if shelf.holds(rule)}
    others = {rule.rule_id for rule in every if not shelf.holds(rule)}
    at = "[{}]" if len(records) > 1 else ""
    rules = [shelf.read(each, at.format(place), now) for place, each in enumerate(records)]
    kept = [_kept(rule, on_shelf.get(shelf.name_of(rule))) for rule in rules]
    if taken := next((rule.rule_id for rule in kept if rule.rule_id in others), None):
        raise RuleExists(f"{OBJECT_ID}: {taken!r} is a rule of another kind", field=OBJECT_ID)
    # Of several of one id the last counts, as if they had come one after the other.
    last = {rule.rule_id: rule for rule in kept}
    services.merchandising.store(
        list(last.values()), instead_of={rule.rule_id for rule in on_shelf.values()} if clears else ()
    )
    return {"updatedAt": to_rfc3339(now), "taskID": int(now.timestamp() * 1000)}


def _kept(rule: Rule, before: Rule | None) -> Rule:
    """``rule`` in the place of ``before``: under its id, and with synonyms that Algolia's form of a rule has no room for."""
    if before is None:
        return rule
    synonyms = [] if is_synonym(before) else [each for each in before.actions if each.kind is ActionKind.SYNONYMS]
    return replace(rule, rule_id=before.rule_id, actions=(*rule.actions, *synonyms))


def _found(index: str, shelf: Shelf, object_id: str) -> Rule:
    kind_named(index, "index", IndexKind.SHOP)
    rules = wiring.services().merchandising.every()
    found = next((rule for rule in rules if shelf.holds(rule) and shelf.name_of(rule) == object_id), None)
    if found is None:
        raise RuleNotFound("ObjectID does not exist")
    return found


def _dropped(index: str, shelf: Shelf, object_id: str) -> dict[str, Any]:
    services = wiring.services()
    # As Algolia: what is not there is gone.
    with suppress(RuleNotFound):
        services.merchandising.delete(_found(index, shelf, object_id).rule_id)
    now = services.clock.now()
    return {"deletedAt": to_rfc3339(now), "taskID": int(now.timestamp() * 1000)}


def _searched(index: str, shelf: Shelf, request: Request) -> dict[str, Any]:
    kind_named(index, "index", IndexKind.SHOP)
    wanted = request.json(Wanted) if request.bytes().strip() else Wanted()
    if wanted.page < 0 or not 1 <= wanted.hits_per_page <= MAX_AT_ONCE:
        raise InvalidRequest(
            f"hitsPerPage: must be between 1 and {MAX_AT_ONCE}, page not negative", field="hitsPerPage"
        )
    rules = [rule for rule in wiring.services().merchandising.every() if shelf.holds(rule)]
    records = [shelf.record(rule) for rule in rules if wanted.enabled in (None, rule.is_enabled)]
    said = wanted.query.strip().lower()
    kinds = {each.lower() for each in (wanted.type or "").split(",") if each}
    hits = [
        each
        for each in records
        if said in msgspec.json.encode(each).decode().lower()
        and (not kinds or "type" not in each or each["type"].lower() in kinds)
    ]
    first = wanted.page * wanted.hits_per_page
    return {
        "hits": hits[first : first + wanted.hits_per_page],
        "nbHits": len(hits),
        "page": wanted.page,
        "nbPages": -(-len(hits) // wanted.hits_per_page),
    }


_serve(RULES, "rules", "clearExistingRules")
_serve(SYNONYMS, "synonyms", "replaceExistingSynonyms")
