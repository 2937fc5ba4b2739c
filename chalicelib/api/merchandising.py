"""Merchandising over HTTP: write rules, switch them, and see what one would do before shoppers do."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.answer import Answer
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.core.access import Scope
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.ids import new_id
from chalicelib.search import (
    CATEGORY,
    ActionKind,
    Condition,
    Filter,
    FixedRules,
    Operator,
    Rule,
    RuleAction,
    SearchRequest,
    SearchResult,
    Trigger,
    TriggerKind,
)

blueprint = Blueprint(__name__)
MAX_PREVIEW = 100

Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class TriggerBody(msgspec.Struct, forbid_unknown_fields=True):
    """Which searches: a query (exact, or containing the value), a category, or every search."""

    kind: Literal["exact", "contains", "category", "always"]
    value: str = ""


class ActionBody(msgspec.Struct, forbid_unknown_fields=True):
    """What is done; see docs/merchandising.md for which fields belong to which kind."""

    kind: Literal["pin", "bury", "boost", "hide", "redirect", "synonyms"]
    product_id: str | None = None
    position: int | None = None
    facet: str | None = None
    value: str | None = None
    factor: float | None = None
    url: str | None = None
    words: list[str] = []
    is_one_way: bool = False


class RuleBody(msgspec.Struct, forbid_unknown_fields=True):
    """A rule as it is sent."""

    name: str
    trigger: TriggerBody
    actions: list[ActionBody]
    id: str | None = None
    is_enabled: bool = True
    starts_at: Instant | None = None
    ends_at: Instant | None = None


class PreviewBody(msgspec.Struct, forbid_unknown_fields=True):
    """A search to be looked at with and without rules: the shop's, and ``rule`` instead of the one of its id or beside them.
    ``at``: as if it were then; a rule that is switched off is tried all the same when it is sent here."""

    query: str = ""
    category: str | None = None
    at: Instant | None = None
    size: int = 20
    rule: RuleBody | None = None


@route(blueprint, "POST", "/v1/merchandising/rules", scope=Scope.ADMIN)
def create_rule(request: Request) -> Answer:
    services = wiring.services()
    body = request.json(RuleBody)
    return Answer(_view(services.merchandising.create(_rule(body, body.id or new_id(services.randomness)))), 201)


@route(blueprint, "GET", "/v1/merchandising/rules", scope=Scope.ADMIN)
def list_rules(request: Request) -> dict[str, Any]:
    rules, next_cursor = wiring.services().merchandising.list(*request.page())
    return {"items": [_view(rule) for rule in rules], "next_cursor": next_cursor}


@route(blueprint, "GET", "/v1/merchandising/rules/{rule_id}", scope=Scope.ADMIN)
def get_rule(request: Request, rule_id: str) -> dict[str, Any]:
    return _view(wiring.services().merchandising.get(rule_id))


@route(blueprint, "PUT", "/v1/merchandising/rules/{rule_id}", scope=Scope.ADMIN)
def put_rule(request: Request, rule_id: str) -> dict[str, Any]:
    body = request.json(RuleBody)
    if body.id not in (None, rule_id):
        raise InvalidRequest("id differs from the one in the path", field="id")
    return _view(wiring.services().merchandising.replace(_rule(body, rule_id)))


@route(blueprint, "DELETE", "/v1/merchandising/rules/{rule_id}", scope=Scope.ADMIN)
def delete_rule(request: Request, rule_id: str) -> dict[str, Any]:
    wiring.services().merchandising.delete(rule_id)
    return {"id": rule_id, "deleted": True}


@route(blueprint, "POST", "/v1/merchandising/preview", scope=Scope.ADMIN)
def preview(request: Request) -> dict[str, Any]:
    services = wiring.services()
    body = request.json(PreviewBody)
    if not 1 <= body.size <= MAX_PREVIEW:
        raise InvalidRequest(f"size must be between 1 and {MAX_PREVIEW}", field="size")
    now = body.at or services.clock.now()
    asked = SearchRequest(query=body.query, page_size=body.size, is_personalised=False, filters=_filters(body.category))
    rules = list(services.merchandising.rules())
    if body.rule is not None:
        draft = _rule(msgspec.structs.replace(body.rule, is_enabled=True), body.rule.id or "preview")
        rules = [*(rule for rule in rules if rule.rule_id != draft.rule_id), draft]
    before = services.search.under(FixedRules()).find(asked, now)
    after = services.search.under(FixedRules(rules)).find(asked, now)
    return {
        "query": body.query,
        "at": to_rfc3339(now),
        "rules": after.trace.get("rules", []),
        "synonyms": after.trace.get("synonyms", []),
        "redirect": after.redirect,
        "before": {"total": before.total, "hits": _hits(before, {})},
        "after": {"total": after.total, "hits": _hits(after, _positions(before))},
        "gone": [each for each in _positions(before) if each not in _positions(after)],
    }


def _filters(category: str | None) -> tuple[Filter, ...]:
    return (Filter((Condition(CATEGORY, Operator.IS, category),)),) if category else ()


def _positions(result: SearchResult) -> dict[str, int]:
    return {hit["objectID"]: place for place, hit in enumerate(result.hits, start=1)}


def _hits(result: SearchResult, before: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "product_id": hit["objectID"],
            "title": hit["title"],
            "position": place,
            "position_before": before.get(hit["objectID"]),
            "reasons": [reason.reason for reason in explanation.reasons],
        }
        for place, (hit, explanation) in enumerate(zip(result.hits, result.explanations, strict=True), start=1)
    ]


def _rule(body: RuleBody, rule_id: str) -> Rule:
    return Rule(
        rule_id=rule_id,
        name=body.name,
        trigger=Trigger(TriggerKind(body.trigger.kind), body.trigger.value),
        actions=tuple(_action(each) for each in body.actions),
        created_at=wiring.services().clock.now(),
        is_enabled=body.is_enabled,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
    )


def _action(body: ActionBody) -> RuleAction:
    given = {name: getattr(body, name) for name in body.__struct_fields__ if name not in ("kind", "words")}
    return RuleAction(ActionKind(body.kind), words=tuple(body.words), **given)


def _view(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.rule_id,
        "name": rule.name,
        "trigger": {"kind": rule.trigger.kind, "value": rule.trigger.value},
        "actions": [_action_view(action) for action in rule.actions],
        "is_enabled": rule.is_enabled,
        "starts_at": _time(rule.starts_at),
        "ends_at": _time(rule.ends_at),
        "created_at": _time(rule.created_at),
        "version": rule.version,
    }


def _action_view(action: RuleAction) -> dict[str, Any]:
    named = ("product_id", "position", "facet", "value", "factor", "url")
    view: dict[str, Any] = {"kind": action.kind}
    view |= {name: getattr(action, name) for name in named if getattr(action, name) is not None}
    if action.kind is ActionKind.SYNONYMS:
        view |= {"words": action.words, "is_one_way": action.is_one_way}
    return view


def _time(instant: datetime | None) -> str | None:
    return to_rfc3339(instant) if instant else None
