"""One request as views see it: a decoded body, plain query parameters, the caller's key; every refusal names its field."""

import base64
import binascii
import gzip
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, TypeVar
from urllib.parse import unquote

from chalicelib.core.errors import InvalidRequest, TooLarge
from chalicelib.core.shapes import convert as convert
from chalicelib.core.shapes import decode as decode

T = TypeVar("T")
MAX_BODY_BYTES = 500_000
MAX_IDEMPOTENCY_KEY_CHARACTERS = 255
MAX_PAGE_LIMIT = 100
DEFAULT_PAGE_LIMIT = 20
_FLAGS = {"": None, "true": True, "1": True, "false": False, "0": False}
_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Request:
    """``headers`` and ``query`` have lower-case names; ``body`` is the bytes as sent, still compressed if they came so.
    ``forced`` are the search parameters that a secured key imposes."""

    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    forced: Mapping[str, str] = field(default_factory=dict)

    def bytes(self, at_most: int = MAX_BODY_BYTES) -> bytes:
        """The body, decompressed. Raises ``TooLarge`` over ``at_most`` bytes, compressed or not."""
        if len(self.body) > at_most:
            raise TooLarge(f"the body has more than {at_most} bytes", field="body")
        # Some clients say gzip in the header and some proxies undo it on the way: believe the bytes.
        if not self.body.startswith(_GZIP_MAGIC):
            return self.body
        try:
            with gzip.GzipFile(fileobj=BytesIO(self.body)) as unzipped:
                plain = unzipped.read(at_most + 1)
        except (OSError, EOFError, zlib.error):
            raise InvalidRequest("the body says gzip and is not", field="body") from None
        if len(plain) > at_most:
            raise TooLarge(f"the body has more than {at_most} bytes once decompressed", field="body")
        return plain

    def json(self, shape: type[T], at_most: int = MAX_BODY_BYTES) -> T:
        """The body as ``shape`` (a msgspec Struct, or ``dict``). The Content-Type is not asked: clients lie in it."""
        plain = self.bytes(at_most)
        if not plain.strip():
            raise InvalidRequest("the body is empty; a JSON document is expected", field="body")
        return decode(plain, shape)

    def number(self, name: str, default: int, *, low: int = 0, high: int) -> int:
        """A whole number from the query string, between ``low`` and ``high``."""
        text = self.query.get(name.lower())
        if text is None or text == "":
            return default
        if not re.fullmatch(r"-?[0-9]{1,12}", text):
            raise InvalidRequest(f"{name} must be a whole number, not {text[:40]!r}", field=name)
        if not low <= int(text) <= high:
            raise InvalidRequest(f"{name} must be between {low} and {high}", field=name)
        return int(text)

    def flag(self, name: str) -> bool | None:
        """``true`` or ``false`` (``1``, ``0``) from the query string; None when nothing is said."""
        text = self.query.get(name.lower(), "").strip().lower()
        if text not in _FLAGS:
            raise InvalidRequest(f"{name} must be true or false, not {text[:40]!r}", field=name)
        return _FLAGS[text]

    def page(self) -> tuple[int, str | None]:
        """``limit`` and ``cursor`` of a list request."""
        return self.number("limit", DEFAULT_PAGE_LIMIT, low=1, high=MAX_PAGE_LIMIT), self.query.get("cursor") or None

    @property
    def idempotency_key(self) -> str | None:
        """The ``Idempotency-Key``, or None. Raises ``InvalidRequest`` when it is longer than 255 characters."""
        key = self.headers.get("idempotency-key") or None
        if key and len(key) > MAX_IDEMPOTENCY_KEY_CHARACTERS:
            limit = MAX_IDEMPOTENCY_KEY_CHARACTERS
            raise InvalidRequest(f"Idempotency-Key has more than {limit} characters", field="Idempotency-Key")
        return key


def from_chalice(current: Any) -> Request:
    """Chalice's request as ours. The body is read raw: its own parsing refuses what real clients send."""
    query = {name.lower(): value for name, value in (current.query_params or {}).items()}
    headers = {name.lower(): value for name, value in current.headers.items()}
    # Chalice's own ``path`` is the route's pattern, the same for every product: the context has the real one.
    path = current.context.get("path") or current.path
    return Request(current.method, path, headers, query, current.raw_body or b"")


def path_value(text: str) -> str:
    """A path parameter as the caller meant it (``%2A`` is ``*``)."""
    return unquote(text) if "%" in text else text


def basic_user(header: str) -> str | None:
    """The user of an HTTP Basic header, where Segment's SDKs put the write key; None when it is no such header."""
    kind, _, encoded = header.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[0] or None
    except (binascii.Error, UnicodeDecodeError):
        return None
