"""How an event that was set aside is brought in after all, once what stood in its way is mended."""

from dataclasses import replace
from datetime import datetime

from chalicelib.core.errors import Conflict, Impossible
from chalicelib.profiles.activity import Activity
from chalicelib.profiles.folding import Standing
from chalicelib.profiles.model import OWN, ProfileChange, Shopper
from chalicelib.profiles.projection import Shopkeeping, concluded, folded_or_named


class NotReachedYet(Conflict):
    """The log's stream has not come to this event yet: it may still go through by itself."""


class TooManyMissed(Impossible):
    """More events of this shopper were set aside than a profile remembers; a recomputation brings them in."""


def recovered(
    shopper: Shopper, activity: Activity, now: datetime, shop: Shopkeeping, source: str = OWN
) -> ProfileChange | None:
    """The change that a missed event makes, however much came after it; None when it has been counted since.

    Raises ``ActivityUnusable`` when it still cannot be applied, ``NotReachedYet``, ``TooManyMissed``.
    """
    profile = shopper.profile
    if activity.sequence > profile.applied.get(source, ""):
        raise NotReachedYet("the projection has not come to this event yet, try again")
    if activity.name not in profile.missed.names:
        if profile.missed.has_more:
            raise TooManyMissed(f"too many events of {shopper.shopper_id!r} were set aside: rebuild the profile")
        return None
    without = replace(profile, missed=profile.missed.minus(activity.name))
    standing = folded_or_named(Standing(without, shopper.traits, shopper.orders), activity, shopper, shop)
    return concluded(shopper, standing, max(now, activity.at), activity.at, shop)
