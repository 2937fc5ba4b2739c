"""How many shoppers carry a tag, with which values, and how old that knowledge is: counted one shopper at a time."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.profiles.model import BY_HAND, Tag

MAX_VALUES = 30
"""Distinct values counted by name; those met later are counted together."""

AGES = (1, 7, 30, 90)
"""Days up to which a tag is counted as so old; the last class is older."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The carriers of one tag. ``ages`` counts them by how long their value has stood, in the classes of ``AGES``."""

    carriers: int = 0
    by_hand: int = 0
    values: Mapping[str, int] = field(default_factory=dict)
    other_values: int = 0
    ages: tuple[int, ...] = (0,) * (len(AGES) + 1)

    def plus(self, tag: Tag, now: datetime) -> "Tally":
        """With one more carrier."""
        is_named = tag.value in self.values or len(self.values) < MAX_VALUES
        days = max(now - tag.since, timedelta()) / timedelta(days=1)
        age = sum(days >= limit for limit in AGES)
        return Tally(
            self.carriers + 1,
            self.by_hand + (tag.rule == BY_HAND),
            {**self.values, tag.value: self.values.get(tag.value, 0) + 1} if is_named else self.values,
            self.other_values + (not is_named),
            tuple(count + (place == age) for place, count in enumerate(self.ages)),
        )

    @property
    def ages_in_words(self) -> dict[str, int]:
        """``ages`` with a name for each class."""
        names = [*(f"under_{days}d" for days in AGES), f"{AGES[-1]}d_or_more"]
        return dict(zip(names, self.ages, strict=True))

    @property
    def fresh_share(self) -> float:
        """The share of carriers whose value has stood for less than 30 days."""
        return sum(self.ages[: AGES.index(30) + 1]) / self.carriers if self.carriers else 0.0


def tallied(tallies: Mapping[str, Tally], tags: Mapping[str, Tag], now: datetime) -> dict[str, Tally]:
    """The tallies by tag id, with the tags of one more shopper."""
    added = {tag_id: tallies.get(tag_id, Tally()).plus(tag, now) for tag_id, tag in tags.items()}
    return {**tallies, **added}


def most_frequent(values: Mapping[str, int]) -> dict[str, int]:
    """The values, most carriers first."""
    return dict(Counter(values).most_common())
