"""What a tag is: its names, the rule that sets it, and how long it lives."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from chalicelib.core.errors import Conflict, InvalidRequest
from chalicelib.profiles.model import TagGroup
from chalicelib.profiles.vocabulary import VOCABULARY
from chalicelib.rules import ValueRule, parse_value

MAX_NAME_CHARACTERS = 40
MAX_LIFETIME_DAYS = 3650
MAX_PRIORITY = 1000
_ID = re.compile(r"[a-z][a-z0-9_]{1,63}")


class TagInvalid(InvalidRequest):
    """A definition cannot be used; ``field`` says which part of it."""


class StaleTagDefinition(Conflict):
    """Someone else changed this tag's definition in between."""

    @classmethod
    def of(cls, tag_id: str) -> "StaleTagDefinition":
        """The refusal of a change to that tag."""
        return cls(f"标签 {tag_id} 已被他人修改，请刷新后重试 (the tag was changed in between)", field="version")


class ValueType(StrEnum):
    """``FLAG``: its presence says all (the value is ``"true"``); ``TEXT``: the value says which."""

    FLAG = "flag"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class TagDefinition:
    """A tag of the registry.

    ``rule`` is JSON as in ``docs/rules.md``; a tag without one is set by hand. ``confidence`` (0 to 1) is said of what the
    rule concludes. A tag that is not renewed for ``lifetime_days`` goes: what a rule concluded is renewed whenever the
    shopper is seen, what was set by hand when it is set again. Of the tags of one ``exclusive_group`` a shopper carries one
    (see ``TagRegistry.settled``). ``is_visible``: the shopper may see it.
    """

    tag_id: str
    name: str
    name_en: str
    group: TagGroup
    value_type: ValueType = ValueType.FLAG
    rule: Mapping[str, Any] | None = None
    confidence: float = 1.0
    lifetime_days: int | None = None
    is_visible: bool = True
    owner: str = "shop"
    version: int = 1
    exclusive_group: str | None = None
    priority: int = 0
    is_enabled: bool = True

    def compiled(self, at: str = "rule") -> ValueRule | None:
        """The rule, ready to be asked. Raises ``RuleInvalid``."""
        return None if self.rule is None else parse_value(self.rule, VOCABULARY, at)


_FIELDS = (
    "id",
    "name",
    "name_en",
    "group",
    "value_type",
    "rule",
    "confidence",
    "lifetime_days",
    "visible",
    "owner",
    "version",
    "exclusive_group",
    "priority",
    "enabled",
)


def read_definition(document: Any, at: str = "tag") -> TagDefinition:
    """The definition that JSON describes. Raises ``TagInvalid``, and ``RuleInvalid`` naming the node of the rule."""
    if not isinstance(document, Mapping):
        raise TagInvalid(f"{at} must be an object", field=at)
    for name in document:
        if name not in _FIELDS:
            raise TagInvalid(f"{at} knows no {str(name)[:40]}", field=f"{at}.{str(name)[:40]}")
    fields = _Fields(document, at)
    definition = TagDefinition(
        tag_id=fields.text("id", 64),
        name=fields.text("name", MAX_NAME_CHARACTERS),
        name_en=fields.text("name_en", MAX_NAME_CHARACTERS),
        group=TagGroup(fields.word("group", tuple(TagGroup))),
        value_type=ValueType(fields.word("value_type", tuple(ValueType), ValueType.FLAG)),
        rule=document.get("rule"),
        confidence=fields.number("confidence", 0, 1, 1.0),
        lifetime_days=fields.whole("lifetime_days", 1, MAX_LIFETIME_DAYS),
        is_visible=fields.flag("visible", True),
        owner=fields.text("owner", MAX_NAME_CHARACTERS, "shop"),
        version=fields.whole("version", 1, 10**9) or 1,
        exclusive_group=fields.text("exclusive_group", 64) if document.get("exclusive_group") is not None else None,
        priority=fields.whole("priority", 0, MAX_PRIORITY) or 0,
        is_enabled=fields.flag("enabled", True),
    )
    if not _ID.fullmatch(definition.tag_id):
        raise TagInvalid(f"{at}.id must be of a-z, 0-9 and _, 2 to 64 characters, a letter first", field=f"{at}.id")
    definition.compiled(f"{at}.rule")
    return definition


def definition_document(definition: TagDefinition) -> dict[str, Any]:
    """The JSON that ``read_definition`` reads."""
    return {
        "id": definition.tag_id,
        "name": definition.name,
        "name_en": definition.name_en,
        "group": definition.group.value,
        "value_type": definition.value_type.value,
        "rule": definition.rule,
        "confidence": definition.confidence,
        "lifetime_days": definition.lifetime_days,
        "visible": definition.is_visible,
        "owner": definition.owner,
        "version": definition.version,
        "exclusive_group": definition.exclusive_group,
        "priority": definition.priority,
        "enabled": definition.is_enabled,
    }


class _Fields:
    """The fields of a definition's JSON."""

    def __init__(self, document: Mapping[str, Any], at: str) -> None:
        self._document = document
        self._at = at

    def text(self, name: str, most: int, default: str | None = None) -> str:
        value = self._document.get(name, default)
        if not isinstance(value, str) or not 0 < len(value.strip()) <= len(value) <= most:
            raise self._wrong(name, f"must be a text of 1 to {most} characters")
        return value

    def word(self, name: str, known: Collection[str], default: str | None = None) -> str:
        value = self._document.get(name, default)
        if not isinstance(value, str) or value not in {str(each) for each in known}:
            raise self._wrong(name, f"must be one of {', '.join(sorted(known))}")
        return value

    def number(self, name: str, low: float, high: float, default: float) -> float:
        value = self._document.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise self._wrong(name, f"must be a number from {low:g} to {high:g}")
        return float(value)

    def whole(self, name: str, low: int, high: int) -> int | None:
        value = self._document.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high):
            raise self._wrong(name, f"must be a whole number from {low} to {high}")
        return value

    def flag(self, name: str, default: bool) -> bool:
        value = self._document.get(name, default)
        if not isinstance(value, bool):
            raise self._wrong(name, "must be true or false")
        return value

    def _wrong(self, name: str, what: str) -> TagInvalid:
        return TagInvalid(f"{self._at}.{name} {what}", field=f"{self._at}.{name}")
