"""What comes back from an engine: hits and counts, and the writes that were not done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.search.document import Document, Meaning


@dataclass(frozen=True, slots=True)
class FacetStats:
    """Of a number among the hits that have it (money in fen)."""

    min: float
    max: float
    avg: float
    sum: float


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near a hit's title is to the query in meaning, and what that ``added`` to its score (see ``search.semantic``)."""

    cosine: float
    added: float


@dataclass(frozen=True, slots=True)
class FoundHit:
    """A hit: the engine's score (comparable within one answer only) and what the document stores."""

    object_id: str
    score: float
    hit: Mapping[str, Any]
    facets: Mapping[str, tuple[str, ...]]
    meaning: Meaning | None = None
    nearness: Nearness | None = None


@dataclass(frozen=True, slots=True)
class Tallied:
    """What a tally counted, as in ``Found``."""

    total: int = 0
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    stats: Mapping[str, FacetStats] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """``total`` is exact. ``facets``: per field the values by falling count, then by name; numbers as text. ``tallies``
    in the order of the plan's. ``meaning`` says what was done by meaning, ``notes`` what ``arranged`` did, for the trace.
    ``witnesses`` are counted in listings; None where nobody asked or counted."""

    hits: tuple[FoundHit, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    stats: Mapping[str, FacetStats] = field(default_factory=dict)
    tallies: tuple[Tallied, ...] = ()
    meaning: Mapping[str, Any] | None = None
    notes: Mapping[str, Any] = field(default_factory=dict)
    witnesses: int | None = None


@dataclass(frozen=True, slots=True)
class Write:
    """Store ``document``, or delete ``object_id`` when it is None, unless a later ``revision`` was seen."""

    object_id: str
    revision: int
    document: Document | None


@dataclass(frozen=True, slots=True)
class WriteFailure:
    """A write that was not done. ``is_retryable``: the same write may succeed later."""

    object_id: str
    reason: str
    is_retryable: bool
