"""A shopper's tags as the API shows them: with the reason for each, and with what was taken away for good."""

from typing import Any

from chalicelib import wiring
from chalicelib.api.tag_reasons import why_document
from chalicelib.core.clock import to_rfc3339
from chalicelib.profiles import Shopper, Tag, TagRegistry, reason_of


def tag_document(tag: Tag) -> dict[str, Any]:
    """A tag as the API shows it; one that left the registry since has its id for a name."""
    return {
        "id": tag.tag_id,
        **_names(tag.tag_id, wiring.services().profiles.registry),
        "group": tag.group,
        "value": tag.value,
        "rule": tag.rule,
        "rule_version": tag.rule_version,
        "confidence": tag.confidence,
        "since": to_rfc3339(tag.since),
    }


def tags_in_order(shopper: Shopper) -> list[Tag]:
    """A shopper's tags by group and id."""
    return sorted(shopper.tags.values(), key=lambda tag: (tag.group, tag.tag_id))


def tags_document(shopper: Shopper, *, only_visible: bool) -> dict[str, Any]:
    """All tags with reasons, and those that were taken away; for the shopper's own eyes only what they may see of the first."""
    services = wiring.services()
    registry = services.profiles.registry
    reasons = services.tagging.reasons(shopper, registry)
    shown = [tag for tag in tags_in_order(shopper) if not only_visible or _is_visible(tag, registry)]
    items = [tag_document(tag) | {"reason": reason_of(tag, reasons.get(tag.tag_id), registry)} for tag in shown]
    answer: dict[str, Any] = {"items": items, "next_cursor": None}
    if not only_visible:
        answer["withheld"] = [{"id": tag_id, **_names(tag_id, registry)} for tag_id in sorted(shopper.withheld)]
    return answer


def explained_tag(shopper: Shopper, tag: Tag) -> dict[str, Any]:
    """One tag with its reason, and its rule node by node."""
    services = wiring.services()
    registry = services.profiles.registry
    why = services.tagging.reasons(shopper, registry).get(tag.tag_id)
    said = tag_document(tag) | {"reason": reason_of(tag, why, registry)}
    return said | ({"why": why_document(why)} if why else {})


def _is_visible(tag: Tag, registry: TagRegistry) -> bool:
    return tag.tag_id in registry and registry.get(tag.tag_id).is_visible


def _names(tag_id: str, registry: TagRegistry) -> dict[str, str]:
    known = registry.get(tag_id) if tag_id in registry else None
    return {"name": known.name if known else tag_id, "name_en": known.name_en if known else tag_id}
