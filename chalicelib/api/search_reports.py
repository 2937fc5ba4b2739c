"""Reports over the search log."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.request import DEFAULT_PAGE_LIMIT, Request
from chalicelib.api.routing import route
from chalicelib.core.access import Scope
from chalicelib.core.errors import InvalidRequest
from chalicelib.search import QueryLine, ReportedQuery, low_click, top, without_results

blueprint = Blueprint(__name__)
MAX_DAYS = 31
DEFAULT_DAYS = 7
MAX_LINES = 1_000
Report = Callable[[Iterable[QueryLine]], list[ReportedQuery]]


@route(blueprint, "GET", "/v1/search/reports/top", scope=Scope.ADMIN)
def report_top(request: Request) -> dict[str, object]:
    return _report(request, top)


@route(blueprint, "GET", "/v1/search/reports/zero-results", scope=Scope.ADMIN)
def report_zero_results(request: Request) -> dict[str, object]:
    return _report(request, without_results)


@route(blueprint, "GET", "/v1/search/reports/low-click", scope=Scope.ADMIN)
def report_low_click(request: Request) -> dict[str, object]:
    return _report(request, low_click)


@route(blueprint, "GET", "/v1/search/reports/interleaving", scope=Scope.ADMIN)
def report_interleaving(request: Request) -> dict[str, object]:
    first, last = _days(request)
    lines = wiring.services().record_keeping.contests(first, last)
    return {"items": lines, "next_cursor": None, "from": first.isoformat(), "to": last.isoformat()}


def _report(request: Request, report: Report) -> dict[str, object]:
    first, last = _days(request)
    limit = request.number("limit", DEFAULT_PAGE_LIMIT, low=1, high=MAX_LINES)
    lines = report(wiring.services().record_keeping.over(first, last))[:limit]
    return {"items": lines, "next_cursor": None, "from": first.isoformat(), "to": last.isoformat()}


def _days(request: Request) -> tuple[date, date]:
    services = wiring.services()
    last = _day(request, "to") or services.record_keeping.today(services.clock.now())
    first = _day(request, "from") or last - timedelta(days=DEFAULT_DAYS - 1)
    if not 0 <= (last - first).days < MAX_DAYS:
        raise InvalidRequest(f"from must be at most {MAX_DAYS - 1} days before to", field="from")
    return first, last


def _day(request: Request, name: str) -> date | None:
    text = request.query.get(name)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidRequest(f"{name} must be a day such as 2026-11-22, not {text[:40]!r}", field=name) from None
