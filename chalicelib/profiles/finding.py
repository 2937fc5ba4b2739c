"""Finding a shopper by an e-mail address or a phone number, of which only a keyed hash is kept."""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.profiles.model import OWN, ProfileChange, Shopper
from chalicelib.profiles.ports import ProfileRecords

FoundBy = Callable[[Mapping[str, Any]], frozenset[str]]
"""From a shopper's traits to the names (``email#<hash>``) that lead to the shopper."""

MAX_SOURCES_CLEARED = 3
"""A write has at most a hundred items. What stays behind under another merged id leads nowhere: ``find`` asks the traits."""


def by_nothing(traits: Mapping[str, Any]) -> frozenset[str]:
    """Leads to nobody."""
    return frozenset()


def renamed(change: ProfileChange, found_by: FoundBy) -> tuple[list[str], list[tuple[str, str]]]:
    """The names that lead to a shopper since ``change``, and those that no longer do, each with the id it led to."""
    if change.traits is None:
        return [], []
    names = found_by(change.traits.values())
    before = found_by(change.traits_before.values()) if change.traits_before else frozenset()
    merged = sorted(source for source in change.profile.applied if source != OWN)
    sources = [change.shopper_id, *merged[:MAX_SOURCES_CLEARED]]
    return sorted(names - before), [(name, source) for name in sorted(before - names) for source in sources]


class Finding:
    """Follows names to shoppers."""

    def __init__(self, records: ProfileRecords, found_by: FoundBy) -> None:
        self._records = records
        self._found_by = found_by

    def find(self, name: str) -> list[Shopper]:
        """Every shopper whose traits say so now, in the order of their ids. A merged id leads to the surviving one."""
        named = (self._records.load(shopper_id) for shopper_id in self._records.named(name))
        found = {shopper.shopper_id: shopper for shopper in named if name in self._found_by(shopper.traits.values())}
        return [found[shopper_id] for shopper_id in sorted(found)]
