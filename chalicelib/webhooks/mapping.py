"""A platform's words for what happened, mapped to ours by data: topic -> steps, each an event, an identity or a product."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus

import msgspec

from chalicelib.core.clock import from_rfc3339
from chalicelib.core.ids import digest
from chalicelib.webhooks.model import Delivery, PayloadInvalid
from chalicelib.webhooks.values import Condition, Scope, Value, read_conditions, read_value, wrong

_KINDS = ("track", "identify", "pass", "product", "product_gone")
_FIELDS = {"when", "for", "user", "guest", "order", "message", "at", "once", "properties", "traits", *_KINDS}
MAX_MESSAGE_CHARACTERS = 128


@dataclass(frozen=True, slots=True)
class Told:
    """A call in Segment's shape. Whose it is may have to be looked up by ``order_id``: then it has no ``userId`` yet.

    ``is_once``: what later deliveries say under the same message id is no news.
    """

    item: Mapping[str, Any]
    order_id: str | None = None
    is_once: bool = False

    @property
    def message_id(self) -> str:
        return str(self.item["messageId"])

    @property
    def shopper_id(self) -> str | None:
        given = self.item.get("userId") or self.item.get("anonymousId")
        return None if given is None else str(given)


@dataclass(frozen=True, slots=True)
class Shelved:
    """A product as it is now (``document`` in the catalogue's documented shape), or None: it is gone. ``at``: since when."""

    product_id: str
    document: Mapping[str, Any] | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a topic means. ``condition`` must hold; ``over`` repeats it for each element of a list."""

    kind: str
    name: str
    condition: Condition
    over: str | None
    values: Mapping[str, Value]
    is_once: bool = False

    def of(self, scope: Scope, source_id: str, prefix: str) -> list[Told | Shelved]:
        """What this step makes of a payload. Raises ``PayloadInvalid``."""
        scopes = [scope] if self.over is None else scope.elements(self.over)
        return [self._made(each, source_id, prefix) for each in scopes if self.condition(each)]

    def _made(self, scope: Scope, source_id: str, prefix: str) -> Told | Shelved:
        found = {name: value(scope) for name, value in self.values.items()}
        if self.kind == "pass":
            return self._passed(found["pass"], source_id)
        at = found.get("at")
        if self.kind in ("product", "product_gone"):
            document = found[self.kind]
            product_id = document.get("id") if isinstance(document, dict) else document
            if product_id is None:
                raise PayloadInvalid("the product has no id")
            gone = self.kind == "product_gone"
            return Shelved(str(product_id), None if gone else document, from_rfc3339(at) if at else None)
        return self._told(found, source_id, prefix)

    def _told(self, found: Mapping[str, Any], source_id: str, prefix: str) -> Told:
        if found.get("message") is None:
            raise PayloadInvalid("the payload lacks what its message id is made of")
        item: dict[str, Any] = {"type": self.kind, "messageId": _message_id(source_id, str(found["message"]))}
        if self.name:
            item["event"] = self.name
        if found.get("user") is not None:
            item["userId"] = f"{prefix}{found['user']}"
        elif found.get("guest") is not None:
            item["anonymousId"] = f"{prefix}{found['guest']}"
        item |= {key: found[name] for name, key in _SAID.items() if found.get(name) is not None}
        item["context"] = {"webhook": source_id}
        order_id = found.get("order")
        return Told(item, None if order_id is None else str(order_id), self.is_once)

    def _passed(self, given: Any, source_id: str) -> Told:
        """What comes in Segment's shape already."""
        if not isinstance(given, dict):
            raise PayloadInvalid("the payload holds no event")
        if not isinstance(given.get("messageId"), str):
            raise PayloadInvalid("the event has no messageId")
        return Told({**given, "messageId": _message_id(source_id, given["messageId"])})


_SAID = {"at": "timestamp", "properties": "properties", "traits": "traits"}


def _message_id(source_id: str, said: str) -> str:
    """Depends on what happened only, so that it is the same whichever delivery told it."""
    whole = f"{source_id}:{said}"
    return whole if len(whole) <= MAX_MESSAGE_CHARACTERS else f"{source_id}:{digest(said)}"


@dataclass(frozen=True, slots=True)
class PlatformMapping:
    """How to read a platform: where its topic stands, how its payload is wrapped, what its topics mean, what it wants to read
    in our answer."""

    topic: Mapping[str, str]
    unwrap: str | None
    topics: Mapping[str, Sequence[Step]]
    answer: Mapping[str, Any]

    def telling(self, headers: Mapping[str, str]) -> dict[str, str]:
        """The headers that say what a body means; the others are nobody's business later."""
        return {name: headers[name] for name in (self.topic.get("header", ""),) if name in headers}

    def read(self, delivery: Delivery) -> tuple[str, Scope]:
        """The topic of a delivery and its payload. Raises ``PayloadInvalid``."""
        whole = _json(delivery.body)
        topic = delivery.headers.get(self.topic.get("header", "")) or Scope(whole).at(self.topic.get("path", "-"))
        if not isinstance(topic, str):
            raise PayloadInvalid("the delivery names no topic")
        if self.unwrap is None:
            return topic, Scope(whole)
        inner = Scope(whole).at(self.unwrap)
        if isinstance(inner, str):
            inner = _json((inner if inner.lstrip().startswith(("{", "[")) else unquote_plus(inner)).encode())
        return topic, Scope({**whole, self.unwrap: inner} if isinstance(whole, dict) else inner)


def read_mapping(document: Any, at: str = "mapping") -> PlatformMapping:
    """A mapping from JSON. Raises ``SourceInvalid`` that names the node (``mapping.topics.orders/paid[0].user``)."""
    if not isinstance(document, dict):
        raise wrong(at, "must be an object")
    topic, topics = document.get("topic"), document.get("topics")
    if not isinstance(topic, dict) or not (set(topic) & {"header", "path"}):
        raise wrong(f"{at}.topic", "must say header or path")
    if not isinstance(topics, dict) or not topics:
        raise wrong(f"{at}.topics", "must map topics to lists of steps")
    unwrap, answer = document.get("unwrap"), document.get("answer", {})
    if not isinstance(answer, dict):
        raise wrong(f"{at}.answer", "must be an object")
    if unwrap is not None and (not isinstance(unwrap, str) or "." in unwrap):
        raise wrong(f"{at}.unwrap", "must be the name of a field")
    same = document.get("same", {})
    if not isinstance(same, dict):
        raise wrong(f"{at}.same", "must map names to lists of steps")
    shared = {name: _steps(given, f"{at}.same.{name}") for name, given in same.items()}
    steps = {name: _shared_or_own(given, shared, f"{at}.topics.{name}") for name, given in topics.items()}
    where = {key: str(value).lower() if key == "header" else str(value) for key, value in topic.items()}
    return PlatformMapping(where, unwrap, steps, answer)


def _shared_or_own(given: Any, shared: Mapping[str, Sequence[Step]], at: str) -> Sequence[Step]:
    if isinstance(given, str):
        if given not in shared:
            raise wrong(at, "names no entry of same")
        return shared[given]
    return _steps(given, at)


def _steps(given: Any, at: str) -> Sequence[Step]:
    if not isinstance(given, list):
        raise wrong(at, "must be a list of steps")
    return [_step(each, f"{at}[{number}]") for number, each in enumerate(given)]


def _step(node: Any, at: str) -> Step:
    if not isinstance(node, dict):
        raise wrong(at, "must be an object")
    unknown = set(node) - _FIELDS
    if unknown:
        raise wrong(f"{at}.{min(unknown)}", f"is not one of {', '.join(sorted(_FIELDS))}")
    kinds = [kind for kind in _KINDS if kind in node]
    if len(kinds) != 1:
        raise wrong(at, f"must have one of {', '.join(_KINDS)}")
    (kind,) = kinds
    over = node.get("for")
    if over is not None and not isinstance(over, str):
        raise wrong(f"{at}.for", "must be a path")
    if kind in ("track", "identify") and "message" not in node:
        raise wrong(f"{at}.message", "is required: what tells this event from others")
    name = node[kind] if kind == "track" else ""
    if not isinstance(name, str) or (kind == "track" and not name):
        raise wrong(f"{at}.track", "must be the name of an event")
    read = [key for key in node if key not in ("when", "for", "once", "track", "identify")]
    values = {key: read_value(node[key], f"{at}.{key}") for key in read}
    return Step(kind, name, read_conditions(node.get("when", []), f"{at}.when"), over, values, node.get("once") is True)


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body.decode())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PayloadInvalid(f"the body is not valid JSON in UTF-8: {type(error).__name__}", field="body") from None
