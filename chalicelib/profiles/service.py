"""The use cases of profiles."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.core.clock import Clock, whole_milliseconds
from chalicelib.profiles.activity import Activity
from chalicelib.profiles.model import (
    ProfileChange,
    ProfileNotFound,
    Shopper,
    StaleProfile,
    Tag,
    TagNotFound,
)
from chalicelib.profiles.ports import ProductFacts, ProfileRecords
from chalicelib.profiles.projection import asleep, project
from chalicelib.profiles.tags import tag_by_hand, tag_kind

_TRIES = 5


class Profiles:
    """Projects events into profiles and tags, and answers who a shopper is.

    A shopper is dormant once nothing was seen of them for ``dormant_after``.
    """

    def __init__(
        self, records: ProfileRecords, facts: ProductFacts, clock: Clock, dormant_after: timedelta = timedelta(days=30)
    ) -> None:
        self._records = records
        self._facts = facts
        self._clock = clock
        self._dormant_after = dormant_after

    @property
    def shards(self) -> int:
        """How many shards each list of shoppers has; they are numbered from 0."""
        return self._records.shards

    def get(self, shopper_id: str) -> Shopper:
        """All that is known of a shopper. Raises ``ProfileNotFound`` when nothing was ever seen of them."""
        shopper = self._records.load(shopper_id)
        if shopper.profile.version == 0:
            raise ProfileNotFound(f"nothing is known of shopper {shopper_id!r}")
        return shopper

    def project(self, shopper_id: str, activities: Sequence[Activity]) -> bool:
        """Apply a batch of one shopper's events, in the log's order, once; whether anything was new.

        Repeating a batch, or a part of it, changes nothing. Raises ``StaleProfile`` when others kept changing the
        profile: the same call may succeed later.
        """
        touched = {each.product_id for activity in activities for each in activity.touched if each.product_id}
        known = self._facts.of(sorted(touched)) if touched else {}
        completed = [activity.with_facts(known) for activity in activities]
        return self._change(shopper_id, lambda shopper: project(shopper, completed, self._dormant_after)) is not None

    def advance_lifecycles(self, now: datetime, limit: int = 1000) -> int:
        """Make dormant who was not seen for too long, at most about ``limit`` shoppers; how many were looked after.

        Call again until 0 is answered. Overlapping calls are harmless: each step is conditional.
        """
        done = 0
        for shard in range(self.shards):
            cursor: str | None = None
            while done < limit:
                due, cursor = self._records.due(shard, now, min(100, limit - done), cursor)
                done += sum(self._advance(shopper_id, now) for shopper_id in due)
                if cursor is None:
                    break
        return done

    def tagged(
        self, tag_id: str, shard: int, limit: int = 100, cursor: str | None = None
    ) -> tuple[Sequence[str], str | None]:
        """One page of the shoppers that carry a tag, in the order of their ids, and the next cursor.

        The list may lag behind by moments: ask ``get`` before acting. Raises ``TagUnknown``.
        """
        tag_kind(tag_id)
        return self._records.tagged(tag_id, shard, limit, cursor)

    def set_tag(self, shopper_id: str, tag_id: str, value: str) -> Tag:
        """Set a tag by hand; no rule changes it until it is deleted. Raises ``TagUnknown``, ``ProfileNotFound``."""
        tag = tag_by_hand(tag_id, value, whole_milliseconds(self._clock.now()))
        self.get(shopper_id)
        self._change(shopper_id, lambda shopper: _retagged(shopper, tags_set=(tag,)))
        return tag

    def delete_tag(self, shopper_id: str, tag_id: str) -> None:
        """Take a tag away for good: a tombstone keeps the rules from setting it again.

        Raises ``TagNotFound`` when the shopper does not carry it, ``ProfileNotFound``.
        """
        if not self.get(shopper_id).has_tag(tag_id):
            raise TagNotFound(f"shopper {shopper_id!r} does not carry the tag {tag_id!r}")
        self._change(shopper_id, lambda shopper: _retagged(shopper, withheld=(tag_id,)))

    def _advance(self, shopper_id: str, now: datetime) -> bool:
        def step(shopper: Shopper) -> ProfileChange | None:
            due, last = shopper.profile.due_at, shopper.profile.recency.last_seen
            if due is None or last is None or due > now:
                # The list lags behind: someone was here already.
                return None
            is_over = last + self._dormant_after
            if is_over <= now:
                return asleep(shopper, is_over)
            return _rescheduled(shopper, is_over)

        try:
            return self._change(shopper_id, step) is not None
        except StaleProfile:
            # The shopper is busy shopping; the entry stays for the next sweep.
            return False

    def _change(
        self, shopper_id: str, make: Callable[[Shopper], ProfileChange | None], tries: int = _TRIES
    ) -> ProfileChange | None:
        made = make(self._records.load(shopper_id))
        if made is None:
            return None
        try:
            self._records.save(made)
        except StaleProfile:
            if tries == 1:
                raise
            return self._change(shopper_id, make, tries - 1)
        return made


def _rescheduled(shopper: Shopper, due_at: datetime) -> ProfileChange:
    profile = replace(shopper.profile, due_at=due_at, version=shopper.profile.version + 1)
    return ProfileChange(shopper.shopper_id, profile)


def _retagged(shopper: Shopper, tags_set: tuple[Tag, ...] = (), withheld: tuple[str, ...] = ()) -> ProfileChange:
    # The version moves with every tag, so that a projection running beside this one starts again from what is true.
    profile = replace(shopper.profile, version=shopper.profile.version + 1)
    return ProfileChange(shopper.shopper_id, profile, tags_set=tags_set, withheld=withheld)
