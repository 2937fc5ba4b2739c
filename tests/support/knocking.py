"""Knocks at routes with nonsense, and says what in an answer no caller should ever see."""

import io
import logging
import random
import traceback
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import msgspec
import pytest
from msgspec import inspect

from chalicelib.api import routing
from chalicelib.api.request import Request, from_chalice
from chalicelib.api.routing import ShopApp, declared_scopes
from infra.local.gateway import Gateway
from infra.local.shop import LaptopShop
from tests.support.knocks import Knock, encoded, filled, knocks, some
from tests.support.made_up import made_up
from tests.support.plain_asks import BODIES as PLAIN
from tests.support.plain_asks import DESTRUCTIVE, stock

Route = tuple[str, str]
LEAKS = (b"traceback", b"arn:", b"botocore", b"boto3", b"dynamodb", b'.py"', b"nonetype", b"object has no", b"0x7f")
_LOG = logging.getLogger("zhaohui")
NOT_JSON = ("text/html", "text/csv")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, undecoded."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Door:
    """The shop's gateway without a socket: what a request is, and no more than that, reaches the app."""

    def __init__(self, app: ShopApp) -> None:
        self._gateway = Gateway(app)

    def __call__(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        plain, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "REQUEST_URI": path,
            "PATH_INFO": plain,
            "QUERY_STRING": query,
            "wsgi.input": io.BytesIO(body),
        }
        for name, value in (headers or {}).items():
            shouted = name.upper().replace("-", "_")
            environ[shouted if shouted == "CONTENT_TYPE" else f"HTTP_{shouted}"] = value
        said: list[Any] = []
        payload = b"".join(self._gateway(environ, lambda *status_and_headers: said.extend(status_and_headers)))
        return Answer(int(said[0].split()[0]), {name.lower(): value for name, value in said[1]}, payload)


class Notes:
    """Which body and which query parameters each route was seen to ask for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shapes: dict[Route, Any] = {}
        self.queries: dict[Route, set[str]] = defaultdict(set)
        self.route: Route = ("", "")
        notes = self

        class Query(dict[str, str]):
            def get(self, name: str, default: Any = None) -> Any:
                notes.queries[notes.route].add(name)
                return super().get(name, default)

        class Noticed(Request):
            def json(self, shape: Any, *limits: Any, **named: Any) -> Any:
                notes.shapes[notes.route] = shape
                return super().json(shape, *limits, **named)

        def noticed(current: Any) -> Request:
            plain = from_chalice(current)
            return Noticed(plain.method, plain.path, plain.headers, Query(plain.query), plain.body, plain.forced)

        monkeypatch.setattr(routing, "from_chalice", noticed)


def routes() -> list[Route]:
    """Every route of the app, those last that take away what others need."""
    return sorted(declared_scopes(), key=lambda route: (route[0] == "DELETE" or route in DESTRUCTIVE, route[1], route))


class Knocker:
    """Knocks at the routes of a shop that has one of everything."""

    def __init__(self, laptop: LaptopShop, app: ShopApp, notes: Notes) -> None:
        self.laptop = laptop
        self._door = Door(app)
        self._notes = notes
        self._keys = {name: getattr(laptop.keys, name) for name in ("search", "write", "admin")}
        self._broken = _Broken()

    def __enter__(self) -> Self:
        _LOG.addHandler(self._broken)
        self._ids = stock(self._asked, self._keys)
        self.laptop.pump.drain()
        self._cursors = {cursor for route in routes() if route[0] == "GET" and (cursor := self._cursor_of(route))}
        return self

    def __exit__(self, *_: object) -> None:
        _LOG.removeHandler(self._broken)

    def faults(self, route: Route, shares: Mapping[str, int], chance: random.Random) -> list[str]:
        """What came of asking plainly, and of as much nonsense of each kind as ``shares`` says, drawn by ``chance``."""
        self._notes.route = route
        plain = Knock("plain", filled(route[1], self._ids), encoded(PLAIN.get(route)), self._key_for(route))
        found = [self.fault(route, plain)]
        shape = self._notes.shapes.get(route)
        nonsense = knocks(
            route[1],
            plain_body(route, shape),
            self._key_for(route),
            self._ids,
            fields=_fields(shape),
            asked=self._notes.queries[route] - {"x-algolia-api-key"},
            cursors=sorted(self._cursors),
        )
        # Nobody reads the body of a GET.
        shares = {**shares, "body": 1} if route[0] == "GET" else shares
        found += [self.fault(route, each) for each in some(list(nonsense), shares, chance)]
        return [each for each in found if each]

    def fault(self, route: Route, knock: Knock) -> str | None:
        """What is wrong with what came of one knock, None when nothing is."""
        self._broken.told.clear()
        answer = self._door(route[0], knock.path, knock.body, knock.headers)
        wrong = _fault(route, knock, answer)
        if wrong is None:
            return None
        asked = f"{knock.about} {knock.place or ''} {route[0]} {knock.path[:200]} {knock.body[:300]!r}"
        return " | ".join([wrong, asked, answer.body[:300].decode(errors="replace"), *self._broken.told])

    def settled(self) -> list[str]:
        """What the workers could not bear of all that was taken."""
        self._broken.told.clear()
        self.laptop.pump.drain()
        return list(self._broken.told)

    def asked(self, method: str, path: str, body: Any) -> Any:
        """The answer to the shop's own staff."""
        return self._asked(method, path, body, self._keys["admin"])

    def _key_for(self, route: Route) -> dict[str, str]:
        scope = declared_scopes()[route]
        return {} if scope is None else {"X-Algolia-API-Key": self._keys[scope]}

    def _cursor_of(self, route: Route) -> str | None:
        answer = self._door("GET", f"{filled(route[1], self._ids)}?limit=1", b"", self._key_for(route))
        is_json = answer.status == 200 and not answer.headers["content-type"].startswith(NOT_JSON)
        cursor: str | None = msgspec.json.decode(answer.body).get("next_cursor") if is_json else None
        return cursor

    def _asked(self, method: str, path: str, body: Any, key: str) -> Any:
        answer = self._door(method, path, encoded(body), {"X-Algolia-API-Key": key})
        assert answer.status < 300, (method, path, answer.body.decode(), self._broken.told)
        return msgspec.json.decode(answer.body)


class _Broken(logging.Handler):
    """What the app logged of errors that nobody expected."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self.told.append("".join(traceback.format_exception(*record.exc_info)[-4:]))


def plain_body(route: Route, shape: Any) -> Any:
    """A body that ``route`` takes: as it is written down, or made up from the shape that it reads."""
    if route in PLAIN:
        return PLAIN[route]
    return None if shape is None else made_up(inspect.type_info(shape))


def _fields(shape: Any) -> list[str]:
    is_struct = isinstance(shape, type) and issubclass(shape, msgspec.Struct)
    return [each.encode_name for each in msgspec.structs.fields(shape)] if is_struct else []


def _fault(route: Route, knock: Knock, answer: Answer) -> str | None:
    """What is wrong with an answer, None when nothing is."""
    if answer.status >= 500:
        return f"{answer.status}"
    if answer.headers.get("access-control-allow-origin") != "*":
        return "no browser may read it"
    if answer.status >= 400 and (leaks := [leak for leak in LEAKS if leak in answer.body.lower()]):
        return f"it tells of {leaks}"
    if answer.headers["content-type"].startswith(NOT_JSON):
        return None
    try:
        document = msgspec.json.decode(answer.body.decode())
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return f"no JSON: {error}"
    return _misshapen(route, knock, answer.status, document) if answer.status >= 400 else None


def _misshapen(route: Route, knock: Knock, status: int, document: Any) -> str | None:
    if route[1].startswith("/1/"):
        is_right = isinstance(document.get("message"), str) and document.get("status") == status
        return None if is_right else "an error that Algolia's clients cannot read"
    error = document.get("error", {})
    if not (isinstance(error.get("code"), str) and isinstance(error.get("message"), str)):
        return "an error without code and message"
    return "no field is named" if knock.place and status == 400 and not error.get("field") else None
