"""What segments need from outside."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.profiles import Shopper
from chalicelib.segments.model import Segment


class SegmentRecords(Protocol):
    """Stored segments."""

    def all(self) -> Sequence[Segment]:
        """Every segment by id, as of now."""
        ...

    def get(self, segment_id: str) -> Segment | None:
        """One segment, as of now; None when there is none."""
        ...

    def put(self, segment: Segment, expected_version: int | None) -> None:
        """Store a segment. Raises ``StaleSegment`` unless ``expected_version`` is the stored one (None: none)."""
        ...

    def delete(self, segment_id: str, expected_version: int) -> None:
        """Remove a segment. Raises ``StaleSegment`` unless it has this version."""
        ...


class Memberships(Protocol):
    """Who is in which segments at the moment."""

    def known(self) -> Sequence[Segment]:
        """The segments there are, the oldest first."""
        ...

    def of(self, shopper: Shopper) -> frozenset[str]:
        """The ids of those that a shopper is in."""
        ...
