"""All the nonsense that one route can be sent."""

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tests.support.nonsense import BODIES, HEADERS, IDS, KEYS, VALUES, Place, places, queries, spoiled, without


@dataclass(frozen=True, slots=True)
class Knock:
    """One request; ``place`` is where its body is wrong, when that is all that is."""

    about: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] | None = None
    place: Place | None = None


def knocks(
    path: str,
    body: Any,
    key: Mapping[str, str],
    ids: Mapping[str, str],
    *,
    fields: Iterable[str] = (),
    asked: Iterable[str] = (),
    cursors: Iterable[str] = (),
) -> Iterator[Knock]:
    """All nonsense there is for a route; ``fields`` and ``asked`` are names of its body and its query string."""
    whole, plain = filled(path, ids), encoded(body)
    yield from _bodies(whole, body, fields, key)
    for name in ids:
        if f"{{{name}}}" in path:
            for each in IDS:
                yield Knock("id", filled(path, {**ids, name: each}), plain, key)
    for query in queries(sorted({"limit", "cursor", "nobody", *asked})):
        yield Knock("query", f"{whole}?{query}", plain, key)
    for cursor in cursors:
        yield Knock("cursor", f"{whole}?limit=1&cursor={quote(cursor, safe='')}", plain, key)
    for headers in HEADERS:
        yield Knock("header", whole, plain, {**key, **headers})
    for headers in KEYS:
        yield Knock("key", whole, plain, headers)


def _bodies(path: str, body: Any, fields: Iterable[str], key: Mapping[str, str]) -> Iterator[Knock]:
    for each in BODIES:
        yield Knock("body", path, each, key)
    if body is None:
        return
    standing = list(places(body))
    absent = [(name,) for name in fields if isinstance(body, dict) and name not in body]
    for place in [*standing, *absent]:
        for value in VALUES:
            yield Knock("field", path, spoiled(body, place, value), key, place)
    for place in standing:
        yield Knock("without", path, without(body, place), key, place)


def some(all_of_them: Sequence[Knock], shares: Mapping[str, int], chance: random.Random) -> list[Knock]:
    """So many of each kind as ``shares`` says, drawn by ``chance``."""
    kinds: dict[str, list[Knock]] = defaultdict(list)
    for each in all_of_them:
        kinds[each.about].append(each)
    return [knock for kind, most in shares.items() for knock in chance.sample(kinds[kind], min(most, len(kinds[kind])))]


def encoded(body: Any) -> bytes:
    """A body as it is sent; None is none."""
    return b"" if body is None else json.dumps(body).encode()


def filled(path: str, ids: Mapping[str, str]) -> str:
    """``path`` with its parameters."""
    for name, value in ids.items():
        path = path.replace(f"{{{name}}}", value)
    return path
