"""From JSON to a compiled rule. Every node of the language is here, once; ``docs/rules.md`` explains them."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from chalicelib.rules.documents import MAX_VALUES, Piece, RuleInvalid, list_at, listed, number_at, plain_at
from chalicelib.rules.nodes import AllOf, AnyOf, FactTest, Node, Not, NumberTest
from chalicelib.rules.quantities import DaysSince, Quantity, Range
from chalicelib.rules.subject import Fact, Subject, Vocabulary

MAX_DEPTH = 8
MAX_NODES = 100
MAX_PARTS = 30
COMPARISONS = ("lt", "lte", "gt", "gte", "between")


class Parser:
    """Reads the nodes of one rule; ``words`` are those it may use."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words
        self._nodes = 0
        self._leaves: Mapping[str, Callable[[Any, str], Node]] = {
            "is": self._is,
            "has": self._has,
            "compare": self._compare,
            "did": self._did,
            "spent": self._spent,
            "last_did": self._last_did,
            "first_did": self._first_did,
            "likes": self._likes,
            "favourite": self._favourite,
        }
        self._branches: Mapping[str, Callable[[Any, str, int], Node]] = {
            "all": self._all,
            "any": self._any,
            "not": self._not,
        }
        self.nodes = (*self._branches, *self._leaves)

    def node(self, value: Any, at: str, depth: int = 1) -> Node:
        """One node, an object with one name. Raises ``RuleInvalid``."""
        piece = Piece(value, at, may=self.nodes)
        name = piece.only_one_of(self.nodes)
        self._nodes += 1
        if depth > MAX_DEPTH:
            raise RuleInvalid(f"{at} lies deeper than {MAX_DEPTH} levels", field=at)
        if self._nodes > MAX_NODES:
            raise RuleInvalid(f"a rule has at most {MAX_NODES} nodes", field=at)
        if name in self._branches:
            return self._branches[name](piece.get(name), piece.path(name), depth)
        return self._leaves[name](piece.get(name), piece.path(name))

    def _all(self, value: Any, at: str, depth: int) -> Node:
        return AllOf(at, self._parts(value, at, depth))

    def _any(self, value: Any, at: str, depth: int) -> Node:
        return AnyOf(at, self._parts(value, at, depth))

    def _parts(self, value: Any, at: str, depth: int) -> tuple[Node, ...]:
        parts = list_at(value, at, MAX_PARTS)
        return tuple(self.node(part, f"{at}[{place}]", depth + 1) for place, part in enumerate(parts))

    def _not(self, value: Any, at: str, depth: int) -> Node:
        return Not(at, self.node(value, at, depth + 1))

    def _is(self, value: Any, at: str) -> Node:
        piece = Piece(value, at, may=("what", "equals", "one_of", "contains"), must=("what",))
        name, said = self._fact(piece.get("what"), piece.path("what"))
        of = fact_of(name)
        match piece.only_one_of(("equals", "one_of", "contains")):
            case "equals":
                return FactTest(at, said, of, (plain_at(piece.get("equals"), piece.path("equals")),))
            case "one_of":
                values = list_at(piece.get("one_of"), piece.path("one_of"), MAX_VALUES)
                allowed = tuple(plain_at(each, f"{piece.path('one_of')}[{place}]") for place, each in enumerate(values))
                return FactTest(at, said, of, allowed)
            case _:
                return FactTest(at, said, of, words=piece.texts("contains"))

    def _has(self, value: Any, at: str) -> Node:
        name, said = self._fact(value, at)
        return FactTest(at, said, fact_of(name))

    def _compare(self, value: Any, at: str) -> Node:
        piece = Piece(value, at, may=("number", *COMPARISONS), must=("number",))
        name = piece.get("number")
        said = self.words.number_in_words(name)
        if said is None:
            at_name = piece.path("number")
            raise RuleInvalid(f"{at_name} must be one of {_known(self.words.numbers)}", field=at_name)
        return NumberTest(at, said, partial(_number, name=name), _comparison(piece))

    def _did(self, value: Any, at: str) -> Node:
        piece = Piece(value, at, may=("event", "at_least", "at_most", "within_days"), must=("event",))
        days = self._days(piece, "within_days")
        event = piece.word("event", self.words.events if days is None else self.words.dated)
        low = piece.whole("at_least", 0, 10**9) if "at_least" in piece else None if "at_most" in piece else 1
        high = piece.whole("at_most", 0, 10**9) if "at_most" in piece else None
        said = f"{_within(days)}{self.words.events[event]}次数"
        return NumberTest(at, said, partial(_count, event=event, days=days), Range(low, high))

    def _spent(self, value: Any, at: str) -> Node:
        piece = Piece(value, at, may=("within_days", "at_least", "at_most"))
        days = self._days(piece, "within_days")
        if "at_least" not in piece and "at_most" not in piece:
            raise RuleInvalid(f"{at} needs at_least or at_most", field=at)
        low = piece.number("at_least") if "at_least" in piece else None
        high = piece.number("at_most") if "at_most" in piece else None
        return NumberTest(at, f"{_within(days)}消费(分)", partial(_spent, days=days), Range(low, high))

    def _last_did(self, value: Any, at: str) -> Node:
        return self._dated(value, at, "最近一次", self.words.latest, _days_since_latest)

    def _first_did(self, value: Any, at: str) -> Node:
        return self._dated(value, at, "首次", self.words.earliest, _days_since_earliest)

    def _dated(self, value: Any, at: str, said: str, events: frozenset[str], since: Callable[..., Any]) -> Node:
        piece = Piece(value, at, may=("event", "within_days", "before_days"), must=("event",))
        event = piece.word("event", events)
        side = piece.only_one_of(("within_days", "before_days"))
        days = piece.whole(side, 1, 3650)
        wanted = Range(high=days, has_high=False) if side == "within_days" else Range(low=days)
        said = f"{said}{self.words.events[event]}距今天数"
        return NumberTest(at, said, partial(since, event=event), wanted)

    def _likes(self, value: Any, at: str) -> Node:
        piece = Piece(value, at, may=("kind", "name", "any_of", "words", "at_least"), must=("kind", "at_least"))
        kind = piece.word("kind", self.words.kinds)
        by = piece.only_one_of(("name", "any_of", "words"))
        given = (piece.text("name"),) if by == "name" else piece.texts(by)
        names, words = (frozenset(), given) if by == "words" else (frozenset(given), ())
        wanted = Range(_positive(piece, "at_least"))
        said = f"对{self.words.kinds[kind]}「{'/'.join(given)}」的偏好"
        return NumberTest(at, said, partial(_liking, kind=kind, names=names, words=words), wanted)

    def _favourite(self, value: Any, at: str) -> Node:
        piece = Piece(value, at, may=("kind", "one_of", "at_least"), must=("kind", "one_of"))
        kind = piece.word("kind", self.words.kinds)
        least = _positive(piece, "at_least") if "at_least" in piece else 0.0
        return FactTest(at, f"最爱的{self.words.kinds[kind]}", favourite_of(kind, least), piece.texts("one_of"))

    def _days(self, piece: Piece, name: str) -> int | None:
        return piece.whole(name, 1, self.words.most_days) if name in piece else None

    def _fact(self, value: Any, at: str) -> tuple[str, str]:
        said = self.words.fact_in_words(value)
        if said is None:
            raise RuleInvalid(f"{at} must be one of {_known(self.words.facts)}", field=at)
        return value, said


def fact_of(name: str) -> Callable[[Subject, datetime], Fact]:
    """How to ask a subject for a fact."""
    return partial(_fact, name=name)


def favourite_of(kind: str, least: float) -> Callable[[Subject, datetime], Fact]:
    """How to ask a subject for what is liked most of a kind, if it weighs ``least``."""
    wanted = Range(least)

    def favourite(subject: Subject, now: datetime) -> Fact:
        liked = subject.favourite(kind)
        if liked is None:
            return Fact()
        name, weight = liked
        is_enough, until = weight.judge(now, wanted)
        return Fact(name if is_enough else None, until)

    return favourite


def _known(names: Collection[str]) -> str:
    return listed([f"{name}<name>" if name.endswith(".") else name for name in names])


def _comparison(piece: Piece) -> Range:
    match piece.only_one_of(COMPARISONS):
        case "between":
            at = piece.path("between")
            values = list_at(piece.get("between"), at, 2)
            if len(values) != 2:
                raise RuleInvalid(f"{at} must be the lowest and the highest number", field=at)
            return Range(number_at(values[0], f"{at}[0]"), number_at(values[1], f"{at}[1]"))
        case "lt" | "lte" as name:
            return Range(high=piece.number(name), has_high=name == "lte")
        case name:
            return Range(low=piece.number(name), has_low=name == "gte")


def _positive(piece: Piece, name: str) -> float:
    number = piece.number(name)
    if number <= 0:
        raise RuleInvalid(f"{piece.path(name)} must be more than 0", field=piece.path(name))
    return number


def _within(days: int | None) -> str:
    return "累计" if days is None else f"近{days}天"


def _fact(subject: Subject, now: datetime, *, name: str) -> Fact:
    return subject.fact(name, now)


def _number(subject: Subject, now: datetime, *, name: str) -> Quantity | None:
    return subject.number(name, now)


def _count(subject: Subject, now: datetime, *, event: str, days: int | None) -> Quantity:
    return subject.count(event, days)


def _spent(subject: Subject, now: datetime, *, days: int | None) -> Quantity:
    return subject.spent(days)


def _days_since_latest(subject: Subject, now: datetime, *, event: str) -> Quantity | None:
    instant = subject.latest(event)
    return None if instant is None else DaysSince(instant)


def _days_since_earliest(subject: Subject, now: datetime, *, event: str) -> Quantity | None:
    instant = subject.earliest(event)
    return None if instant is None else DaysSince(instant)


def _liking(
    subject: Subject, now: datetime, *, kind: str, names: frozenset[str], words: tuple[str, ...]
) -> Quantity | None:
    return subject.liking(kind, names, words)
