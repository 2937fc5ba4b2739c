"""The nodes of a compiled rule. Each tells whether it holds, and until when that is certain though nothing happens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalicelib.rules.quantities import Outcome, Quantity, Range
from chalicelib.rules.subject import Fact, Subject


@dataclass(frozen=True, slots=True)
class Why:
    """One node's part in a verdict: ``at`` is where it stands in the rule, ``says`` what it asks for and ``found`` what
    is the case, both in Chinese.
    """

    at: str
    is_true: bool
    says: str
    found: str = ""
    parts: tuple["Why", ...] = ()


class Node(Protocol):
    """A part of a rule."""

    @property
    def says(self) -> str: ...

    def judge(self, subject: Subject, now: datetime) -> Outcome: ...

    def explain(self, subject: Subject, now: datetime) -> Why: ...


@dataclass(frozen=True, slots=True)
class AllOf:
    """Holds when all parts do (an empty one always does)."""

    at: str
    parts: tuple[Node, ...]

    @property
    def says(self) -> str:
        return _joined("且", self.parts)

    def judge(self, subject: Subject, now: datetime) -> Outcome:
        return _judged(self.parts, False, subject, now)

    def explain(self, subject: Subject, now: datetime) -> Why:
        parts = tuple(part.explain(subject, now) for part in self.parts)
        return Why(self.at, all(part.is_true for part in parts), "全部满足", parts=parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds when one part does (an empty one never does)."""

    at: str
    parts: tuple[Node, ...]

    @property
    def says(self) -> str:
        return _joined("或", self.parts)

    def judge(self, subject: Subject, now: datetime) -> Outcome:
        return _judged(self.parts, True, subject, now)

    def explain(self, subject: Subject, now: datetime) -> Why:
        parts = tuple(part.explain(subject, now) for part in self.parts)
        return Why(self.at, any(part.is_true for part in parts), "满足任一", parts=parts)


@dataclass(frozen=True, slots=True)
class Not:
    """Holds when its part does not."""

    at: str
    part: Node

    @property
    def says(self) -> str:
        return f"非({self.part.says})"

    def judge(self, subject: Subject, now: datetime) -> Outcome:
        is_true, flips_at = self.part.judge(subject, now)
        return not is_true, flips_at

    def explain(self, subject: Subject, now: datetime) -> Why:
        part = self.part.explain(subject, now)
        return Why(self.at, not part.is_true, "不满足", parts=(part,))


@dataclass(frozen=True, slots=True)
class NumberTest:
    """Holds when a number is known and will do."""

    at: str
    subject_of: str
    of: Callable[[Subject, datetime], Quantity | None]
    wanted: Range

    @property
    def says(self) -> str:
        return f"{self.subject_of}{_in_words(self.wanted)}"

    def judge(self, subject: Subject, now: datetime) -> Outcome:
        quantity = self.of(subject, now)
        return (False, None) if quantity is None else quantity.judge(now, self.wanted)

    def explain(self, subject: Subject, now: datetime) -> Why:
        quantity = self.of(subject, now)
        found = "未知" if quantity is None else _short(quantity.at(now))
        return Why(self.at, self.judge(subject, now)[0], self.says, found)


@dataclass(frozen=True, slots=True)
class FactTest:
    """Holds when a fact is known and is one of ``allowed`` (None: whatever it is), or has one of ``words`` in it.

    Of a list, one of its values must.
    """

    at: str
    subject_of: str
    of: Callable[[Subject, datetime], Fact]
    allowed: tuple[Any, ...] | None = None
    words: tuple[str, ...] = ()

    @property
    def says(self) -> str:
        if self.words:
            return f"{self.subject_of}含{_listed(self.words)}"
        return f"有{self.subject_of}" if self.allowed is None else f"{self.subject_of}是{_listed(self.allowed)}"

    def judge(self, subject: Subject, now: datetime) -> Outcome:
        fact = self.of(subject, now)
        return self._will_do(fact.value), fact.until

    def explain(self, subject: Subject, now: datetime) -> Why:
        fact = self.of(subject, now)
        values = fact.value if isinstance(fact.value, list) else [fact.value]
        found = "未知" if fact.value is None else _listed(values)
        return Why(self.at, self._will_do(fact.value), self.says, found)

    def _will_do(self, value: Any) -> bool:
        if value is None:
            return False
        if isinstance(value, list):
            return any(self._will_do(each) for each in value)
        if self.words:
            return isinstance(value, str) and any(word in value for word in self.words)
        if isinstance(value, str):
            return self.allowed is None or value in self.allowed
        # To JSON, true is no number; to Python it is 1.
        is_flag = isinstance(value, bool)
        return self.allowed is None or any(each == value and isinstance(each, bool) is is_flag for each in self.allowed)


def _judged(parts: Sequence[Node], decisive: bool, subject: Subject, now: datetime) -> Outcome:
    """One part that is ``decisive`` settles it, so it stands for as long as the longest of those stands."""
    longest: datetime | None = None
    shortest: datetime | None = None
    for part in parts:
        is_true, flips_at = part.judge(subject, now)
        if is_true == decisive:
            if flips_at is None:
                return decisive, None
            longest = flips_at if longest is None else max(longest, flips_at)
        elif flips_at is not None:
            shortest = flips_at if shortest is None else min(shortest, flips_at)
    return (decisive, longest) if longest is not None else (not decisive, shortest)


_IN_WORDS = {True: "是", False: "否"}


def _joined(word: str, parts: Sequence[Node]) -> str:
    return f" {word} ".join(f"({part.says})" if isinstance(part, AllOf | AnyOf) else part.says for part in parts)


def _listed(values: Sequence[Any]) -> str:
    return "/".join(_IN_WORDS.get(value, str(value)) if isinstance(value, bool) else str(value) for value in values)


def _in_words(wanted: Range) -> str:
    if wanted.low is not None and wanted.low == wanted.high:
        return f"={_short(wanted.low)}"
    low = "" if wanted.low is None else f"{'≥' if wanted.has_low else '>'}{_short(wanted.low)}"
    high = "" if wanted.high is None else f"{'≤' if wanted.has_high else '<'}{_short(wanted.high)}"
    return low + ("且" if low and high else "") + high


def _short(number: float) -> str:
    return f"{number:,.2f}".rstrip("0").rstrip(".").replace(",", "")
