"""Errors to answers: the only place that knows which status a fact has, and in which shape each client reads it."""

from enum import Enum
from typing import Any

from chalicelib.core.errors import (
    Conflict,
    Impossible,
    InvalidRequest,
    NotFound,
    TooLarge,
    TooManyRequests,
    Unavailable,
    Unproven,
    ZhaohuiError,
)


class KeyMissing(ZhaohuiError):
    """No API key came with the request, or one that nobody issued."""


class ScopeMissing(ZhaohuiError):
    """The key is real but may not do this."""


class Dialect(Enum):
    """Whose error body the callers of a route can read."""

    ZHAOHUI = "zhaohui"
    ALGOLIA = "algolia"
    SEGMENT = "segment"


# The first class that an error is an instance of decides: subclasses stand before their parents.
_STATUS: tuple[tuple[type[ZhaohuiError], int], ...] = (
    (KeyMissing, 401),
    (Unproven, 401),
    (ScopeMissing, 403),
    (TooLarge, 413),
    (Impossible, 422),
    (InvalidRequest, 400),
    (NotFound, 404),
    (Conflict, 409),
    (TooManyRequests, 429),
    (Unavailable, 503),
)


def status_of(error: ZhaohuiError) -> int:
    """The HTTP status of an error."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def error_body(
    code: str, message: str, field: str | None, status: int, dialect: Dialect, reason: str | None = None
) -> dict[str, Any]:
    """The JSON body that tells a caller what went wrong."""
    if dialect is Dialect.ALGOLIA:
        return {"message": message, "status": status}
    told = {"code": code, "message": message, "reason": reason, "field": field}
    body: dict[str, Any] = {"error": {name: value for name, value in told.items() if value}}
    # Segment's Python SDK looks for code and message at the top.
    return body | {"code": code, "message": message} if dialect is Dialect.SEGMENT else body


def error_headers(error: ZhaohuiError) -> dict[str, str]:
    """``Retry-After`` (whole seconds) for what may succeed later."""
    return {"Retry-After": str(error.retry_after_seconds)} if isinstance(error, Unavailable) else {}
