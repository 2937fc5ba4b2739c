"""Why a shopper carries a tag, in Chinese words."""

from chalicelib.profiles.model import BY_HAND, Tag
from chalicelib.profiles.tags.registry import TagRegistry
from chalicelib.rules import Why

MOST_CHARACTERS = 300
_NOT = "不满足"


def reason_of(tag: Tag, why: Why | None, registry: TagRegistry) -> str:
    """What is the case that gives the shopper the tag; ``why`` is its rule's explanation, if a rule gave it."""
    if tag.rule == BY_HAND:
        return "人工设置"
    if why is not None and why.is_true:
        return _told(why)[:MOST_CHARACTERS]
    rule = registry.get(tag.tag_id).compiled() if tag.tag_id in registry else None
    return f"此前符合：{rule.says}"[:MOST_CHARACTERS] if rule else "此前符合规则"


def _told(why: Why) -> str:
    if why.says == _NOT:
        return f"非({_said(why.parts[0])})"
    holding = [part for part in why.parts if part.is_true]
    own = [_said(why)] if why.found or not holding else []
    return "，".join([*own, *(_told(part) for part in holding)])


def _said(why: Why) -> str:
    return f"{why.says}（{why.found}）" if why.found else why.says
