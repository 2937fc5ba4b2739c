"""What became of a coupon: its report by segment, and whether the books agree with its ledger."""

from typing import Any

from chalicelib.core.money import format_yuan
from infra.local.demo.stage import Stage

SEGMENT = {"id": "lookers", "name": "看过商品的顾客", "rule": {"did": {"event": "viewed"}}}


def divide(stage: Stage) -> None:
    """A segment by which reports tell shoppers apart."""
    made = stage.office.call("POST", "/v1/segments", SEGMENT)
    stage.narrator.say(f"先建一个人群「{made['name']}」：{made['says']}")


def tell(stage: Stage, coupon_id: str) -> None:
    """The report, and the check of every balance against the entries."""
    say = stage.narrator
    say.step("报表与对账", "GET /v1/coupons/{id}/report, POST .../reconcile")
    report = stage.office.call("GET", f"/v1/coupons/{coupon_id}/report")
    rows = [["合计", *_figures(report["total"])]]
    rows += [[f"人群：{each['name']}", *_figures(each)] for each in report["segments"]]
    say.table(["", "领取", "核销", "优惠", "退回优惠", "用券订单实付"], rows, f"{report['name']}，归因数字，不是增量")
    (segment,) = report["segments"]
    figures = ("claimed", "redeemed", "saved", "attributed_paid")
    say.expect(
        all(segment[each] == report["total"][each] for each in figures) and segment["claimed"] == 1,
        "领的人在这个人群里，报表分得出来 the report tells the segment of who claimed",
    )
    check = stage.office.call("POST", f"/v1/coupons/{coupon_id}/reconcile", {"settle_seconds": 0})
    say.expect(
        check["done"] and check["differences"] == [],
        "按流水重算库存、限领、预算与报表，分文不差 every balance is what the entries come to",
    )


def _figures(row: dict[str, Any]) -> list[object]:
    money = (format_yuan(row[name]) for name in ("taken_off", "given_back", "attributed_paid"))
    return [row["claimed"], row["redeemed"], *money]
