"""What merchandising rules that hold make of one search."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.search.document import OBJECT_ID
from chalicelib.search.found import FoundHit
from chalicelib.search.model import Explanation, Reason, SearchRequest
from chalicelib.search.plan import Arrangement, Clause, Condition, Filter, Lift, Operator, Pin, Plan, Sort
from chalicelib.search.rules import (
    BURIED,
    ActionKind,
    Rule,
    RuleAction,
    comparable,
)

MOST_PINS = 20
MOST_OTHER_WORDINGS = 4
"""Queries that synonyms add to one: each widens what is looked for."""
_LATIN = re.compile(r"[0-9a-z]")
_SAID = {ActionKind.PIN: "人工置顶", ActionKind.BOOST: "人工加权", ActionKind.BURY: "人工降权"}


@dataclass(frozen=True, slots=True)
class Shelf:
    """What rules make of one search; of no rule, nothing. ``fired`` are the rules, in the order they were written; ``alike``
    the words that mean what the query says."""

    fired: tuple[Rule, ...] = ()
    wordings: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()

    @property
    def redirect(self) -> str | None:
        """Where the shopper is sent instead; of several rules the first decides."""
        return next((action.url for _, action in self._actions(ActionKind.REDIRECT)), None)

    @property
    def hides(self) -> tuple[Filter, ...]:
        """Filters that keep hidden products from being found and counted."""
        targets = dict.fromkeys(action.target for _, action in self._actions(ActionKind.HIDE))
        return tuple(
            Filter((Condition(name, Operator.IS, value, is_negated=True),), is_firm=True) for name, value in targets
        )

    def on(self, plan: Plan, request: SearchRequest, plan_of: Callable[[str], Plan]) -> Plan:
        """``plan`` under the rules; ``plan_of`` makes the plan of another wording. Sorted replicas keep their order."""
        for wording in self.wordings:
            plan = widened(plan, plan_of(wording))
        plan = replace(plan, filters=(*plan.filters, *self.hides))
        if request.sort is not Sort.RELEVANCE or not (self._pins() or self._lifts()):
            return plan
        known = plan.arrangement or Arrangement()
        return replace(plan, arrangement=replace(known, pins=self._pins(), lifts=self._lifts()))

    def explained(self, explanation: Explanation, hit: FoundHit, plan: Plan) -> Explanation:
        """``explanation`` with what the shop's people did to ``hit``, before what the shopper likes."""
        if plan.arrangement is None:
            return explanation
        pinned = {pin.object_id for pin in plan.arrangement.pins}
        reasons = [
            Reason(f"{_SAID[kind]}：{rule.name}", kind, rule.rule_id, 0.0)
            for kind in _SAID
            for rule, action in self._actions(kind)
            if (
                action.product_id == hit.object_id and hit.object_id in pinned
                if kind is ActionKind.PIN
                else _has(hit, action)
            )
        ]
        boost = 1.0 if hit.object_id in pinned else plan.arrangement.factor_of(hit.facets)
        return replace(explanation, boost=boost, reasons=(*dict.fromkeys(reasons), *explanation.reasons))

    def trace(self) -> Mapping[str, Any]:
        """The rules that had a say, for the answer."""
        rules = [
            {"id": rule.rule_id, "name": rule.name, "actions": [action.kind for action in rule.actions]}
            for rule in self.fired
        ]
        return {"rules": rules, "synonyms": self.wordings} if rules else {}

    def _actions(self, kind: ActionKind) -> Iterable[tuple[Rule, RuleAction]]:
        return ((rule, action) for rule in self.fired for action in rule.actions if action.kind is kind)

    def _pins(self) -> tuple[Pin, ...]:
        pins: dict[str, Pin] = {}
        for _, action in self._actions(ActionKind.PIN):
            pins.setdefault(action.product_id or "", Pin(action.product_id or "", action.position or 1))
        return tuple(pins.values())[:MOST_PINS]

    def _lifts(self) -> tuple[Lift, ...]:
        boosts = [Lift(*action.target, action.factor or 1.0) for _, action in self._actions(ActionKind.BOOST)]
        return (*boosts, *(Lift(*action.target, BURIED) for _, action in self._actions(ActionKind.BURY)))


def shelf_of(rules: Iterable[Rule], request: SearchRequest, now: datetime) -> Shelf:
    """What ``rules`` make of ``request`` at ``now``. A synonym rule counts as fired only where a word of it is met."""
    ordered = sorted(rules, key=lambda rule: (rule.created_at, rule.rule_id))
    held = [rule for rule in ordered if rule.holds(now) and rule.trigger.fires(request.query, request.filters)]
    wordings: dict[str, None] = {}
    alike: dict[str, None] = {}
    fired = []
    for rule in held:
        said = [(action, others) for action in rule.actions if (others := reworded(request.query, action))]
        others = [each for _, wording in said for each in wording]
        wordings |= dict.fromkeys(others)
        alike |= dict.fromkeys(comparable(word) for action, _ in said for word in action.words)
        if others or any(action.kind is not ActionKind.SYNONYMS for action in rule.actions):
            fired.append(rule)
    return Shelf(tuple(fired), tuple(wordings)[:MOST_OTHER_WORDINGS], tuple(alike))


def reworded(query: str, action: RuleAction) -> list[str]:
    """``query`` with a synonym in the place of the longest word of ``action`` that it holds."""
    if action.kind is not ActionKind.SYNONYMS:
        return []
    asked = comparable(query)
    words = [comparable(word) for word in action.words]
    replaced = words[:1] if action.is_one_way else words
    met = max((word for word in replaced if _holds(asked, word)), key=len, default=None)
    if met is None:
        return []
    # A longer synonym that is there already holds the shorter one: nothing to replace.
    return [re.sub(_bounded(met), lambda _, other=other: other, asked) for other in words if not _holds(asked, other)]  # type: ignore[misc]


def widened(plan: Plan, other: Plan) -> Plan:
    """A plan that finds what ``plan`` or ``other`` finds, scoring the new tokens of ``other`` too.

    Requirements are an AND of ORs: (a1 and a2) or (b1 and b2) is every pair (ai or bj).
    """
    if not plan.requirements or not other.requirements:
        return plan
    pairs = tuple(tuple(dict.fromkeys((*one, *another))) for one in plan.requirements for another in other.requirements)
    known: dict[str, set[str]] = {}
    for clause in plan.clauses:
        known.setdefault(clause.field, set()).update(clause.tokens)
    added = [
        Clause(clause.field, fresh, clause.weight)
        for clause in other.clauses
        if (fresh := tuple(token for token in clause.tokens if token not in known.get(clause.field, ())))
    ]
    return replace(plan, requirements=pairs, clauses=(*plan.clauses, *added))


def _holds(text: str, word: str) -> bool:
    # A shop may have a thousand synonyms: most are not there at all.
    return word in text and re.search(_bounded(word), text) is not None


def _bounded(word: str) -> str:
    # "tee" must not be met in "coffee": letters and digits count as whole words only, Han wherever it stands.
    before = r"(?<![0-9a-z])" if _LATIN.match(word[0]) else ""
    after = r"(?![0-9a-z])" if _LATIN.match(word[-1]) else ""
    return before + re.escape(word) + after


def _has(hit: FoundHit, action: RuleAction) -> bool:
    name, value = action.target
    return hit.object_id == value if name == OBJECT_ID else value in hit.facets.get(name, ())


class Rules(Protocol):
    """What knows the rules for a search."""

    def shelf(self, request: SearchRequest, now: datetime) -> Shelf:
        """What the rules make of ``request`` at ``now``."""
        ...


@dataclass(frozen=True, slots=True)
class FixedRules:
    """Rules that are not in the book: for a preview."""

    rules: Sequence[Rule] = ()

    def shelf(self, request: SearchRequest, now: datetime) -> Shelf:
        """What these rules make of ``request``."""
        return shelf_of(self.rules, request, now)
