"""Merchandising rules for tests."""

from datetime import datetime, timedelta

from chalicelib.search import ActionKind, Rule, RuleAction, Trigger, TriggerKind
from tests.support.search import NOW


def rule(
    *actions: RuleAction,
    rule_id: str = "r1",
    name: str = "双十一",
    when: Trigger | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    is_enabled: bool = True,
    created_at: datetime = NOW - timedelta(days=1),
) -> Rule:
    """A rule for every search, unless ``when`` says otherwise."""
    return Rule(
        rule_id=rule_id,
        name=name,
        trigger=when or Trigger(TriggerKind.ALWAYS),
        actions=actions,
        created_at=created_at,
        is_enabled=is_enabled,
        starts_at=starts_at,
        ends_at=ends_at,
    )


def pin(product_id: str, position: int) -> RuleAction:
    return RuleAction(ActionKind.PIN, product_id=product_id, position=position)


def hide(product_id: str) -> RuleAction:
    return RuleAction(ActionKind.HIDE, product_id=product_id)


def synonyms(*words: str, one_way: bool = False) -> RuleAction:
    return RuleAction(ActionKind.SYNONYMS, words=words, is_one_way=one_way)
