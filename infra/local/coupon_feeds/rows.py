"""What reading a file of coupons yields: templates as ``POST /v1/coupons`` takes them, and refusals."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.core.errors import InvalidRequest

Document = Mapping[str, Any]
"""A template's JSON."""


class CouponsUnreadable(InvalidRequest):
    """The file as a whole cannot be read as coupons."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: a template, or why it cannot be one. ``position`` is the line it begins on; ``remarks`` tell what was
    left out or chosen for a template that was read all the same."""

    position: int
    coupon_id: str | None
    document: Document | None
    error: InvalidRequest | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A file opened: ``rows`` reads it once; ``expected`` is about how many there are, for a progress bar; ``unused`` are
    columns that no field takes."""

    format_name: str
    expected: int
    rows: Iterator[Row]
    unused: tuple[str, ...] = ()
