"""The small language in which a mapping says where a value comes from (``docs/webhooks.md``): JSON, checked when it is read.

A text is a path into the payload (``customer.default_address.city``, ``images.0.src``); what begins with ``@`` is a path into
the element of the list that is being walked. An object with one of the words below makes a value of others. What is missing,
null or an empty text is no value: it is left out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.core.clock import to_rfc3339
from chalicelib.core.money import FEN_PER_YUAN
from chalicelib.webhooks.model import SourceInvalid
from chalicelib.webhooks.quantities import amount_of, instant_of

MAX_ELEMENTS = 500
MAX_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Scope:
    """What paths lead into: the payload, and the element of a list where one is being walked."""

    payload: Any
    element: Any = None

    def at(self, path: str) -> Any:
        """The value at ``path``, or None."""
        found, steps = self.payload, path
        if path.startswith("@"):
            found, steps = self.element, path[1:].removeprefix(".")
        for step in steps.split(".") if steps else ():
            if isinstance(found, dict):
                found = found.get(step)
            elif isinstance(found, list) and step.isdecimal() and int(step) < len(found):
                found = found[int(step)]
            else:
                return None
        return None if found == "" else found

    def elements(self, path: str) -> list["Scope"]:
        """A scope for each element of the list at ``path``; none where there is no list."""
        found = self.at(path)
        return [Scope(self.payload, each) for each in found[:MAX_ELEMENTS]] if isinstance(found, list) else []


Value = Callable[[Scope], Any]
Condition = Callable[[Scope], bool]


def wrong(at: str, message: str) -> SourceInvalid:
    """The refusal of a node of a mapping."""
    return SourceInvalid(f"{at} {message}", field=at)


def read_value(node: Any, at: str, depth: int = 0) -> Value:
    """The value that ``node`` describes. Raises ``SourceInvalid`` naming the node (``mapping.topics.x[0].user``)."""
    if depth > MAX_DEPTH:
        raise wrong(at, f"is nested more than {MAX_DEPTH} levels deep")
    if isinstance(node, str):
        return lambda scope: scope.at(node)
    if not isinstance(node, dict):
        raise wrong(at, "must be a path or an object")
    word = next((word for word in _WORDS if word in node), None)
    if word is None:
        raise wrong(at, f"must have one of {', '.join(_WORDS)}")
    return _WORDS[word](node, at, depth)


def read_conditions(node: Any, at: str) -> Condition:
    """All of the conditions in a list. Raises ``SourceInvalid`` naming the node."""
    if not isinstance(node, list):
        raise wrong(at, "must be a list of conditions")
    conditions = [_condition(each, f"{at}[{number}]") for number, each in enumerate(node)]
    return lambda scope: all(condition(scope) for condition in conditions)


def _condition(node: Any, at: str) -> Condition:
    if not isinstance(node, dict) or not isinstance(node.get("path"), str):
        raise wrong(at, "must have a path")
    path = node["path"]
    match node:
        case {"is": wanted}:
            return lambda scope: bool(scope.at(path) == wanted)
        case {"one_of": list(choices)}:
            return lambda scope: scope.at(path) in choices
        case {"there": bool(is_there)}:
            return lambda scope: (scope.at(path) is not None) is is_there
    raise wrong(at, "must say is, one_of (a list) or there (true or false)")


def _const(node: Mapping[str, Any], at: str, depth: int) -> Value:
    return lambda scope: node["const"]


def _first(node: Mapping[str, Any], at: str, depth: int) -> Value:
    values = _many(node["first"], f"{at}.first", depth)
    return lambda scope: next((found for value in values if (found := value(scope)) is not None), None)


def _text(node: Mapping[str, Any], at: str, depth: int) -> Value:
    """``{"text": "order-{id}"}``; no value where one of its paths has none."""
    template = node["text"]
    if not isinstance(template, str) or template.count("{") != template.count("}"):
        raise wrong(f"{at}.text", "must be a text with {paths}")
    pieces = [piece.partition("}") for piece in template.split("{")]
    head, tail = pieces[0][0], [(path, rest) for path, _, rest in pieces[1:]]

    def made(scope: Scope) -> str | None:
        found = [scope.at(path) for path, _ in tail]
        if any(each is None or isinstance(each, dict | list) for each in found):
            return None
        return head + "".join(f"{each}{rest}" for each, (_, rest) in zip(found, tail, strict=True))

    return made


def _each(node: Mapping[str, Any], at: str, depth: int) -> Value:
    value = read_value(node.get("as", "@"), f"{at}.as", depth + 1)
    condition = read_conditions(node.get("when", []), f"{at}.when")
    path = _path(node["each"], f"{at}.each")

    def made(scope: Scope) -> list[Any] | None:
        if not isinstance(scope.at(path), list):
            return None
        found = [value(inner) for inner in scope.elements(path) if condition(inner)]
        return [each for each in found if each is not None]

    return made


def _object(node: Mapping[str, Any], at: str, depth: int) -> Value:
    given = node["object"]
    if not isinstance(given, dict):
        raise wrong(f"{at}.object", "must be an object")
    values = {name: read_value(inner, f"{at}.object.{name}", depth + 1) for name, inner in given.items()}

    def made(scope: Scope) -> dict[str, Any] | None:
        found = {name: value(scope) for name, value in values.items()}
        return {name: each for name, each in found.items() if each is not None} or None

    return made


def _sum(node: Mapping[str, Any], at: str, depth: int) -> Value:
    value = read_value(node["sum"], f"{at}.sum", depth + 1)

    def made(scope: Scope) -> str | None:
        found = value(scope)
        return str(sum(map(amount_of, found), Decimal(0))) if isinstance(found, list) else None

    return made


def _positive(node: Mapping[str, Any], at: str, depth: int) -> Value:
    return _over(node["positive"], f"{at}.positive", depth, lambda found: str(abs(amount_of(found))))


def _fen(node: Mapping[str, Any], at: str, depth: int) -> Value:
    return _over(node["fen"], f"{at}.fen", depth, lambda found: round(amount_of(found) * FEN_PER_YUAN))


def _yuan(node: Mapping[str, Any], at: str, depth: int) -> Value:
    return _over(node["yuan"], f"{at}.yuan", depth, lambda found: str(amount_of(found) / FEN_PER_YUAN))


def _whole(node: Mapping[str, Any], at: str, depth: int) -> Value:
    return _over(node["whole"], f"{at}.whole", depth, lambda found: max(0, round(amount_of(found))))


def _id(node: Mapping[str, Any], at: str, depth: int) -> Value:
    """An id as text; 0 is nobody."""
    return _over(node["id"], f"{at}.id", depth, lambda found: str(found) if found not in (0, "0") else None)


def _split(node: Mapping[str, Any], at: str, depth: int) -> Value:
    mark = node.get("by", ",")
    if not isinstance(mark, str) or not mark:
        raise wrong(f"{at}.by", "must be a text")

    def parts(found: Any) -> list[str] | None:
        return [part.strip() for part in str(found).split(mark) if part.strip()] or None

    return _over(node["split"], f"{at}.split", depth, parts)


def _test(node: Mapping[str, Any], at: str, depth: int) -> Value:
    return read_conditions(node["test"], f"{at}.test")


def _time(node: Mapping[str, Any], at: str, depth: int) -> Value:
    """RFC 3339 text, ``2026-11-22 08:00:00`` in ``zone``, or epoch seconds or milliseconds; as RFC 3339 text in UTC."""
    try:
        zone = ZoneInfo(node.get("zone", "UTC"))
    except (KeyError, ValueError, TypeError, OSError):
        raise wrong(f"{at}.zone", "must be the name of a time zone") from None
    return _over(node["time"], f"{at}.time", depth, lambda found: to_rfc3339(instant_of(found, zone)))


def _over(node: Any, at: str, depth: int, make: Callable[[Any], Any]) -> Value:
    value = read_value(node, at, depth + 1)

    def made(scope: Scope) -> Any:
        found = value(scope)
        return None if found is None else make(found)

    return made


def _many(node: Any, at: str, depth: int) -> Sequence[Value]:
    if not isinstance(node, list) or not node:
        raise wrong(at, "must be a list of values")
    return [read_value(each, f"{at}[{number}]", depth + 1) for number, each in enumerate(node)]


def _path(node: Any, at: str) -> str:
    if not isinstance(node, str):
        raise wrong(at, "must be a path")
    return node


_WORDS: Mapping[str, Callable[[Mapping[str, Any], str, int], Value]] = {
    "const": _const,
    "first": _first,
    "text": _text,
    "each": _each,
    "object": _object,
    "sum": _sum,
    "positive": _positive,
    "fen": _fen,
    "yuan": _yuan,
    "whole": _whole,
    "id": _id,
    "split": _split,
    "test": _test,
    "time": _time,
}
