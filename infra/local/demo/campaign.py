"""The end of the story: time passes, dormant shoppers are found, asked for consent, given a coupon, mailed once."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from infra.local.client import CallRefused
from infra.local.demo.scene import Scene
from infra.local.demo.shoppers import Shopper, visit
from infra.local.demo.stage import Stage

STOCK = 100
DISCOUNT = 2_000
MINIMUM = 9_900
LAUNCH_TIME = time(10, 2)


@dataclass(frozen=True)
class Recall:
    """The campaign of the story and its coupon."""

    campaign_id: str
    coupon_id: str


def prepare(stage: Stage) -> Recall:
    """A marketer's two calls: a coupon, and a campaign that recalls dormant shoppers every morning."""
    say = stage.narrator
    say.step("运营建一张券、一个召回活动", "a marketer creates a coupon and a recall campaign")
    coupon = stage.office.call(
        "POST",
        "/v1/coupons",
        {
            "name": "老客回归券",
            "value": DISCOUNT,
            "minimum_spend": MINIMUM,
            "stock": STOCK,
            "per_shopper": 1,
            "valid_days": 7,
        },
    )
    created = stage.office.call(
        "POST",
        "/v1/campaigns",
        {
            "name": "沉睡顾客召回",
            "audience": {"tag": "dormant"},
            "schedule": {"cron": "0 10 * * *"},
            "message": {
                "subject": "{{ name }}，好久不见，送您一张{{ coupon_name }}",
                "body": "{{ name }}，您好：\n满 {{ coupon_minimum }} 减 {{ coupon_value }}，"
                "券码 {{ coupon_code }}，{{ coupon_expires_on }} 前有效。",
            },
            "coupon_id": coupon["id"],
            "status": "active",
        },
    )
    say.say(f"券 {coupon['name']}：满 ¥{MINIMUM / 100:g} 减 ¥{DISCOUNT / 100:g}，库存 {STOCK}")
    say.say(f"活动 {created['name']}：每天 10:00（上海），人群＝标签「沉睡」")
    return Recall(created["id"], coupon["id"])


def let_time_pass(stage: Stage, shoppers: list[Shopper], scene: Scene) -> None:
    """32 days without anyone, then one shopper comes back."""
    say = stage.narrator
    say.step("时钟走过 32 天，只有一位回来过", "the clock moves 32 days; one shopper comes back")
    stage.shop.clock.advance(timedelta(days=32))
    stage.send_events(visit(shoppers[0], scene.first.goods[0], stage.shop.clock.now()))
    stage.shop.pump.drain()
    say.say(f"{shoppers[0].name}又来看了 {scene.first.goods[0]['title'][:24]}")


def launch(stage: Stage, shoppers: list[Shopper], recall: Recall) -> None:
    """At ten in the morning the schedule fires and the queue delivers."""
    say = stage.narrator
    say.step(
        "早上 10 点，定时任务启动召回",
        "EventBridge → app.launch_due_campaigns → queue → functions/deliver_campaign → SES",
    )
    clock, pump = stage.shop.clock, stage.shop.pump
    clock.advance(_until(LAUNCH_TIME, clock.now(), ZoneInfo(stage.shop.services.settings.shop_zone)))
    say.say(f"触发的定时任务 schedules fired: {', '.join(pump.fire_due())}")
    pump.drain()
    rows = []
    for shopper in shoppers:
        decisions = _decisions(stage, shopper, recall)
        rows += [[shopper.name, each["state"], each["reason"], each["reason_text"]] for each in decisions]
        if not decisions:
            rows.append(
                [
                    shopper.name,
                    None,
                    None,
                    "刚来过，不在沉睡人群" if shopper.personalised else "关闭了个性化，不在任何人群",
                ]
            )
    say.table(["顾客", "状态", "原因码", "原因"], rows, "策略闸门的决定 decisions of the policy gate")
    mails = stage.shop.sent_mails()
    for mail in mails:
        say.say(f"✉ {', '.join(mail.to)}：{mail.subject}")
    say.expect(
        [mail.to for mail in mails] == [[shoppers[1].email]],
        "只有可以触达的沉睡顾客收到一封 one mail, to the one who may be reached",
    )
    silent = _decisions(stage, shoppers[3], recall)
    say.expect(
        [each["reason"] for each in silent] == ["no_consent"],
        f"{shoppers[3].name}没有同意，什么也没收到，日志写明原因 no consent, no mail, and the log says why",
    )


def _until(moment: time, now: datetime, zone: ZoneInfo) -> timedelta:
    """How long until the shop's clock next shows ``moment``."""
    today = now.astimezone(zone)
    then = datetime.combine(today.date(), moment, zone)
    return (then if then > today else then + timedelta(days=1)) - now


def _decisions(stage: Stage, shopper: Shopper, recall: Recall) -> list[dict[str, Any]]:
    path = f"/v1/profiles/{shopper.shopper_id}/decisions?campaign={recall.campaign_id}"
    items: list[dict[str, Any]] = stage.office.call("GET", path)["items"]
    return items


def deliver_again(stage: Stage, recall: Recall) -> None:
    """The schedule fires twice and SQS delivers twice, as both may; nothing more is sent."""
    say = stage.narrator
    say.step("定时任务与队列都再来一遍", "the schedule and the queue run once more")
    before = len(stage.shop.sent_mails())
    stage.shop.pump.fire_now()
    repeated = stage.shop.redeliver_pages()
    stage.shop.pump.drain()
    say.expect(
        len(stage.shop.sent_mails()) == before,
        f"重复触发、{repeated} 条消息重复投递，一封也没有多发 nothing more was sent",
    )
    report = stage.office.call("GET", f"/v1/campaigns/{recall.campaign_id}/report")
    counts = [report["audience"], report["sent"], sum(report["skipped"].values()), report["failed"] + report["unknown"]]
    say.table(["人群", "已发", "跳过", "失败"], [counts], "活动报告 report")
    say.expect(counts[0] == sum(counts[1:]), "人群＝已发＋跳过＋失败 audience = sent + skipped + failed")


def redeem(stage: Stage, shoppers: list[Shopper], recall: Recall) -> None:
    """The coupon buys once."""
    say = stage.narrator
    say.step("核销：一张券只用一次", "the coupon is redeemed once")
    owned = stage.office.call("GET", f"/v1/profiles/{shoppers[1].shopper_id}/coupons")["items"]
    code = owned[0]["code"]
    path = f"/v1/coupon-codes/{code}/redeem"
    first = stage.office.call("POST", path, {"order_id": "back-1", "amount": 12_800}, {"Idempotency-Key": "back-1"})
    say.say(f"{code} 用于订单 back-1，优惠 ¥{first['discount'] / 100:g}")
    try:
        stage.office.call("POST", path, {"order_id": "back-2", "amount": 12_800}, {"Idempotency-Key": "back-2"})
    except CallRefused as refused:
        problem = refused.answer["error"]
        say.say(f"第二次：{refused.status} {problem['code']}：{problem['message']}")
        say.expect(problem["code"] == "coupon_already_redeemed", "第二次核销被拒绝 the second try is refused")
    else:
        say.expect(False, "第二次核销被拒绝 the second try is refused")
