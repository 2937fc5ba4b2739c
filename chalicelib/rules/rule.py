"""Rules ready to be asked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from chalicelib.rules.documents import Piece, RuleInvalid, list_at, text_at
from chalicelib.rules.nodes import Node, Why
from chalicelib.rules.parsing import Parser, fact_of, favourite_of
from chalicelib.rules.quantities import Outcome
from chalicelib.rules.subject import Fact, Subject, Vocabulary

MAX_CASES = 20
MAX_BYTES = 16_384
MAX_VALUE_CHARACTERS = 100
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a rule holds, why, and the earliest instant at which that may change though nothing happens (None: never)."""

    is_true: bool
    flips_at: datetime | None
    why: Why


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition."""

    node: Node

    @property
    def says(self) -> str:
        """The rule in Chinese."""
        return self.node.says

    def outcome(self, subject: Subject, now: datetime) -> Outcome:
        """Whether it holds and until when that is certain: the verdict without its reasons, which cost more."""
        return self.node.judge(subject, now)

    def judge(self, subject: Subject, now: datetime) -> Verdict:
        """The verdict with its reasons."""
        is_true, flips_at = self.node.judge(subject, now)
        return Verdict(is_true, flips_at, self.node.explain(subject, now))


Valued = tuple[str | None, datetime | None]
"""A value (None: none), and the earliest instant at which it may be otherwise."""


@dataclass(frozen=True, slots=True)
class Case:
    """A value and when it is the one."""

    when: Rule
    value: str


@dataclass(frozen=True, slots=True)
class Cases:
    """The value of the first case that holds."""

    cases: tuple[Case, ...]

    @property
    def says(self) -> str:
        if len(self.cases) == 1:
            return self.cases[0].when.says
        return "；".join(f"{case.value}：{case.when.says}" for case in self.cases)

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(case.value for case in self.cases)

    def outcome(self, subject: Subject, now: datetime) -> Valued:
        """The value, and until when it is certain."""
        soonest: datetime | None = None
        for case in self.cases:
            is_true, flips_at = case.when.outcome(subject, now)
            if flips_at is not None:
                soonest = flips_at if soonest is None else min(soonest, flips_at)
            if is_true:
                return case.value, soonest
        return None, soonest

    def explain(self, subject: Subject, now: datetime) -> Why:
        """The case that holds, or all of them."""
        reasons = []
        for case in self.cases:
            why = case.when.node.explain(subject, now)
            if why.is_true:
                return why
            reasons.append(why)
        return reasons[0] if len(reasons) == 1 else Why("rule.cases", False, "满足任一", parts=tuple(reasons))


@dataclass(frozen=True, slots=True)
class ValueOf:
    """The text that a fact or favourite has at the moment, if ``when`` holds (None: always)."""

    at: str
    of_what: str
    of: Callable[[Subject, datetime], Fact]
    when: Rule | None = None

    @property
    def says(self) -> str:
        return f"{self.of_what}，当{self.when.says}" if self.when else self.of_what

    def outcome(self, subject: Subject, now: datetime) -> Valued:
        """The value, and until when it is certain."""
        fact = self.of(subject, now)
        value, until = _as_text(fact.value), fact.until
        if self.when is None or value is None:
            return value, until
        is_true, flips_at = self.when.outcome(subject, now)
        dates = [instant for instant in (until, flips_at) if instant is not None]
        return value if is_true else None, min(dates, default=None)

    def explain(self, subject: Subject, now: datetime) -> Why:
        """What there is, and whether that may be said."""
        value = self.outcome(subject, now)[0]
        parts = (self.when.node.explain(subject, now),) if self.when else ()
        return Why(self.at, value is not None, self.of_what, _as_text(self.of(subject, now).value) or "未知", parts)


ValueRule = Cases | ValueOf


def parse(document: Any, words: Vocabulary, at: str = "rule") -> Rule:
    """Compile a condition, written as JSON in ``words``. Raises ``RuleInvalid``, whose ``field`` is the node's path."""
    return Rule(_small(Parser(words).node(document, at), document, at))


def parse_value(document: Any, words: Vocabulary, at: str = "rule") -> ValueRule:
    """Compile a rule that gives a value: ``{"when": rule}`` (``"true"``), ``{"cases": [{"when", "value"}, ...]}`` or
    ``{"value_of": name}``, with ``"when"`` as well if it has a condition. Raises ``RuleInvalid``.
    """
    return _small(_value_rule(document, words, at), document, at)


def _value_rule(document: Any, words: Vocabulary, at: str) -> ValueRule:
    piece = Piece(document, at, may=("when", "cases", "value_of", "at_least"))
    if "value_of" in piece:
        return _value_of(piece, words)
    _without_least(piece)
    if piece.only_one_of(("when", "cases")) == "when":
        return Cases((Case(parse(piece.get("when"), words, piece.path("when")), "true"),))
    cases = list_at(piece.get("cases"), piece.path("cases"), MAX_CASES)
    return Cases(tuple(_case(each, words, f"{piece.path('cases')}[{i}]") for i, each in enumerate(cases)))


def _small(rule: T, document: Any, at: str) -> T:
    """The rule, if its JSON is. Rules are read whole, by everybody who judges by them."""
    if len(msgspec.json.encode(document)) > MAX_BYTES:
        raise RuleInvalid(f"{at} has more than {MAX_BYTES} bytes", field=at)
    return rule


def _case(document: Any, words: Vocabulary, at: str) -> Case:
    piece = Piece(document, at, may=("when", "value"), must=("when", "value"))
    return Case(parse(piece.get("when"), words, piece.path("when")), text_at(piece.get("value"), piece.path("value")))


def _value_of(piece: Piece, words: Vocabulary) -> ValueOf:
    at = piece.path("value_of")
    piece.only_one_of(("cases", "value_of"))
    name = piece.text("value_of")
    when = parse(piece.get("when"), words, piece.path("when")) if "when" in piece else None
    head, _, kind = name.partition(".")
    if head == "favourite" and kind in words.kinds:
        least = piece.number("at_least") if "at_least" in piece else 0.0
        enough = f"(偏好≥{least:g})" if least else ""
        return ValueOf(at, f"最爱的{words.kinds[kind]}{enough}", favourite_of(kind, least), when)
    _without_least(piece)
    said = words.fact_in_words(name)
    if said is None:
        known = ", ".join(f"favourite.{kind}" for kind in sorted(words.kinds))
        raise RuleInvalid(f"{at} must be a fact or one of {known}", field=at)
    return ValueOf(at, said, fact_of(name), when)


def _without_least(piece: Piece) -> None:
    if "at_least" in piece:
        raise RuleInvalid(f"{piece.at}.at_least goes with a favourite only", field=piece.path("at_least"))


def _as_text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else None
    if isinstance(value, int | float):
        return f"{value:g}"
    return value.strip()[:MAX_VALUE_CHARACTERS] or None if isinstance(value, str) else None
