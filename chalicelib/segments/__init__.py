"""Owns segments: rules over shoppers that have a name, and who is in them."""

from chalicelib.segments.model import (
    MAX_SEGMENTS,
    VOCABULARY,
    Segment,
    SegmentExists,
    SegmentUnknown,
    StaleSegment,
    TooManySegments,
)
from chalicelib.segments.ports import SegmentRecords
from chalicelib.segments.service import Judged, Segments

__all__ = [
    "MAX_SEGMENTS",
    "VOCABULARY",
    "Judged",
    "Segment",
    "SegmentExists",
    "SegmentRecords",
    "SegmentUnknown",
    "Segments",
    "StaleSegment",
    "TooManySegments",
]
