"""A client whose clock is wrong says when it sent (``sentAt``): what that is off by, its events' times are off by too."""

from datetime import datetime, timedelta
from typing import Final

from chalicelib.core.clock import from_rfc3339

TOLERATED: Final = timedelta(seconds=10)
"""No correction below: that much a request may take on its way."""
MOST: Final = timedelta(days=1)
"""No correction above: that is no clock that is wrong, but something recorded that is sent again."""


def instant_or_none(text: object) -> datetime | None:
    """The instant in an RFC 3339 text, or None for anything else."""
    if not isinstance(text, str) or len(text) > 64:
        return None
    try:
        return from_rfc3339(text)
    except ValueError:
        return None


def corrected(told_at: datetime, sent_at: datetime | None, received_at: datetime) -> datetime:
    """``told_at`` by our clock, as Segment computes it: ``told_at - (sent_at - received_at)``."""
    ahead = sent_at - received_at if sent_at else timedelta(0)
    return told_at - ahead if TOLERATED < abs(ahead) <= MOST else told_at
