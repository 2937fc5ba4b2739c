"""The use cases of profiles."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from chalicelib.core.clock import Clock, whole_milliseconds
from chalicelib.core.ids import Randomness
from chalicelib.profiles.activity import Activity
from chalicelib.profiles.changing import changed
from chalicelib.profiles.differences import Comparison, compared
from chalicelib.profiles.model import (
    CountedAhead,
    ProfileChange,
    ProfileNotFound,
    Shopper,
    StaleProfile,
    Tag,
    TagNotFound,
)
from chalicelib.profiles.orders import generation_of
from chalicelib.profiles.ports import History, ProductFacts, ProfileRecords, QueryInterests
from chalicelib.profiles.projection import Shopkeeping, looked_after, project, recomputed
from chalicelib.profiles.recovery import recovered
from chalicelib.profiles.retagging import retagged
from chalicelib.profiles.tags import TagDefinition, TagRegistry, starter_registry, tag_by_hand

MAX_ORDERS = 30
"""Orders that one write changes: they stand in one transaction with the profile, of at most a hundred items."""


class Profiles:
    """Projects events into profiles and tags, and answers who a shopper is."""

    def __init__(
        self,
        records: ProfileRecords,
        facts: ProductFacts,
        history: History,
        clock: Clock,
        randomness: Randomness,
        shop: Shopkeeping | None = None,
        interests: QueryInterests | None = None,
        registry: Callable[[], TagRegistry] = starter_registry,
    ) -> None:
        self._records = records
        self._facts = facts
        self._interests = interests
        self._history = history
        self._clock = clock
        self._randomness = randomness
        self._keeping = shop or Shopkeeping()
        self._registry = registry

    @property
    def shards(self) -> int:
        """How many shards each list of shoppers has; they are numbered from 0."""
        return self._records.shards

    @property
    def registry(self) -> TagRegistry:
        """The tags there are at the moment."""
        return self._registry()

    def tag(self, tag_id: str) -> TagDefinition:
        """The definition of a tag. Raises ``TagUnknown``."""
        return self.registry.get(tag_id)

    @property
    def zone(self) -> tzinfo:
        """The zone in which the shop's days begin."""
        return self._keeping.zone

    def get(self, shopper_id: str) -> Shopper:
        """All that is known of a shopper. Raises ``ProfileNotFound`` when nothing was ever seen of them."""
        shopper = self._records.load(shopper_id)
        if shopper.profile.version == 0:
            raise ProfileNotFound(f"nothing is known of shopper {shopper_id!r}")
        return shopper

    def sources_of(self, shopper_id: str) -> tuple[str, ...]:
        """Every id that is this shopper, the surviving one first: what is kept under an id lies under each of them."""
        shopper = self._records.load(shopper_id)
        return (shopper.shopper_id, *shopper.merged_from)

    def project(self, shopper_id: str, activities: Sequence[Activity]) -> bool:
        """Apply a batch of the events of one id, in its log's order, once; whether anything was new.

        They count for whom the id was merged into, if it was.

        Repeating a batch, or a part of it, changes nothing. Raises ``StaleProfile`` when others kept changing the
        profile: the same call may succeed later.
        """
        changes = [self._project(shopper_id, part) for part in _parts(self._completed(activities))]
        return any(changes)

    def rebuild(self, shopper_id: str, *, may_forget: bool = False) -> Shopper:
        """Make a profile anew from the event log, while events go on coming; the shopper as they are afterwards.

        Raises ``ProfileNotFound``, and ``LogIncomplete`` when the log no longer has all events (unless ``may_forget``).
        """
        self.get(shopper_id)

        def make(shopper: Shopper) -> ProfileChange:
            return self._with_orders_staged(self._recomputed(shopper, may_forget=may_forget))

        made = self._change(shopper_id, make)
        if made is not None:
            self._records.forget_orders(made.shopper_id, made.profile.generation)
        return self.get(shopper_id)

    def compare(self, shopper_id: str) -> Comparison:
        """What ``rebuild`` would change, field by field; nothing is written. Raises ``ProfileNotFound``."""
        shopper = self.get(shopper_id)
        return compared(shopper, self._recomputed(shopper, may_forget=True), self._clock.now())

    def recover(self, shopper_id: str, activity: Activity) -> bool:
        """Bring in an event that was set aside, whatever came after it; False when it has been counted since.

        Raises ``ActivityUnusable`` when it still cannot be applied, ``NotReachedYet``, ``TooManyMissed``.
        """
        now = self._clock.now()
        completed = self._completed([activity])
        made = self._change(
            shopper_id,
            lambda known: recovered(known, completed[0], now, self.shop, known.source_of(shopper_id)),
            completed,
        )
        return made is not None

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
        self.tag(tag_id)
        return self._records.tagged(tag_id, shard, limit, cursor)

    def set_tag(self, shopper_id: str, tag_id: str, value: str) -> Tag:
        """Set a tag by hand; no rule changes it until it is deleted. Raises ``TagUnknown``, ``ProfileNotFound``."""
        tag = tag_by_hand(self.tag(tag_id), value, whole_milliseconds(self._clock.now()))
        self.get(shopper_id)
        self._change(shopper_id, lambda shopper: retagged(shopper, tag.since, self.shop, tags_set=(tag,)))
        return tag

    def delete_tag(self, shopper_id: str, tag_id: str) -> None:
        """Take a tag away for good: a tombstone keeps the rules from setting it again.

        Raises ``TagNotFound`` when the shopper does not carry it, ``ProfileNotFound``.
        """
        if not self.get(shopper_id).has_tag(tag_id):
            raise TagNotFound(f"shopper {shopper_id!r} does not carry the tag {tag_id!r}")
        now = self._clock.now()
        self._change(shopper_id, lambda shopper: retagged(shopper, now, self.shop, withheld=(tag_id,)))

    @property
    def shop(self) -> Shopkeeping:
        """How the shop is kept, with the tags as they are defined now."""
        return replace(self._keeping, tags=self._registry())

    def _advance(self, shopper_id: str, now: datetime) -> bool:
        try:
            return self._change(shopper_id, lambda shopper: looked_after(shopper, now, self.shop)) is not None
        except StaleProfile:
            # The shopper is busy shopping; the entry stays for the next sweep.
            return False

    def _project(self, shopper_id: str, part: Sequence[Activity]) -> bool:
        now = self._clock.now()

        def make(shopper: Shopper) -> ProfileChange | None:
            return project(shopper, part, now, self.shop, shopper.source_of(shopper_id))

        return self._change(shopper_id, make, part) is not None

    def _recomputed(self, shopper: Shopper, *, may_forget: bool) -> ProfileChange:
        # The log is read after the profile: what it has and the profile has not is still to come, and is named.
        activities, ahead = self._history_of(shopper)
        now = self._clock.now()
        return recomputed(shopper, self._completed(activities), ahead, now, self.shop, may_forget=may_forget)

    def _history_of(self, shopper: Shopper) -> tuple[list[Activity], CountedAhead]:
        told = [self._history.of(source) for source in (shopper.shopper_id, *shopper.merged_from)]
        activities = [activity for each, _ in told for activity in each]
        names = frozenset(name for _, ahead in told for name in ahead.names)
        return activities, CountedAhead(names, max(ahead.until for _, ahead in told))

    def _with_orders_staged(self, made: ProfileChange) -> ProfileChange:
        """The change with its orders written beforehand, under a name of their own: one write could not hold them all."""
        generation = generation_of(made.profile.version, self._randomness)
        self._records.stage_orders(made.shopper_id, generation, made.orders)
        return replace(made, profile=replace(made.profile, generation=generation), orders=())

    def _completed(self, activities: Sequence[Activity]) -> list[Activity]:
        touched = {each.product_id for activity in activities for each in activity.touched if each.product_id}
        known = self._facts.of(sorted(touched)) if touched else {}
        queries = {activity.words for activity in activities if activity.words}
        understood = self._interests.of(sorted(queries)) if queries and self._interests else {}
        return [activity.with_facts(known).with_interests(understood) for activity in activities]

    def _change(
        self,
        shopper_id: str,
        make: Callable[[Shopper], ProfileChange | None],
        about: Sequence[Activity] = (),
    ) -> ProfileChange | None:
        return changed(self._records, shopper_id, make, sorted({each.order for each in about if each.order}))


def _parts(activities: Sequence[Activity]) -> Iterator[list[Activity]]:
    """The activities in order, in parts that are about few enough orders for one write."""
    part: list[Activity] = []
    orders: set[str] = set()
    for activity in activities:
        if activity.order and len(orders | {activity.order}) > MAX_ORDERS:
            yield part
            part, orders = [], set()
        part.append(activity)
        orders |= {activity.order} if activity.order else set()
    yield part
