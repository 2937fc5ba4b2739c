"""What is done with tags over all shoppers, over HTTP: rounds that judge and count, and lists of who shall carry one."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.answer import Answer
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.core.access import Scope
from chalicelib.core.clock import Clock, to_rfc3339
from chalicelib.core.errors import InvalidRequest
from chalicelib.profiles import (
    Fate,
    Round,
    RowReport,
    TagDefinition,
    TagRow,
    Tally,
    assign_rows,
    most_frequent,
    read_csv_rows,
    read_json_rows,
    rules_of,
)

BUDGET = timedelta(seconds=15)
"""Of the 25 seconds that a request may take: what is not reached in it is said so."""
NEARLY_ALL = 0.95
"""A tag that so many carry tells hardly anything of anybody."""
_CSV = frozenset({"text/csv", "application/csv"})
_JSON_LINES = frozenset({"application/jsonl", "application/x-ndjson", "application/ndjson", "application/x-jsonlines"})

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/v1/tags/jobs", scope=Scope.ADMIN)
def list_tag_jobs(request: Request) -> dict[str, Any]:
    rounds = wiring.services().tag_rounds
    counted = rounds.counted()
    return {"items": [_job(each, counted) for each in rounds.latest()], "next_cursor": None}


@route(blueprint, "POST", "/v1/tags/jobs", scope=Scope.ADMIN)
def start_tag_job(request: Request) -> Answer:
    rounds = wiring.services().tag_rounds
    return Answer(_job(rounds.start(), rounds.counted()), 202)


@route(blueprint, "GET", "/v1/tags/jobs/{job}", scope=Scope.ADMIN)
def read_tag_job(request: Request, job: str) -> dict[str, Any]:
    rounds = wiring.services().tag_rounds
    return _job(rounds.get(job), rounds.counted())


@route(blueprint, "GET", "/v1/tags/{tag_id}/stats", scope=Scope.ADMIN)
def read_tag_stats(request: Request, tag_id: str) -> dict[str, Any]:
    services = wiring.services()
    registry = services.tag_book.fresh()
    definition, counted = registry.get(tag_id), services.tag_rounds.counted()
    is_current = counted is not None and counted.rules == rules_of(registry)
    return _stats(definition, counted) | {"version": definition.version, "up_to_date": is_current}


@route(blueprint, "GET", "/v1/tags/reports/maintenance", scope=Scope.ADMIN)
def read_tag_maintenance(request: Request) -> dict[str, Any]:
    services = wiring.services()
    counted = services.tag_rounds.counted()
    tags = [each for each in services.tag_book.fresh().all() if each.is_enabled] if counted else []
    found: dict[str, list[dict[str, Any]]] = {"empty": [], "never_set": [], "stale": [], "nearly_all": []}
    for definition in tags:
        stats = _stats(definition, counted)
        for kind in _complaints(definition, stats):
            found[kind].append({name: stats[name] for name in ("id", "name", "carriers", "share", "fresh_share")})
    return {"counted_at": to_rfc3339(counted.changed_at) if counted else None, "tags": len(tags), **found}


@route(blueprint, "POST", "/v1/tags/{tag_id}/assignments", scope=Scope.ADMIN)
def assign_tag(request: Request, tag_id: str) -> dict[str, Any]:
    services = wiring.services()
    registry, is_dry = services.tag_book.fresh(), bool(request.flag("dry_run"))
    definition, rows = registry.get(tag_id), _rows(request)

    def assign(shopper_id: str, value: str) -> bool:
        return services.tagging.assign(shopper_id, tag_id, value, registry, is_dry=is_dry)

    reports = assign_rows(definition, rows, assign, _after(BUDGET, services.clock))
    counts = Counter(each.fate for each in reports)
    return {
        "tag": tag_id,
        "dry_run": is_dry,
        "rows": len(reports),
        **{fate.value: counts[fate] for fate in Fate},
        "results": [_report(each) for each in reports],
    }


def _rows(request: Request) -> list[TagRow]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _CSV | _JSON_LINES:
        raise InvalidRequest("Content-Type must be text/csv or application/jsonl", field="Content-Type")
    try:
        text = request.bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidRequest("the body is not in UTF-8", field="body") from None
    return read_csv_rows(text) if kind in _CSV else read_json_rows(text)


def _after(budget: timedelta, clock: Clock) -> Callable[[], bool]:
    until = clock.now() + budget
    return lambda: clock.now() >= until


def _report(each: RowReport) -> dict[str, Any]:
    said: dict[str, Any] = {"line": each.row.line, "shopper": each.row.shopper_id, "status": each.fate}
    return said | ({"reason": each.reason} if each.reason else {})


def _job(each: Round, counted: Round | None) -> dict[str, Any]:
    return {
        "id": each.round_id,
        "status": each.status,
        "started_at": to_rfc3339(each.started_at),
        "changed_at": to_rfc3339(each.changed_at),
        "pages": each.page,
        "looked_at": each.looked_at,
        "of_about": counted.looked_at if counted else None,
        "retagged": each.retagged,
        "busy": each.busy,
    }


def _stats(definition: TagDefinition, counted: Round | None) -> dict[str, Any]:
    named = {"id": definition.tag_id, "name": definition.name, "enabled": definition.is_enabled}
    if counted is None:
        return named | {"counted_at": None}
    tally = counted.tallies.get(definition.tag_id, Tally())
    return named | {
        "counted_at": to_rfc3339(counted.changed_at),
        "shoppers": counted.looked_at,
        "carriers": tally.carriers,
        "share": round(tally.carriers / counted.looked_at, 4) if counted.looked_at else None,
        "by_hand": tally.by_hand,
        "values": most_frequent(tally.values),
        "other_values": tally.other_values,
        "ages": tally.ages_in_words,
        "fresh_share": round(tally.fresh_share, 4),
    }


def _complaints(definition: TagDefinition, stats: dict[str, Any]) -> list[str]:
    if not stats["carriers"]:
        return ["never_set" if definition.rule is None else "empty"]
    kinds = ["stale"] if not stats["fresh_share"] else []
    return kinds + (["nearly_all"] if stats["share"] >= NEARLY_ALL else [])
