"""What search may know of a shopper, taken from the profile."""

from datetime import datetime

from chalicelib.profiles.affinity import Kind
from chalicelib.profiles.model import Shopper
from chalicelib.search.model import NEUTRAL, Taste


def to_taste(shopper: Shopper, now: datetime) -> Taste:
    """What ranking may know of a shopper."""
    profile = shopper.profile
    if profile.version == 0 or not shopper.consents.is_personalised:
        return NEUTRAL
    return Taste(
        is_personalised=True,
        events=profile.learnt,
        brands=profile.affinities.weights(Kind.BRAND, now),
        categories=profile.affinities.weights(Kind.CATEGORY, now),
        tags=profile.affinities.weights(Kind.TAG, now),
        price_bands=profile.affinities.weights(Kind.PRICE_BAND, now),
        sizes=profile.affinities.weights(Kind.SIZE, now),
    )
