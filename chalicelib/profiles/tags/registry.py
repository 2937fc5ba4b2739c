"""All tags there are, compiled once, and what they say of a shopper."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.profiles.model import BY_HAND, Tag, TagGroup, TagUnknown
from chalicelib.profiles.subject import ShopperSubject
from chalicelib.profiles.tags.definition import TagDefinition
from chalicelib.rules import ValueRule, Why


@dataclass(frozen=True, slots=True)
class Judgement:
    """The values that rules give (by tag id), and the earliest instant at which one may be otherwise (None: never)."""

    values: Mapping[str, str] = field(default_factory=dict)
    flips_at: datetime | None = None


class TagRegistry:
    """The tags by id. Those that are not enabled are known, and their rules are not asked."""

    def __init__(self, definitions: Iterable[TagDefinition]) -> None:
        self._definitions = {definition.tag_id: definition for definition in definitions}
        self._rules: list[tuple[TagDefinition, ValueRule]] = []
        for definition in self._definitions.values():
            rule = definition.compiled(f"{definition.tag_id}.rule") if definition.is_enabled else None
            if rule is not None:
                self._rules.append((definition, rule))

    def __contains__(self, tag_id: str) -> bool:
        return tag_id in self._definitions

    def get(self, tag_id: str) -> TagDefinition:
        """The definition of a tag. Raises ``TagUnknown``."""
        if tag_id not in self._definitions:
            raise TagUnknown(f"there is no tag {tag_id!r}", field="tag")
        return self._definitions[tag_id]

    def all(self) -> Sequence[TagDefinition]:
        """Every definition, by group and id."""
        order = {group: place for place, group in enumerate(TagGroup)}
        return sorted(self._definitions.values(), key=lambda each: (order[each.group], each.tag_id))

    def judge(
        self,
        subject: ShopperSubject,
        now: datetime,
        *,
        besides: frozenset[str] = frozenset(),
        only: TagGroup | None = None,
    ) -> Judgement:
        """What the rules say of a shopper, but for those of the tags ``besides``; those of one group alone with ``only``."""
        values: dict[str, str] = {}
        flips_at: datetime | None = None
        last_seen = subject.profile.recency.last_seen
        for definition, rule in self._rules:
            if definition.tag_id in besides or (only is not None and definition.group is not only):
                continue
            value, until = rule.outcome(subject, now)
            if value is not None and definition.lifetime_days is not None and last_seen is not None:
                over = last_seen + timedelta(days=definition.lifetime_days)
                if over <= now:
                    # Nothing but a new visit brings it back.
                    continue
                until = over if until is None else min(until, over)
            if value is not None:
                values[definition.tag_id] = value
            if until is not None:
                flips_at = until if flips_at is None else min(flips_at, until)
        return Judgement(values, flips_at)

    def expires_at(self, tag: Tag, last_seen: datetime | None) -> datetime | None:
        """When a tag goes for its age if nothing more is seen of the shopper; None for one that stays."""
        definition = self._definitions.get(tag.tag_id)
        if definition is None or definition.lifetime_days is None:
            return None
        renewed_at = tag.since if tag.rule == BY_HAND or last_seen is None else last_seen
        return renewed_at + timedelta(days=definition.lifetime_days)

    def settled(self, tags: Mapping[str, Tag]) -> dict[str, Tag]:
        """The tags that stay where some exclude each other.

        Of each exclusive group it is one set by hand before one that a rule gave, then the one of the highest priority,
        then, of those set by hand, the newest, then the first by id. A rule's tags have no age to compare: when they
        began would depend on the order in which events came in.
        """
        winners: dict[str, Tag] = {}
        kept: dict[str, Tag] = {}
        for tag_id, tag in tags.items():
            definition = self._definitions.get(tag_id)
            if definition is None or definition.exclusive_group is None:
                kept[tag_id] = tag
                continue
            rival = winners.get(definition.exclusive_group)
            if rival is None or self._rank(tag) < self._rank(rival):
                winners[definition.exclusive_group] = tag
        return kept | {tag.tag_id: tag for tag in winners.values()}

    def explain(self, tag_id: str, subject: ShopperSubject, now: datetime) -> Why | None:
        """Why a rule gives its tag to a shopper, or not; None for a tag that is set by hand. Raises ``TagUnknown``."""
        rule = self.get(tag_id).compiled()
        return None if rule is None else rule.explain(subject, now)

    def _rank(self, tag: Tag) -> tuple[bool, int, float, str]:
        is_by_hand = tag.rule == BY_HAND
        age = -tag.since.timestamp() if is_by_hand else 0.0
        return (not is_by_hand, -self._definitions[tag.tag_id].priority, age, tag.tag_id)
