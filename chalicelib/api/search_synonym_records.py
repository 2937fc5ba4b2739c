"""Algolia's synonyms as merchandising rules of one action, and back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from chalicelib.core.errors import InvalidRequest
from chalicelib.core.shapes import convert, joined
from chalicelib.search import OBJECT_ID, ActionKind, Rule, RuleAction, Trigger, TriggerKind

SYNONYM, ONE_WAY = "synonym", "oneWaySynonym"
_PREFIX = "synonym:"


class SynonymRecord(msgspec.Struct, forbid_unknown_fields=True):
    """A synonym as Algolia's clients write it."""

    object_id: str = msgspec.field(name=OBJECT_ID)
    type: Literal["synonym", "oneWaySynonym", "onewaysynonym"]
    synonyms: list[str]
    input: str | None = None


def synonym_of(given: Mapping[str, Any], at: str, now: datetime) -> Rule:
    """The rule that a record describes. Raises ``InvalidRequest`` naming the field below ``at``."""
    record = convert({name: value for name, value in given.items() if not name.startswith("_")}, SynonymRecord, at=at)
    is_one_way = record.type != SYNONYM
    if is_one_way is not bool(record.input):
        field = joined(at, "input")
        raise InvalidRequest(f"{field}: {'is missing' if is_one_way else f'is for {ONE_WAY} only'}", field=field)
    words = (*([record.input] if record.input else []), *record.synonyms)
    action = RuleAction(ActionKind.SYNONYMS, words=words, is_one_way=is_one_way)
    try:
        return Rule(_PREFIX + record.object_id, "、".join(words)[:200], Trigger(TriggerKind.ALWAYS), (action,), now)
    except InvalidRequest as error:
        raise InvalidRequest(f"{joined(at, 'synonyms')}: {error.message}", field=joined(at, "synonyms")) from None


def is_synonym(rule: Rule) -> bool:
    """Whether ``rule`` is nothing but one synonym that always holds."""
    is_plain = rule.trigger.kind is TriggerKind.ALWAYS and rule.starts_at is None and rule.ends_at is None
    return is_plain and rule.is_enabled and [each.kind for each in rule.actions] == [ActionKind.SYNONYMS]


def synonym_id(rule: Rule) -> str:
    """The id that Algolia's clients know a synonym by."""
    return rule.rule_id.removeprefix(_PREFIX)


def record_of_synonym(rule: Rule) -> dict[str, Any]:
    """``rule`` as Algolia's clients read it."""
    [action] = rule.actions
    words = list(action.words)
    if action.is_one_way:
        return {OBJECT_ID: synonym_id(rule), "type": ONE_WAY, "input": words[0], "synonyms": words[1:]}
    return {OBJECT_ID: synonym_id(rule), "type": SYNONYM, "synonyms": words}
