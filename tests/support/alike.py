"""When two shoppers are the same, however their events came."""

from dataclasses import replace

import pytest

from chalicelib.profiles import Affinities, Kind, Shopper
from tests.support.shoppers import without_version


def assert_alike(one: Shopper, other: Shopper) -> None:
    """Equal, but for the fourth decimal of an affinity, and for what tells how events came."""
    for kind in Kind:
        mine, theirs = one.profile.affinities.scores.get(kind, {}), other.profile.affinities.scores.get(kind, {})
        assert mine == pytest.approx(theirs, abs=1e-3)
    assert _bare(one) == _bare(other)


def _bare(shopper: Shopper) -> Shopper:
    plain = without_version(shopper)
    profile = replace(plain.profile, affinities=Affinities(), applied={}, generation="")
    consents = replace(plain.consents, shopper_id="")
    return replace(plain, shopper_id="", profile=profile, consents=consents, counted=frozenset())
