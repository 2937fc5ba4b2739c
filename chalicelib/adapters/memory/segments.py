"""In-memory twin of ``SegmentRecords``."""

from chalicelib.adapters.memory.versioned import MemoryVersioned
from chalicelib.segments.model import Segment, StaleSegment


class MemorySegmentRecords(MemoryVersioned[Segment]):
    """``SegmentRecords`` in a dictionary."""

    def __init__(self) -> None:
        super().__init__(StaleSegment.of)

    def put(self, segment: Segment, expected_version: int | None) -> None:
        self.keep(segment.segment_id, segment, expected_version)
