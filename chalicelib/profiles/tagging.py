"""The use cases of tags over many shoppers: judged anew, set by hand from a list, and tried before a rule is saved."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.core.clock import Clock, whole_milliseconds
from chalicelib.core.errors import Conflict
from chalicelib.profiles.changing import changed
from chalicelib.profiles.folding import Standing
from chalicelib.profiles.model import BY_HAND, ProfileChange, ProfileNotFound, Shopper, Tag
from chalicelib.profiles.ports import ProfileRecords
from chalicelib.profiles.projection import Shopkeeping, concluded, subject_of
from chalicelib.profiles.retagging import retagged
from chalicelib.profiles.tags.assignment import hand_set, tag_by_hand
from chalicelib.profiles.tags.registry import TagRegistry
from chalicelib.profiles.tags.rounds import Judged
from chalicelib.rules import ValueRule, Why

_MOST_WRITES = 10
"""One write changes a few dozen tags; a registry has at most a few hundred."""
_SAMPLE_PAGE = 500
_SAMPLE_PAGES = 20


class TagWithheld(Conflict):
    """The shopper had this tag taken away: a list does not bring it back."""


class TagExcluded(Conflict):
    """The shopper carries another tag, set by hand, that excludes this one."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What a rule says of one shopper: the ``value`` it gives (None: none), and why. ``is_off``: the shopper switched
    personalisation off, so that no rule is asked of them.
    """

    shopper_id: str
    value: str | None
    why: Why
    is_off: bool


class Tagging:
    """Tags of many shoppers. ``shop`` tells how the shop is kept, with the tags as they are defined now."""

    def __init__(self, records: ProfileRecords, clock: Clock, shop: Callable[[], Shopkeeping]) -> None:
        self._records = records
        self._clock = clock
        self._shop = shop

    def everyone(self, limit: int, cursor: str | None = None) -> tuple[Sequence[str], str | None]:
        """Some of all shoppers, as if shuffled, and where to go on (None at the end)."""
        return self._records.everyone(limit, cursor)

    def rejudge(self, shopper_id: str, registry: TagRegistry) -> Judged:
        """Give a shopper the tags that ``registry`` says, though nothing new is known of them.

        Raises ``StaleProfile`` when others kept changing the profile.
        """
        shop = replace(self._shop(), tags=registry)
        seen: list[Shopper] = []

        def make(shopper: Shopper) -> ProfileChange | None:
            seen.append(shopper)
            return self._rejudged(shopper, shop)

        writes = 0
        while writes < _MOST_WRITES and changed(self._records, shopper_id, make) is not None:
            writes += 1
        return Judged(seen[-1].tags, writes > 0)

    def assign(self, shopper_id: str, tag_id: str, value: str, registry: TagRegistry, *, is_dry: bool = False) -> bool:
        """Set a tag of ``registry`` by hand, once however often it is asked for; whether that changed
        anything, or (``is_dry``) would.

        Raises ``TagUnknown``, ``ProfileNotFound``, ``TagWithheld``, ``TagExcluded``.
        """
        shop = replace(self._shop(), tags=registry)
        tag = tag_by_hand(registry.get(tag_id), value, whole_milliseconds(self._clock.now()))
        if is_dry:
            return _with_tag(self._records.load(shopper_id), tag, shop) is not None
        return changed(self._records, shopper_id, lambda shopper: _with_tag(shopper, tag, shop)) is not None

    def try_rule(self, rule: ValueRule, shopper_ids: Sequence[str]) -> Iterator[Tried]:
        """What a rule that nobody saved says of these shoppers; of those of whom nothing is known, nothing."""
        shop, now = self._shop(), self._clock.now()
        for shopper_id in shopper_ids:
            shopper = self._records.load(shopper_id)
            if shopper.profile.version:
                subject = subject_of(replace(shopper, tags=hand_set(shopper.tags)), shop)
                is_off = not shopper.consents.is_personalised
                value = None if is_off else rule.outcome(subject, now)[0]
                yield Tried(shopper_id, value, rule.explain(subject, now), is_off)

    def sample(self, size: int) -> Sequence[str]:
        """Shoppers as if drawn at random, but the same ones each time; fewer where they are few or lie far apart."""
        drawn: list[str] = []
        cursor: str | None = None
        for _ in range(_SAMPLE_PAGES):
            found, cursor = self._records.everyone(_SAMPLE_PAGE, cursor)
            drawn += found
            if cursor is None or len(drawn) >= size:
                break
        return drawn[:size]

    def reasons(self, shopper: Shopper, registry: TagRegistry) -> Mapping[str, Why]:
        """Why rules give the shopper's tags, or would no longer, by tag id; of those set by hand, nothing."""
        subject = subject_of(replace(shopper, tags=hand_set(shopper.tags)), self._shop())
        now = self._clock.now()
        asked = [tag for tag in shopper.tags.values() if tag.rule != BY_HAND and tag.tag_id in registry]
        found = {tag.tag_id: registry.explain(tag.tag_id, subject, now) for tag in asked}
        return {tag_id: why for tag_id, why in found.items() if why is not None}

    def _rejudged(self, shopper: Shopper, shop: Shopkeeping) -> ProfileChange | None:
        if not shopper.profile.version:
            return None
        now = self._clock.now()
        # Of a tag whose definition is gone, not even what a person set stays.
        defined = {tag_id: tag for tag_id, tag in shopper.tags.items() if tag_id in shop.tags}
        made = concluded(shopper, Standing(shopper.profile, shopper.traits), now, now, shop, defined)
        is_same = replace(made.profile, version=shopper.profile.version) == shopper.profile
        return None if is_same and not made.tags_set and not made.tags_removed else made


def _with_tag(shopper: Shopper, tag: Tag, shop: Shopkeeping) -> ProfileChange | None:
    if not shopper.profile.version:
        raise ProfileNotFound(f"nothing is known of shopper {shopper.shopper_id!r}")
    if tag.tag_id in shopper.withheld:
        raise TagWithheld(f"顾客已删除标签 {tag.tag_id} (the shopper had it taken away)")
    known = shopper.tags.get(tag.tag_id)
    if known is not None and (known.rule, known.value) == (BY_HAND, tag.value):
        return None
    made = retagged(shopper, tag.since, shop, tags_set=(tag,))
    if tag not in made.tags_set:
        raise TagExcluded(f"顾客已有与 {tag.tag_id} 互斥的人工标签 (a tag set by hand excludes it)")
    return made
