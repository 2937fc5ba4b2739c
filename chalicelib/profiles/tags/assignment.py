"""Which tags a shopper carries: those of the rules, those that a person set, and none that was taken away."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.profiles.model import BY_HAND, Tag, TagGroup
from chalicelib.profiles.subject import ShopperSubject
from chalicelib.profiles.tags.definition import TagDefinition
from chalicelib.profiles.tags.registry import TagRegistry

MAX_CHANGES = 40
"""Tags that one write changes: it is one transaction of at most a hundred items. The rest comes with the next sweep."""


@dataclass(frozen=True, slots=True)
class TagChanges:
    """Tags to store, ids of tags to remove, and whether that is all there is to do."""

    tags_set: tuple[Tag, ...]
    tags_removed: tuple[str, ...]
    is_all: bool


@dataclass(frozen=True, slots=True)
class Assignment:
    """Tags by id, and the earliest instant at which one may come, go or change though nothing happens (None: never)."""

    tags: Mapping[str, Tag]
    flips_at: datetime | None

    def changes_from(self, stored: Mapping[str, Tag]) -> TagChanges:
        """What to write where ``stored`` is known."""
        removed = sorted(stored.keys() - self.tags.keys())
        changed = sorted((tag for tag_id, tag in self.tags.items() if stored.get(tag_id) != tag), key=_by_id)
        room = MAX_CHANGES - min(len(removed), MAX_CHANGES)
        is_all = len(removed) + len(changed) <= MAX_CHANGES
        return TagChanges(tuple(changed[:room]), tuple(removed[:MAX_CHANGES]), is_all)


def tag_by_hand(definition: TagDefinition, value: str, since: datetime) -> Tag:
    """A tag as a person sets it."""
    return Tag(definition.tag_id, value, BY_HAND, 1, 1.0, since, definition.group)


def hand_set(tags: Mapping[str, Tag]) -> dict[str, Tag]:
    """Those of the tags that a person set."""
    return {tag_id: tag for tag_id, tag in tags.items() if tag.rule == BY_HAND}


def assigned(
    registry: TagRegistry,
    tags: Mapping[str, Tag],
    subject: ShopperSubject,
    now: datetime,
    since: datetime,
    withheld: frozenset[str],
    *,
    may_infer: bool,
) -> Assignment:
    """The tags at ``now``, from those there were; one whose value stays keeps its ``since``, others get ``since``.

    Without ``may_infer`` (personalisation is off) nothing is concluded: a lifecycle tag that is no longer true goes,
    all else stays as it was. Tags set by hand stay until they are too old; ``withheld`` ones are left alone.
    """
    by_hand, first_over = _not_over(registry, hand_set(tags), subject, now)
    subject.tags = by_hand
    only = None if may_infer else TagGroup.LIFECYCLE
    judgement = registry.judge(subject, now, besides=withheld | by_hand.keys(), only=only)
    if may_infer:
        concluded = {
            tag_id: _tag(registry.get(tag_id), value, tags.get(tag_id), since)
            for tag_id, value in judgement.values.items()
        }
    else:
        concluded = {
            tag_id: tag for tag_id, tag in tags.items() if _stays(tag, judgement.values) and tag_id in registry
        }
    dates = [instant for instant in (judgement.flips_at, first_over) if instant is not None]
    return Assignment(registry.settled(by_hand | concluded), min(dates, default=None))


def _not_over(
    registry: TagRegistry, tags: Mapping[str, Tag], subject: ShopperSubject, now: datetime
) -> tuple[dict[str, Tag], datetime | None]:
    """Those that are not too old, and when the next of them will be."""
    last_seen = subject.profile.recency.last_seen
    over = {tag_id: registry.expires_at(tag, last_seen) for tag_id, tag in tags.items()}
    young = {tag_id: tag for tag_id, tag in tags.items() if (at := over[tag_id]) is None or at > now}
    return young, min((at for at in over.values() if at is not None and at > now), default=None)


def _by_id(tag: Tag) -> str:
    return tag.tag_id


def _stays(tag: Tag, values: Mapping[str, str]) -> bool:
    return tag.rule != BY_HAND and (tag.group is not TagGroup.LIFECYCLE or tag.tag_id in values)


def _tag(definition: TagDefinition, value: str, known: Tag | None, at: datetime) -> Tag:
    if known is None or known.value != value or known.rule == BY_HAND:
        version, confidence = definition.version, definition.confidence
        return Tag(definition.tag_id, value, definition.tag_id, version, confidence, at, definition.group)
    return replace(known, rule_version=definition.version, confidence=definition.confidence, group=definition.group)
