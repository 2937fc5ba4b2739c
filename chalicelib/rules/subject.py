"""Whom a rule is about, and which words it may use of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from chalicelib.rules.quantities import Quantity

MAX_NAME_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Fact:
    """What is the case, as JSON (None: nothing is known), and when it may change though nothing happens."""

    value: Any = None
    until: datetime | None = None


class Subject(Protocol):
    """Somebody, as rules see them. What is unknown is None, a count of what never happened is 0."""

    def fact(self, name: str, now: datetime) -> Fact:
        """What is the case: ``trait.city``, ``tag.vip``, ``lifecycle``, ..."""
        ...

    def number(self, name: str, now: datetime) -> Quantity | None:
        """One of the vocabulary's numbers."""
        ...

    def count(self, event: str, within_days: int | None) -> Quantity:
        """How often something was done: ever, or on the last days, today included."""
        ...

    def spent(self, within_days: int | None) -> Quantity:
        """The fen that were spent, less what came back."""
        ...

    def latest(self, event: str) -> datetime | None:
        """When something was done last."""
        ...

    def earliest(self, event: str) -> datetime | None:
        """When something was done first."""
        ...

    def liking(self, kind: str, names: Collection[str], words: Collection[str]) -> Quantity | None:
        """How much of a kind is liked that has one of ``names`` or has one of ``words`` in its name; the most liked of them."""
        ...

    def favourite(self, kind: str) -> tuple[str, Quantity] | None:
        """What is liked most of a kind, and how much."""
        ...


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that rules may use, each with how it is said in Chinese.

    ``facts`` and ``numbers`` are whole names (``lifecycle``), or end with a point where any may follow (``trait.``).
    ``events`` can be counted; those of ``dated`` also within days, and ``latest`` and ``earliest`` have instants.
    """

    facts: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)
    events: Mapping[str, str] = field(default_factory=dict)
    dated: frozenset[str] = frozenset()
    latest: frozenset[str] = frozenset()
    earliest: frozenset[str] = frozenset()
    kinds: Mapping[str, str] = field(default_factory=dict)
    most_days: int = 90

    def fact_in_words(self, name: Any) -> str | None:
        """A fact's name in Chinese; None for what is none."""
        return _in_words(self.facts, name)

    def number_in_words(self, name: Any) -> str | None:
        """A number's name in Chinese; None for what is none."""
        return _in_words(self.numbers, name)


def _in_words(known: Mapping[str, str], name: Any) -> str | None:
    if not isinstance(name, str) or len(name) > MAX_NAME_CHARACTERS:
        return None
    head, point, rest = name.partition(".")
    if rest and head + point in known:
        return f"{known[head + point]}「{rest}」"
    return None if name.endswith(".") else known.get(name)
