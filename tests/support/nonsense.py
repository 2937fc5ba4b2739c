"""What no shop should ever be sent, and will be: values, bodies, ids, query strings and headers that mean nothing."""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

Place = tuple[str | int, ...]
_HOLE = "@@hole@@"


@dataclass(frozen=True, slots=True)
class Raw:
    """JSON text (or what is none) that Python's encoder would not write."""

    text: bytes


VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    0.5,
    1e308,
    2**31,
    2**53 + 1,
    2**63,
    2**64,
    10**30,
    -(10**30),
    Raw(b"NaN"),
    Raw(b"-Infinity"),
    Raw(b"1e999"),
    Raw(b"1e-999"),
    Raw(b"9" * 5_000),
    Raw(rb'"\ud800"'),
    Raw(b'"\xff\xfe"'),
    Raw(b'{"a": 1, "a": 2}'),
    Raw(b"[" * 400 + b"]" * 400),
    "",
    " \t\n",
    "x",
    "连衣裙" * 40,
    "𠀀👩‍👩‍👧",
    "x" * 10_000,
    "\x00\x1b[31m",
    "\u202e\u2028\ufeff",
    "-1",
    "１２٣",
    "NaN",
    "../../etc",
    "a/b#c%d?e=1&f",
    "{{ 7 * 7 }}{% for",
    "*",
    "[",
    "(?:a+)+$",
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "10000-01-01T00:00:00Z",
    "2026-02-30T25:00:00Z",
    [],
    [None],
    ["x", 1, {}],
    ["x"] * 2_000,
    {},
    {"": ""},
    {"x" * 200: {"y": [1]}},
)

BODIES: tuple[bytes, ...] = (
    b"",
    b" \n",
    b"{",
    b"not json",
    b"null",
    b"true",
    b"7",
    b'"text"',
    b"[]",
    b"[{}]",
    b"{}",
    b"{}{}",
    b'{"a": 1,}',
    b"\xef\xbb\xbf{}",
    b"\xff\xfe{\x00}\x00",
    b"\x00\x01\x02",
    b'{"\xff": 1}',
    rb'{"\ud800": 1}',
    b"[" * 100_000,
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    b"\x1f\x8b",
    gzip.compress(b'{"a": [1')[:14],
    gzip.compress(b"\xff\xfe"),
    b'{"requests": null, "batch": {}, "products": "x", "params": 1}',
    "id,name\n1,连衣裙\n\x00,,,,\n".encode(),
    b'a,b\n"x',
)

IDS: tuple[str, ...] = (
    "x",
    "%2F",
    "a%2Fb%23c%25d%3Fe",
    "..",
    "%2E%2E%2F%2E%2E",
    "%00",
    "%0A%0D",
    "%FF%FE",
    "%ED%A0%80",
    "%",
    "%zz",
    "%25%32%46",
    "*",
    "-1",
    "1e999",
    "9" * 40,
    quote("连衣裙"),
    quote("𠀀👩‍👩‍👧"),
    "x" * 129,
    quote("连" * 128),
    "x" * 1_025,
    quote("连" * 1_000),
    "x" * 3_000,
    "%20",
    "+",
    "'%22;--",
    "{{7}}",
    "null",
)

QUERY_VALUES: tuple[str, ...] = (
    "",
    "0",
    "-1",
    "1.5",
    "1e9",
    "1000000000",
    "9" * 40,
    "abc",
    quote("１２"),
    "%00",
    "%FF",
    "%ED%A0%80",
    "%",
    quote("连衣裙"),
    "x" * 3_000,
    "null",
    "true",
    "%7B%7D",
    "%5B%5D",
    "e30",
    "eyJhIjoxfQ",
    "bnVsbA==",
    "MA",
    quote("é") + "=",
    "9999-12-31",
    "0000-00-00",
    "2026-11-22T00:00:00Z",
    "1&{name}=2",
    "&{name}=",
)

HEADERS: tuple[Mapping[str, str], ...] = (
    {"Content-Type": "application/json; charset=utf-16"},
    {"Content-Type": "multipart/form-data"},
    {"Content-Type": "连衣裙"},
    {"Content-Type": ""},
    {"Content-Type": "text/csv"},
    {"Content-Type": "application/jsonl"},
    {"Content-Encoding": "gzip"},
    {"Content-Encoding": "br"},
    {"Accept": "image/png"},
    {"Accept": "application/octet-stream"},
    {"Accept": ""},
    {"Accept-Encoding": "identity;q=0, *;q=0"},
    {"Idempotency-Key": "k" * 256},
    {"Idempotency-Key": "钥匙"},
    {"Idempotency-Key": " "},
    {"Idempotency-Key": "k#/%\x7f"},
    {"X-Forwarded-For": "x" * 2_000, "X-Forwarded-Proto": "gopher"},
    {"X-Unheard-Of": "é" * 500},
    {"If-Match": "*", "Range": "bytes=9-1", "Expect": "nothing"},
    {"Transfer-Encoding-Too": "chunked", "Cookie": "=;;=,\x7f"},
)

KEYS: tuple[Mapping[str, str], ...] = (
    {},
    {"Authorization": "Basic !!!"},
    {"Authorization": "Basic /v8="},
    {"Authorization": "Basic"},
    {"Authorization": "Bearer"},
    {"Authorization": "Bearer 钥匙"},
    {"Authorization": "x" * 10_000},
    {"X-Algolia-API-Key": "钥匙"},
    {"X-Algolia-API-Key": "x" * 10_000},
    {"X-Algolia-API-Key": "A" * 64 + "dmFsaWRVbnRpbD0x"},
    {"X-Algolia-API-Key": "/v8=" * 30},
)


def places(body: Any, at: Place = ()) -> Iterator[Place]:
    """Where something stands in ``body``: every field and entry, outer ones first."""
    inside = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for name, value in inside:
        yield (*at, name)
        yield from places(value, (*at, name))


def spoiled(body: Any, place: Place, value: Any) -> bytes:
    """``body`` as JSON with ``value`` at ``place``; a field that is not there is added."""
    changed = deepcopy(body)
    target = changed
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = _HOLE if isinstance(value, Raw) else value
    text = json.dumps(changed, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return text.replace(f'"{_HOLE}"'.encode(), value.text) if isinstance(value, Raw) else text


def without(body: Any, place: Place) -> bytes:
    """``body`` as JSON without what stands at ``place``."""
    changed = deepcopy(body)
    target = changed
    for step in place[:-1]:
        target = target[step]
    del target[place[-1]]
    return json.dumps(changed, ensure_ascii=False).encode()


def queries(names: Sequence[str], values: Sequence[str] = QUERY_VALUES) -> Iterator[str]:
    """A query string for each of ``names`` with each of ``values``."""
    for name in names:
        for value in values:
            yield f"{name}={value.replace('{name}', name)}"
