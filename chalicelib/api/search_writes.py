"""Algolia's write side: connectors push a shop's catalogue here. Search follows the catalogue's stream, as for every change."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.errors import Dialect
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.api.search_destinations import Destination, destination
from chalicelib.api.search_index_names import kind_named
from chalicelib.api.search_marks import retrieved
from chalicelib.api.search_objects import changed, product_of, record_of
from chalicelib.api.search_shapes import Names
from chalicelib.catalog import Product, ProductNotFound, check_size
from chalicelib.core.access import Scope
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import InvalidRequest, TooLarge
from chalicelib.core.ids import new_id
from chalicelib.search import OBJECT_ID, IndexKind, OverhaulNotFound

blueprint = Blueprint(__name__)
MAX_BATCH_BYTES = 4_000_000
"""Connectors send a thousand records at once; a Lambda takes 6 MB, in base64."""
MAX_OPERATIONS = 1_000
MAX_TASK_DIGITS = 18
EVERY_INDEX = "*"
_CLEAR = "clear"
_DELETE = "deleteObject"
_WHOLE = ("addObject", "updateObject")
_PARTIAL = "partialUpdateObject"
_PARTIAL_OF_KNOWN = "partialUpdateObjectNoCreate"


class Operation(msgspec.Struct, rename="camel"):
    """One entry of a batch."""

    action: str
    body: dict[str, Any] = {}
    index_name: str | None = None


class Batch(msgspec.Struct):
    """The body of a batch."""

    requests: list[Operation]


class ObjectWish(msgspec.Struct, rename="camel"):
    """One entry of what is read together."""

    object_id: str = msgspec.field(name=OBJECT_ID)
    index_name: str | None = None
    attributes_to_retrieve: Names = None


class ObjectWishes(msgspec.Struct):
    """The body of a read of several objects."""

    requests: list[ObjectWish]


@route(blueprint, "POST", "/1/indexes/{index}/batch", scope=Scope.ADMIN, dialect=Dialect.ALGOLIA)
def write_batch(request: Request, index: str) -> dict[str, Any]:
    operations = request.json(Batch, at_most=MAX_BATCH_BYTES).requests
    if len(operations) > MAX_OPERATIONS:
        raise TooLarge(f"requests: more than {MAX_OPERATIONS} operations in one batch", field="requests")
    if index != EVERY_INDEX:
        destination(index, "index")
    # Across indexes a client waits per index.
    tasks, ids = _written(operations, None if index == EVERY_INDEX else index)
    return {"taskID": tasks if index == EVERY_INDEX else tasks.get(index, _task_id()), "objectIDs": ids}


@route(blueprint, "POST", "/1/indexes/{index}", scope=Scope.ADMIN, dialect=Dialect.ALGOLIA)
def save_new_object(request: Request, index: str) -> dict[str, Any]:
    task, object_id = _write(index, "addObject", request.json(dict))
    return {"createdAt": _now(), "taskID": task, OBJECT_ID: object_id}


@route(blueprint, "POST", "/1/indexes/{index}/clear", scope=Scope.ADMIN, dialect=Dialect.ALGOLIA)
def clear_index(request: Request, index: str) -> dict[str, Any]:
    task, _ = _write(index, _CLEAR, {})
    return {"updatedAt": _now(), "taskID": task}


@route(blueprint, "PUT", "/1/indexes/{index}/{object_id}", scope=Scope.ADMIN, dialect=Dialect.ALGOLIA)
def save_object(request: Request, index: str, object_id: str) -> dict[str, Any]:
    task, _ = _write(index, "updateObject", {**request.json(dict), OBJECT_ID: object_id})
    return {"updatedAt": _now(), "taskID": task, OBJECT_ID: object_id}


@route(blueprint, "POST", "/1/indexes/{index}/{object_id}/partial", scope=Scope.ADMIN, dialect=Dialect.ALGOLIA)
def change_object(request: Request, index: str, object_id: str) -> dict[str, Any]:
    creates = request.query.get("createifnotexists", "true") != "false"
    action = _PARTIAL if creates else _PARTIAL_OF_KNOWN
    task, _ = _write(index, action, {**request.json(dict), OBJECT_ID: object_id})
    return {"updatedAt": _now(), "taskID": task, OBJECT_ID: object_id}


@route(blueprint, "DELETE", "/1/indexes/{index}/{object_id}", scope=Scope.ADMIN, dialect=Dialect.ALGOLIA)
def delete_object(request: Request, index: str, object_id: str) -> dict[str, Any]:
    task, _ = _write(index, _DELETE, {OBJECT_ID: object_id})
    return {"deletedAt": _now(), "taskID": task}


@route(blueprint, "GET", "/1/indexes/{index}/{object_id}", scope=Scope.SEARCH, dialect=Dialect.ALGOLIA)
def read_object(request: Request, index: str, object_id: str) -> dict[str, Any]:
    kind_named(index, "index", IndexKind.SHOP)
    [found] = _shown([ObjectWish(object_id, index, request.query.get("attributestoretrieve"))])
    if found is None:
        raise ProductNotFound("ObjectID does not exist")
    return found


@route(blueprint, "POST", "/1/indexes/{index}/objects", scope=Scope.SEARCH, dialect=Dialect.ALGOLIA)
def read_objects(request: Request, index: str) -> dict[str, Any]:
    wishes = request.json(ObjectWishes).requests
    if len(wishes) > MAX_OPERATIONS:
        raise TooLarge(f"requests: more than {MAX_OPERATIONS} objects at once", field="requests")
    for place, each in enumerate(wishes):
        name = each.index_name if index == EVERY_INDEX else index
        kind_named(name, f"requests[{place}].indexName", IndexKind.SHOP)
    return {"results": _shown(wishes)}


@route(blueprint, "GET", "/1/indexes/{index}/task/{task_id}", scope=Scope.ADMIN, dialect=Dialect.ALGOLIA)
def read_task(request: Request, index: str, task_id: str) -> dict[str, Any]:
    kind_named(index, "index", IndexKind.SHOP, IndexKind.REPLICA, IndexKind.TEMPORARY)
    if not task_id.isdecimal() or len(task_id) > MAX_TASK_DIGITS:
        raise InvalidRequest("taskID must be a whole number", field="taskID")
    with suppress(OverhaulNotFound):
        if wiring.services().overhauls.get(int(task_id)).is_running:
            return {"status": "notPublished", "pendingTask": True}
    # Other writes are answered when the catalogue has them: there is nothing left to wait for here.
    return {"status": "published", "pendingTask": False}


def _write(index: str, action: str, record: dict[str, Any]) -> tuple[int, str]:
    destination(index, "index")
    tasks, [object_id] = _written([Operation(action, record)], index)
    return tasks[index], object_id


def _written(operations: Sequence[Operation], index: str | None) -> tuple[dict[str, int], list[str]]:
    """Do all operations, one after the other, or none when one of them cannot be read. Tasks by index, the ids they are about.
    ``index`` None: each operation names its own."""
    pending: dict[str, _Pending] = {}
    grouped: dict[str, list[Operation]] = {}
    for place, each in enumerate(operations):
        grouped.setdefault(_index_of(each, index, f"requests[{place}].indexName"), []).append(each)
    for name, mine in grouped.items():
        where = destination(name, "index")
        partial = [str(each.body.get(OBJECT_ID)) for each in mine if each.action in (_PARTIAL, _PARTIAL_OF_KNOWN)]
        pending[name] = _Pending(where, where.get_many(list(dict.fromkeys(partial))) if partial else {})
    ids = [
        pending[each.index_name or str(index)].take(each, f"requests[{place}].body")
        for place, each in enumerate(operations)
    ]
    return {name: each.write() or _task_id() for name, each in pending.items()}, ids


def _index_of(operation: Operation, index: str | None, field: str) -> str:
    name = operation.index_name or index
    destination(name, field)
    return str(name)


class _Pending:
    """What the catalogue will be after a batch, before anything of it is written."""

    def __init__(self, where: Destination, known: Mapping[str, Product]) -> None:
        self._where = where
        self._known = known
        self.after: dict[str, Product | None] = {}
        self.is_cleared = False

    def take(self, operation: Operation, at: str) -> str:
        if operation.action == _CLEAR:
            self.is_cleared = True
            self.after.clear()
            return ""
        record = operation.body
        if operation.action == "addObject" and record.get(OBJECT_ID) in (None, ""):
            record = {**record, OBJECT_ID: new_id(wiring.services().randomness)}
        if operation.action == _DELETE:
            object_id = str(record.get(OBJECT_ID, ""))
            self.after[object_id] = None
            return object_id
        if operation.action in (_PARTIAL, _PARTIAL_OF_KNOWN):
            before = self._now(str(record.get(OBJECT_ID)))
            if before is None and operation.action == _PARTIAL_OF_KNOWN:
                return str(record.get(OBJECT_ID))
            record = changed(record_of(before) if before else {}, record, at)
        elif operation.action not in _WHOLE:
            raise InvalidRequest(f"{at}: the action {operation.action[:40]!r} is not supported", field=at)
        product = product_of(record, at)
        check_size(product)
        self.after[product.product_id] = product
        return product.product_id

    def write(self) -> int | None:
        """Make it so; the id of a task that goes on, if any."""
        return self._where.become(self.after, is_cleared=self.is_cleared)

    def _now(self, object_id: str) -> Product | None:
        if object_id in self.after:
            return self.after[object_id]
        return None if self.is_cleared else self._known.get(object_id)


def _shown(wishes: Sequence[ObjectWish]) -> list[dict[str, Any] | None]:
    ids = list(dict.fromkeys(each.object_id for each in wishes))
    products = wiring.services().products.get_many(ids)
    return list(_records(wishes, products))


def _records(wishes: Sequence[ObjectWish], products: Mapping[str, Product]) -> Iterator[dict[str, Any] | None]:
    for wish in wishes:
        product = products.get(wish.object_id)
        # A public key must not see what search does not show.
        is_shown = product is not None and product.is_on_sale
        yield retrieved(record_of(product), wish.attributes_to_retrieve) if product and is_shown else None


def _task_id() -> int:
    return int(wiring.services().clock.now().timestamp() * 1000)


def _now() -> str:
    return to_rfc3339(wiring.services().clock.now())
