"""What became of coupons, and whether the books are right, over HTTP."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.answer import Answer
from chalicelib.api.csv_answer import csv_answer
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.core.access import Scope
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.money import format_yuan
from chalicelib.coupons import Check, CouponReport, Row
from chalicelib.coupons.books.bookkeeping import SETTLED_AFTER

blueprint = Blueprint(__name__)

BUDGET = timedelta(seconds=15)
"""Of the 25 seconds that a request may take: a check goes on with the next one."""
MEASURE = "attributed"
NOTE = "用券订单的金额，不等于增量：没有券也可能成交 (attributed to the coupon, not lift)"
UNKNOWN = "unknown"
_FORMATS = ("json", "csv")
_STAGES = {"": "未知", "new": "新客", "active": "活跃", "dormant": "沉睡"}
_SOURCES = {"hand": "发放及领取", "code": "券码"}
_COUNTS = ("人工及活动发放", "领取", "核销", "全额退回", "作废", "过期未用")
_MONEY = ("优惠金额(元)", "退回优惠(元)", "净优惠(元)", "用券订单实付(元，归因)")
_HEADINGS = ("日期", *_COUNTS, *_MONEY, "核销/发放")


class ReconcileBody(msgspec.Struct, forbid_unknown_fields=True):
    """``cursor`` goes on with a check; without one a new check begins. ``fix`` puts right what a check that is done found."""

    cursor: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    settle_seconds: int = SETTLED_AFTER
    fix: bool = False


@route(blueprint, "GET", "/v1/coupons/report", scope=Scope.ADMIN)
def report_coupons(request: Request) -> Answer:
    limit, cursor = request.page()
    reports, next_cursor = wiring.services().coupon_reports.page(limit, cursor, *_days(request))
    if _wantscsv_answer(request):
        rows = [[each.coupon.coupon_id, each.coupon.terms.name, *_cells(each.total)] for each in reports]
        return csv_answer(
            ["优惠券", "名称", *_HEADINGS[1:]], rows, {"X-Next-Cursor": next_cursor} if next_cursor else {}
        )
    items = [_head(each) | {"total": _row(each.total)} for each in reports]
    return Answer({"items": items, "next_cursor": next_cursor, "measure": MEASURE, "note": NOTE})


@route(blueprint, "GET", "/v1/coupons/{coupon_id}/report", scope=Scope.ADMIN)
def report_coupon(request: Request, coupon_id: str) -> Answer:
    report = wiring.services().coupon_reports.of(coupon_id, *_days(request), request.query.get("segment") or None)
    if _wantscsv_answer(request):
        rows = [[day, *_cells(row)] for day, row in report.days.items()]
        return csv_answer(_HEADINGS, [*rows, ["合计", *_cells(report.total)], *_groups(report)])
    return Answer(
        _head(report)
        | {
            "total": _row(report.total),
            "days": [{"day": day, **_row(row)} for day, row in report.days.items()],
            "stages": [{"stage": stage or UNKNOWN, **_row(row)} for stage, row in report.stages.items()],
            "segments": _segments(report),
            "sources": [{"source": source, **_row(row)} for source, row in report.sources.items()],
            "measure": MEASURE,
            "note": NOTE,
        }
    )


@route(blueprint, "POST", "/v1/coupons/{coupon_id}/reconcile", scope=Scope.ADMIN)
def reconcile_coupon(request: Request, coupon_id: str) -> Answer:
    body = request.json(ReconcileBody) if request.body.strip() else ReconcileBody()
    services = wiring.services()
    books, ends = services.bookkeeping, services.clock.now() + BUDGET
    if body.cursor is None:
        if body.fix:
            raise InvalidRequest("a check must be done before it is fixed: send its cursor", field="fix")
        check = books.begin(coupon_id, body.settle_seconds)
    else:
        check = books.get(coupon_id, body.cursor)
    check = books.go_on(check, lambda: services.clock.now() >= ends)
    if body.fix and check.is_done:
        check = books.correct(check)
    return Answer(_check(check), 200 if check.is_done else 202)


def _days(request: Request) -> tuple[str | None, str | None]:
    return request.query.get("from") or None, request.query.get("to") or None


def _wantscsv_answer(request: Request) -> bool:
    wanted = request.query.get("format", "")
    if wanted and wanted not in _FORMATS:
        raise InvalidRequest(f"format must be json or csv, not {wanted[:40]!r}", field="format")
    return wanted == "csv" or (not wanted and "text/csv" in request.headers.get("accept", ""))


def _head(report: CouponReport) -> dict[str, Any]:
    terms = report.coupon.terms
    return {
        "id": report.coupon.coupon_id,
        "name": terms.name,
        "currency": terms.currency,
        "from": report.first,
        "to": report.last,
        **({} if report.segment is None else {"segment": report.segment}),
    }


def _segments(report: CouponReport) -> list[dict[str, Any]]:
    """Every segment that was counted, or is by now."""
    names = _segment_names()
    counted = [report.segment] if report.segment else _counted(report)
    rows = {segment: Row() for segment in counted} | dict(report.segments)
    return [{"segment": segment, "name": names.get(segment), **_row(rows[segment])} for segment in sorted(rows)]


def _counted(report: CouponReport) -> Sequence[str]:
    return report.coupon.counted_segments([*_segment_names()])


def _named(segment: str, names: Mapping[str, str]) -> str:
    # Two segments may have one name.
    return f"{names[segment]} ({segment})" if segment in names else segment


def _segment_names() -> dict[str, str]:
    return {each.segment_id: each.name for each in wiring.services().segments.known()}


def _row(row: Row) -> dict[str, Any]:
    return {
        "issued": row.issued,
        "claimed": row.claimed,
        "redeemed": row.redeemed,
        "refunded": row.refunded,
        "voided": row.voided,
        **({} if row.expired is None else {"expired": row.expired}),
        "taken_off": row.taken_off,
        "given_back": row.given_back,
        "saved": row.saved,
        "attributed_paid": row.attributed_paid,
        "redeemed_per_given": row.redeemed_per_given,
    }


def _cells(row: Row) -> list[str]:
    counts = [row.issued, row.claimed, row.redeemed, row.refunded, row.voided, row.expired]
    money = [row.taken_off, row.given_back, row.saved, row.attributed_paid]
    rate = row.redeemed_per_given
    return [
        *("" if count is None else str(count) for count in counts),
        *(_yuan(fen) for fen in money),
        "" if rate is None else f"{rate:.4f}",
    ]


def _groups(report: CouponReport) -> list[list[str]]:
    """Rows by stage, by segment and by source, under the same headings."""
    names = _segment_names()
    return [
        *([f"阶段：{_STAGES.get(stage, stage)}", *_cells(row)] for stage, row in report.stages.items()),
        *([f"人群：{_named(segment, names)}", *_cells(row)] for segment, row in report.segments.items()),
        *([f"来源：{_SOURCES.get(source, source)}", *_cells(row)] for source, row in report.sources.items()),
    ]


def _yuan(fen: int) -> str:
    return format_yuan(fen).replace("¥", "")


def _check(check: Check) -> dict[str, Any]:
    return {
        "coupon_id": check.coupon.coupon_id,
        "cursor": check.check_id,
        "done": check.is_done,
        "began_at": to_rfc3339(check.began),
        "settled_through": to_rfc3339(check.since),
        "looked_at": check.looked_at,
        "shoppers": check.shoppers,
        "coupons": check.coupons,
        "uncertain": check.uncertain,
        "differences": [
            {
                "balance": each.balance,
                "expected": each.expected,
                "actual": each.actual,
                "in_flight": not each.is_sure,
                "fixed": each.is_fixed,
            }
            for each in check.differences
        ],
    }
