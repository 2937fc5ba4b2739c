"""The tags there are, over HTTP: their definitions, and a rule tried before it is saved."""

from typing import Annotated, Any

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.answer import Answer
from chalicelib.api.paging import page_of
from chalicelib.api.profiles import checked
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.api.tag_reasons import why_document
from chalicelib.core.access import Scope
from chalicelib.core.errors import InvalidRequest
from chalicelib.profiles import (
    VOCABULARY,
    TagDefinition,
    TagGroup,
    TagInvalid,
    Tried,
    definition_document,
    read_definition,
)
from chalicelib.rules import parse_value

MOST_NAMED = 100
MOST_SAMPLED = 200
EXAMPLES = 20
"""Of a sample so many shoppers are shown with their reasons: those who would carry the tag first."""
TAKEN = frozenset({"jobs", "preview", "reports"})
"""These words stand where an id does in the routes."""

blueprint = Blueprint(__name__)


class PreviewRequest(msgspec.Struct, forbid_unknown_fields=True):
    """A tag's rule, and whom to ask it of: the ``shoppers`` named, or a sample."""

    rule: Any
    shoppers: Annotated[list[str], msgspec.Meta(max_length=MOST_NAMED)] = []
    sample: Annotated[int, msgspec.Meta(ge=1, le=MOST_SAMPLED)] = 100


@route(blueprint, "POST", "/v1/tags", scope=Scope.ADMIN)
def create_tag(request: Request) -> Answer:
    definition = _definition(request.json(dict))
    return Answer(definition_document(wiring.services().tag_book.create(definition)), 201)


@route(blueprint, "GET", "/v1/tags", scope=Scope.ADMIN)
def list_tags(request: Request) -> dict[str, Any]:
    group = request.query.get("group") or None
    if group is not None and group not in {each.value for each in TagGroup}:
        raise InvalidRequest(f"group must be one of {', '.join(TagGroup)}", field="group")
    tags = [each for each in wiring.services().tag_book.fresh().all() if group in (None, each.group.value)]
    return page_of(request, tags, lambda each: each.tag_id, definition_document)


@route(blueprint, "GET", "/v1/tags/{tag_id}", scope=Scope.ADMIN)
def read_tag(request: Request, tag_id: str) -> dict[str, Any]:
    return definition_document(wiring.services().tag_book.get(tag_id))


@route(blueprint, "PUT", "/v1/tags/{tag_id}", scope=Scope.ADMIN)
def put_tag(request: Request, tag_id: str) -> dict[str, Any]:
    document: dict[str, Any] = request.json(dict)
    if document.setdefault("id", tag_id) != tag_id:
        raise TagInvalid("tag.id is another one than in the path", field="tag.id")
    definition = _definition(document)
    expected = definition.version if document.get("version") is not None else None
    return definition_document(wiring.services().tag_book.replace(definition, expected))


@route(blueprint, "DELETE", "/v1/tags/{tag_id}", scope=Scope.ADMIN)
def delete_tag(request: Request, tag_id: str) -> dict[str, Any]:
    book = wiring.services().tag_book
    book.delete(tag_id)
    return {"id": tag_id, "status": "disabled" if tag_id in book.fresh() else "deleted"}


@route(blueprint, "POST", "/v1/tags/preview", scope=Scope.ADMIN)
def preview_tag(request: Request) -> dict[str, Any]:
    asked = request.json(PreviewRequest)
    rule = parse_value(asked.rule, VOCABULARY)
    tagging = wiring.services().tagging
    named = [checked(each, f"shoppers[{position}]") for position, each in enumerate(asked.shoppers)]
    tried = list(tagging.try_rule(rule, named or tagging.sample(asked.sample)))
    carriers = [each for each in tried if each.value is not None]
    values = {each.value: 0 for each in carriers}
    for each in carriers:
        values[each.value] += 1
    shown = tried if named else sorted(tried, key=lambda each: each.value is None)[:EXAMPLES]
    return {
        "says": rule.says,
        "looked_at": len(tried),
        "carriers": len(carriers),
        "share": round(len(carriers) / len(tried), 4) if tried else None,
        "values": values,
        "not_personalised": sum(each.is_off for each in tried),
        "items": [_tried(each) for each in shown],
    }


def _definition(document: Any) -> TagDefinition:
    definition = read_definition(document)
    if definition.tag_id in TAKEN:
        raise TagInvalid(f"tag.id must not be one of {', '.join(sorted(TAKEN))}", field="tag.id")
    return definition


def _tried(each: Tried) -> dict[str, Any]:
    return {
        "shopper": each.shopper_id,
        "value": each.value,
        "personalised": not each.is_off,
        "why": why_document(each.why),
    }
