"""Products over HTTP: one by one, in batches, and as a small feed. The shape of a product is in ``docs/catalog.md``."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.request import Request, decode
from chalicelib.api.routing import route
from chalicelib.catalog import (
    Fate,
    ImportReport,
    Row,
    RowResult,
    product_document,
    read_product,
    read_records,
)
from chalicelib.core.access import Scope
from chalicelib.core.errors import InvalidRequest, TooLarge, ZhaohuiError

MAX_PRODUCTS = 1_000
"""Products of one request: with eight writes under way at once they take well under the gateway's 29 seconds."""

blueprint = Blueprint(__name__)


class BatchRequest(msgspec.Struct):
    """Each product is read alone, so that one bad product does not sink the others."""

    products: list[Any]


class ImportRequest(msgspec.Struct):
    """``rows`` are decoded records of ``format``: jsonl (our shape), openbg, csv (texts by column)."""

    rows: list[Any]
    format: str = "jsonl"


@route(blueprint, "PUT", "/v1/products/{product_id}", scope=Scope.ADMIN)
def put_product(request: Request, product_id: str) -> dict[str, Any]:
    document = request.json(dict)
    if document.setdefault("id", product_id) != product_id:
        raise InvalidRequest(f"id: the body says {document['id']!r}, the path {product_id!r}", field="id")
    changed = wiring.services().catalog.put(read_product(document))
    return {"id": product_id, "status": Fate.ACCEPTED if changed else Fate.UNCHANGED}


@route(blueprint, "GET", "/v1/products/{product_id}", scope=Scope.ADMIN)
def read_one_product(request: Request, product_id: str) -> dict[str, Any]:
    return product_document(wiring.services().catalog.get(product_id))


@route(blueprint, "DELETE", "/v1/products/{product_id}", scope=Scope.ADMIN)
def delete_product(request: Request, product_id: str) -> dict[str, Any]:
    wiring.services().catalog.delete(product_id)
    return {"id": product_id, "status": "deleted"}


@route(blueprint, "POST", "/v1/products/batch", scope=Scope.ADMIN)
def put_products(request: Request) -> dict[str, Any]:
    rows = _rows(_limited(request.json(BatchRequest).products, "products"))
    return {"results": [_result(result) for result in wiring.services().catalog.store(rows)]}


@route(blueprint, "POST", "/v1/catalog/imports", scope=Scope.ADMIN)
def import_catalog(request: Request) -> dict[str, Any]:
    return _report(wiring.services().catalog.import_feed(_feed(request.bytes())))


def _rows(products: Sequence[Any]) -> Iterator[Row]:
    for position, value in enumerate(products):
        try:
            product = read_product(value, at=f"products[{position}]")
        except InvalidRequest as error:
            named = value.get("id") if isinstance(value, dict) else None
            yield Row(position, named if isinstance(named, str) else None, None, error)
        else:
            yield Row(position, product.product_id, product)


def _feed(body: bytes) -> Iterable[Row]:
    """A JSONL body, or one object with ``rows``: a product has no such field, so the first line tells them apart."""
    if not body.strip():
        raise InvalidRequest("the body is empty; products are expected, one JSON object a line", field="body")
    try:
        whole = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return read_records("jsonl", _limited([_line(line) for line in body.splitlines() if line.strip()], "body"))
    if isinstance(whole, dict) and "rows" in whole:
        asked = decode(body, ImportRequest)
        return read_records(asked.format, _limited(asked.rows, "rows"))
    return read_records("jsonl", [whole])


def _line(line: bytes) -> object:
    """A line of JSONL; one that is no JSON stays text, which the feed refuses as a row of its own."""
    try:
        decoded: object = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return line.decode(errors="replace")
    return decoded


def _limited(values: list[Any], field: str) -> list[Any]:
    if len(values) > MAX_PRODUCTS:
        raise TooLarge(f"{field}: more than {MAX_PRODUCTS} products in one request", field=field)
    return values


def _result(result: RowResult) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "index": result.row.position,
        "id": result.row.product_id,
        "status": result.fate,
    }
    return answer | ({"error": _error(result.error)} if result.error else {})


def _report(report: ImportReport) -> dict[str, Any]:
    return {
        "rows": report.rows,
        "imported": report.imported,
        "unchanged": report.unchanged,
        "off_sale": report.off_sale,
        "unpriced": report.unpriced,
        "skus": report.skus,
        "categories": len(report.categories),
        "brands": len(report.brands),
        "rejected": [_result(result) for result in report.rejected],
        "remarks": [
            {"index": row.position, "id": row.product_id, "remarks": list(row.remarks)} for row in report.remarked
        ],
    }


def _error(error: ZhaohuiError) -> dict[str, Any]:
    described = {"code": error.code, "message": error.message}
    return described | ({"field": error.field} if error.field else {})
