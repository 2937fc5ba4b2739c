"""Owns who shoppers are: counters, recency, affinities, traits, tags and lifecycle, projected from what they did."""

from chalicelib.profiles.activity import Activity, Deed, Facts, Touched, sequence_text
from chalicelib.profiles.affinity import Affinities, Kind
from chalicelib.profiles.model import (
    BY_HAND,
    ActivityUnusable,
    Counters,
    Lifecycle,
    Profile,
    ProfileChange,
    ProfileNotFound,
    Recency,
    Shopper,
    StaleProfile,
    Tag,
    TagGroup,
    TagNotFound,
    TagUnknown,
    Trait,
    Traits,
)
from chalicelib.profiles.ports import ProductFacts, ProfileRecords
from chalicelib.profiles.service import Profiles
from chalicelib.profiles.tags import DORMANT, REGISTRY, TagKind, tag_kind

__all__ = [
    "BY_HAND",
    "DORMANT",
    "REGISTRY",
    "Activity",
    "ActivityUnusable",
    "Affinities",
    "Counters",
    "Deed",
    "Facts",
    "Kind",
    "Lifecycle",
    "ProductFacts",
    "Profile",
    "ProfileChange",
    "ProfileNotFound",
    "ProfileRecords",
    "Profiles",
    "Recency",
    "Shopper",
    "StaleProfile",
    "Tag",
    "TagGroup",
    "TagKind",
    "TagNotFound",
    "TagUnknown",
    "Touched",
    "Trait",
    "Traits",
    "sequence_text",
    "tag_kind",
]
