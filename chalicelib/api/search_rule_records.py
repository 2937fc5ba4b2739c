"""Algolia's rules as merchandising rules, and back. What has no counterpart is refused by name, never dropped."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from chalicelib.core.errors import InvalidRequest
from chalicelib.core.shapes import convert, joined
from chalicelib.search import (
    CATEGORY,
    CATEGORY_LEVELS,
    MAX_BOOST,
    OBJECT_ID,
    ActionKind,
    Rule,
    RuleAction,
    Trigger,
    TriggerKind,
)

_ANCHORS = {"is": TriggerKind.EXACT, "contains": TriggerKind.CONTAINS}
_BY_DEFAULT = ("filterPromotes", "tags", "scope", "_metadata", "_highlightResult")
"""Said by dashboards; what they ask for is so here anyway, or for people's eyes."""
_OPTIONAL = re.compile(
    r"(?P<facet>[^:]+):(?P<negated>-?)(?P<value>.+?)(?:<score=(?P<score>[0-9]{1,3}(?:\.[0-9]{1,4})?)>)?"
)


class RuleCondition(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """Which searches a rule is for."""

    pattern: str | None = None
    anchoring: str | None = None
    alternatives: bool | None = None
    filters: str | None = None


class Promotion(msgspec.Struct, forbid_unknown_fields=True):
    """Products at a position, counted from 0."""

    position: int
    object_id: str | None = msgspec.field(name=OBJECT_ID, default=None)
    object_ids: list[str] | None = msgspec.field(name="objectIDs", default=None)


class Hidden(msgspec.Struct, forbid_unknown_fields=True):
    """A product that is not found."""

    object_id: str = msgspec.field(name=OBJECT_ID)


class Consequence(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """What a rule does."""

    promote: list[Promotion] = []
    hide: list[Hidden] = []
    params: dict[str, Any] = {}
    filter_promotes: bool | None = None


class Period(msgspec.Struct, forbid_unknown_fields=True):
    """Epoch seconds from which and until which a rule holds."""

    start: int = msgspec.field(name="from")
    until: int


class RuleRecord(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """A rule as Algolia's clients write it."""

    object_id: str = msgspec.field(name=OBJECT_ID)
    consequence: Consequence
    conditions: list[RuleCondition] = []
    condition: RuleCondition | None = None
    description: str | None = None
    enabled: bool = True
    validity: list[Period] = []


def rule_of(given: Mapping[str, Any], at: str, now: datetime) -> Rule:
    """The rule that a record describes. Raises ``InvalidRequest`` naming the field below ``at``."""
    record = convert({name: value for name, value in given.items() if name not in _BY_DEFAULT}, RuleRecord, at=at)
    if len(record.validity) > 1:
        raise _refusal(joined(at, "validity"), "one period is possible; write a rule for each")
    period = record.validity[0] if record.validity else None
    try:
        return Rule(
            rule_id=record.object_id,
            name=record.description or record.object_id,
            trigger=_trigger(record, at),
            actions=tuple(_actions(record.consequence, joined(at, "consequence"))),
            created_at=now,
            is_enabled=record.enabled,
            starts_at=_instant(period.start, at) if period else None,
            ends_at=_instant(period.until, at) if period else None,
        )
    except InvalidRequest as error:
        if error.field and not error.field.startswith(at or "consequence"):
            # The rule's own checks do not know where it stood.
            error.message, error.field = f"{joined(at, error.field)}: {error.message}", joined(at, error.field)
        raise


def record_of_rule(rule: Rule) -> dict[str, Any]:
    """``rule`` as Algolia's clients read it; its synonyms stand among the synonyms."""
    optional = [_optional_filter(each) for each in rule.actions if each.kind in (ActionKind.BOOST, ActionKind.BURY)]
    redirect = next((each.url for each in rule.actions if each.kind is ActionKind.REDIRECT), None)
    params: dict[str, Any] = {"optionalFilters": optional} if optional else {}
    if redirect:
        params["renderingContent"] = {"redirect": {"url": redirect}}
    consequence = {
        "promote": [
            {OBJECT_ID: each.product_id, "position": (each.position or 1) - 1}
            for each in rule.actions
            if each.kind is ActionKind.PIN
        ],
        "hide": [{OBJECT_ID: each.target[1]} for each in rule.actions if each.kind is ActionKind.HIDE],
        "params": params,
    }
    return {
        OBJECT_ID: rule.rule_id,
        "conditions": _conditions(rule.trigger),
        "consequence": {name: each for name, each in consequence.items() if each},
        "description": rule.name,
        "enabled": rule.is_enabled,
        **_validity(rule),
    }


def _trigger(record: RuleRecord, at: str) -> Trigger:
    conditions = [*record.conditions, *([record.condition] if record.condition else [])]
    if not conditions:
        return Trigger(TriggerKind.ALWAYS)
    here = joined(at, "conditions")
    if len(conditions) > 1:
        raise _refusal(here, "one condition is possible; write a rule for each")
    [condition] = conditions
    if condition.filters:
        if condition.pattern:
            raise _refusal(f"{here}[0]", "either pattern or filters is possible, not both")
        return _of_category(condition.filters, f"{here}[0].filters")
    if condition.pattern is None:
        return Trigger(TriggerKind.ALWAYS)
    kind = _ANCHORS.get(condition.anchoring or "is")
    if kind is None:
        raise _refusal(f"{here}[0].anchoring", f"must be one of {', '.join(_ANCHORS)}")
    if "{facet:" in condition.pattern:
        raise _refusal(f"{here}[0].pattern", "placeholders for facets are not supported")
    return Trigger(kind, condition.pattern)


def _of_category(filters: str, at: str) -> Trigger:
    facet, _, value = filters.partition(":")
    value = value.strip().strip("'\"")
    if facet.strip() not in (CATEGORY, *CATEGORY_LEVELS) or not value:
        raise _refusal(at, f"must be one category, like {CATEGORY}:'连衣裙'")
    return Trigger(TriggerKind.CATEGORY, value)


def _conditions(trigger: Trigger) -> list[dict[str, Any]]:
    if trigger.kind is TriggerKind.ALWAYS:
        return []
    if trigger.kind is TriggerKind.CATEGORY:
        return [{"filters": f"{CATEGORY}:'{trigger.value}'"}]
    anchoring = next(name for name, kind in _ANCHORS.items() if kind is trigger.kind)
    return [{"pattern": trigger.value, "anchoring": anchoring}]


def _actions(consequence: Consequence, at: str) -> Iterator[RuleAction]:
    for each in consequence.promote:
        for place, product_id in enumerate(each.object_ids or [each.object_id or ""], start=each.position + 1):
            yield RuleAction(ActionKind.PIN, product_id=product_id, position=place)
    for hidden in consequence.hide:
        yield RuleAction(ActionKind.HIDE, product_id=hidden.object_id)
    for name, value in consequence.params.items():
        here = f"{at}.params.{name}"
        if name == "optionalFilters":
            yield from (_lift(text, here) for text in _flat(value))
        elif name == "renderingContent" and isinstance(value, Mapping) and set(value) <= {"redirect"}:
            url = convert(value.get("redirect", {}), dict[str, str], at=here).get("url")
            yield RuleAction(ActionKind.REDIRECT, url=url)
        elif value:
            raise _refusal(here, "is not supported; there are optionalFilters and renderingContent.redirect")


def _flat(value: Any) -> Iterable[str]:
    entries: Sequence[Any] = value if isinstance(value, list) else [value]
    return [text for entry in entries for text in (entry if isinstance(entry, list) else [entry])]


def _lift(text: Any, at: str) -> RuleAction:
    found = _OPTIONAL.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise _refusal(at, "must look like brand:拾光里<score=2>")
    named: tuple[str | None, str | None, str | None] = (None, found["facet"], found["value"])
    if found["facet"] == OBJECT_ID:
        named = (found["value"], None, None)
    product_id, facet, value = named
    if found["negated"]:
        return RuleAction(ActionKind.BURY, product_id, facet=facet, value=value)
    factor = min(MAX_BOOST, 1.0 + float(found["score"] or 1))
    return RuleAction(ActionKind.BOOST, product_id, facet=facet, value=value, factor=factor)


def _optional_filter(action: RuleAction) -> str:
    facet, value = action.target
    if action.kind is ActionKind.BURY:
        return f"{facet}:-{value}"
    return f"{facet}:{value}<score={round((action.factor or 2.0) - 1, 4):g}>"


def _validity(rule: Rule) -> dict[str, Any]:
    if rule.starts_at is None and rule.ends_at is None:
        return {}
    start = int(rule.starts_at.timestamp()) if rule.starts_at else 0
    until = int(rule.ends_at.timestamp()) if rule.ends_at else 253_402_300_799
    return {"validity": [{"from": start, "until": until}]}


def _instant(seconds: int, at: str) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        raise _refusal(joined(at, "validity"), "must be epoch seconds") from None


def _refusal(at: str, message: str) -> InvalidRequest:
    return InvalidRequest(f"{at}: {message}", field=at)
