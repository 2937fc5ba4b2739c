"""The events that no projection could use: their names stay with the profile, so that each can be brought in later, once."""

from dataclasses import dataclass

MOST_KEPT = 20
"""A shopper with more of them has a broken sender; a recomputation from the log brings all in."""


@dataclass(frozen=True, slots=True)
class Missed:
    """Names of events set aside, the first ``MOST_KEPT`` of them; ``has_more`` when there were others."""

    names: frozenset[str] = frozenset()
    has_more: bool = False

    def plus(self, names: frozenset[str]) -> "Missed":
        """These and ``names``. Which ones are kept does not depend on the order in which they come."""
        all_names = sorted(self.names | names)
        return Missed(frozenset(all_names[:MOST_KEPT]), self.has_more or len(all_names) > MOST_KEPT)

    def minus(self, name: str) -> "Missed":
        """These without one that was brought in."""
        return Missed(self.names - {name}, self.has_more)

    def together_with(self, other: "Missed") -> "Missed":
        """Those of two profiles of one person."""
        united = self.plus(other.names)
        return Missed(united.names, united.has_more or other.has_more)
