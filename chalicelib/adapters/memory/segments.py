"""In-memory twin of ``SegmentRecords``."""

from collections.abc import Sequence

from chalicelib.segments.model import Segment, StaleSegment


class MemorySegmentRecords:
    """``SegmentRecords`` in a dictionary."""

    def __init__(self) -> None:
        self._segments: dict[str, Segment] = {}

    def all(self) -> Sequence[Segment]:
        return [self._segments[segment_id] for segment_id in sorted(self._segments)]

    def get(self, segment_id: str) -> Segment | None:
        return self._segments.get(segment_id)

    def put(self, segment: Segment, expected_version: int | None) -> None:
        self._expect(segment.segment_id, expected_version)
        self._segments[segment.segment_id] = segment

    def delete(self, segment_id: str, expected_version: int) -> None:
        self._expect(segment_id, expected_version)
        del self._segments[segment_id]

    def _expect(self, segment_id: str, version: int | None) -> None:
        known = self._segments.get(segment_id)
        if (known.version if known else None) != version:
            raise StaleSegment(f"the segment {segment_id} was changed in between", field="version")
