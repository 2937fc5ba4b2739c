"""Whole indexes, as connectors handle them: listed, copied, moved over the shop's, deleted."""

from typing import Any

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.errors import Dialect
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.api.search_index_names import kind_named, shop_index
from chalicelib.api.search_shapes import UnknownIndex
from chalicelib.core.access import Scope
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import InvalidRequest
from chalicelib.search import IndexKind, IndexMissing, IndexNote, replicas_of

blueprint = Blueprint(__name__)
SCOPES = ("settings", "synonyms", "rules")


class IndexOperation(msgspec.Struct):
    """The body of an operation on an index."""

    operation: str
    destination: str
    scope: list[str] | None = None


@route(blueprint, "GET", "/1/indexes", scope=Scope.ADMIN, dialect=Dialect.ALGOLIA)
def list_indexes(request: Request) -> dict[str, Any]:
    services = wiring.services()
    notes = {note.name: note for note in services.indexes.notes()}
    try:
        entries = services.product_index.count()
    except IndexMissing:
        entries = 0
    names = (shop_index(), *replicas_of(shop_index()))
    temporary = [_listed(name, notes.get(name), 0) for name in notes if name not in names]
    shown = [{**_listed(name, notes.get(name), entries), "primary": names[0]} for name in names[1:]]
    first = {**_listed(names[0], notes.get(names[0]), entries), "replicas": list(names[1:])}
    return {"items": [first, *shown, *temporary], "nbPages": 1}


@route(blueprint, "DELETE", "/1/indexes/{index}", scope=Scope.ADMIN, dialect=Dialect.ALGOLIA)
def delete_index(request: Request, index: str) -> dict[str, Any]:
    kind = kind_named(index, "index", IndexKind.SHOP, IndexKind.REPLICA, IndexKind.TEMPORARY)
    if kind is not IndexKind.TEMPORARY:
        raise InvalidRequest(
            "index: the shop's index and its replicas cannot be deleted; clear it to empty it", field="index"
        )
    services = wiring.services()
    services.indexes.forget(index)
    return {"deletedAt": to_rfc3339(services.clock.now()), "taskID": _task_id()}


@route(blueprint, "POST", "/1/indexes/{index}/operation", scope=Scope.ADMIN, dialect=Dialect.ALGOLIA)
def operate_on_index(request: Request, index: str) -> dict[str, Any]:
    asked = request.json(IndexOperation)
    if asked.operation not in ("copy", "move"):
        raise InvalidRequest("operation: must be copy or move", field="operation")
    task = _copied(index, asked) if asked.operation == "copy" else _moved(index, asked)
    return {"updatedAt": to_rfc3339(wiring.services().clock.now()), "taskID": task}


def _listed(name: str, note: IndexNote | None, entries: int) -> dict[str, Any]:
    now = wiring.services().clock.now()
    return {
        "name": name,
        "createdAt": to_rfc3339(note.created_at if note else now),
        "updatedAt": to_rfc3339(note.updated_at if note else now),
        "entries": entries,
        # Nobody here counts bytes; clients only expect numbers.
        "dataSize": 0,
        "fileSize": 0,
        "lastBuildTimeS": 0,
        "numberOfPendingTasks": 0,
        "pendingTask": False,
    }


def _copied(index: str, asked: IndexOperation) -> int:
    kind_named(index, "index", IndexKind.SHOP, IndexKind.TEMPORARY)
    kind_named(asked.destination, "destination", IndexKind.SHOP, IndexKind.TEMPORARY)
    if not asked.scope or not set(asked.scope) <= set(SCOPES):
        raise InvalidRequest(
            f"scope: products are not copied; must be some of {', '.join(SCOPES)}. To replace the shop's products, write "
            f"them to {shop_index()}_tmp and move that over {shop_index()}",
            field="scope",
        )
    # Rules and synonyms are the shop's, whatever its index is called meanwhile: they need no copy.
    if "settings" in asked.scope:
        wiring.services().indexes.copy_settings(index, asked.destination)
    elif kind_named(asked.destination, "destination", *IndexKind) is IndexKind.TEMPORARY:
        wiring.services().indexes.opened(asked.destination)
    return _task_id()


def _moved(index: str, asked: IndexOperation) -> int:
    if kind_named(index, "index", IndexKind.SHOP, IndexKind.REPLICA, IndexKind.TEMPORARY) is not IndexKind.TEMPORARY:
        raise InvalidRequest("index: only a temporary index can be moved", field="index")
    kind_named(asked.destination, "destination", IndexKind.SHOP)
    if asked.scope:
        raise InvalidRequest("scope: a move takes everything", field="scope")
    overhaul = wiring.services().indexes.move(index)
    if overhaul is None:
        raise UnknownIndex(f"index: index {index[:100]!r} does not exist", field="index")
    return overhaul.overhaul_id


def _task_id() -> int:
    return int(wiring.services().clock.now().timestamp() * 1000)
