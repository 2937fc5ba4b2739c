"""Where a shopper stands, as a function of what was seen of them and of the present instant."""

from datetime import datetime, timedelta

from chalicelib.profiles.model import Lifecycle, Profile

NEW_FOR = timedelta(days=7)
"""How long a shopper without an order counts as new, from the first event to the latest."""


def lifecycle_of(profile: Profile, now: datetime, dormant_after: timedelta) -> Lifecycle:
    """Dormant when nothing was seen for ``dormant_after``, new until an order or ``NEW_FOR``, else active."""
    first, last = profile.recency.first_seen, profile.recency.last_seen
    if first is None or last is None:
        return Lifecycle.NEW
    if now - last >= dormant_after:
        return Lifecycle.DORMANT
    return Lifecycle.NEW if profile.counters.orders == 0 and last - first < NEW_FOR else Lifecycle.ACTIVE


def dormant_from(profile: Profile, dormant_after: timedelta) -> datetime | None:
    """The instant at which the shopper becomes dormant if nothing more is seen."""
    last = profile.recency.last_seen
    return None if last is None else last + dormant_after
