"""The end of the story: time passes, dormant shoppers are found, asked for consent, given a coupon, mailed once."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from infra.local.client import CallRefused
from infra.local.demo.scene import Scene
from infra.local.demo.shoppers import Shopper, visit
from infra.local.demo.stage import Stage

STOCK = 100
DISCOUNT = 2_000
MINIMUM = 9_900


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
            "discount": DISCOUNT,
            "minimum_spend": MINIMUM,
            "stock": STOCK,
            "per_shopper_limit": 1,
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
            "channel": "email",
            "subject": "{{ name }}，好久不见，送您一张{{ coupon.name }}",
            "body": "{{ name }}，您好：\n满 {{ coupon.minimum }} 减 {{ coupon.discount }}，券码 {{ coupon.code }}。",
            "coupon_id": coupon["id"],
            "status": "active",
        },
    )
    say.say(f"券 {coupon['name']}：满 ¥{MINIMUM / 100:g} 减 ¥{DISCOUNT / 100:g}，库存 {STOCK}")
    say.say(f"活动 {created['name']}：每天 10:00（上海），人群＝标签「沉睡」")
    return Recall(created["id"], coupon["id"])


def let_time_pass(stage: Stage, shoppers: list[Shopper], scene: Scene, recall: Recall) -> None:
    """33 days later: one shopper came back yesterday, the schedule fires, the queue delivers."""
    say = stage.narrator
    say.step(
        "时钟走过 33 天，定时任务启动召回",
        "the clock moves; EventBridge → launch_due_campaigns → queue → deliver_campaign",
    )
    clock, pump = stage.shop.clock, stage.shop.pump
    clock.advance(timedelta(days=32))
    returned = shoppers[0]
    stage.send_events(visit(returned, scene.first.goods[0], clock.now()))
    pump.drain()
    clock.advance(timedelta(days=1))
    say.say(f"触发的定时任务 schedules fired: {', '.join(pump.fire_due())}")
    pump.drain()
    rows = []
    for shopper in shoppers:
        decisions = _decisions(stage, shopper, recall)
        rows += [[shopper.name, each["decision"], each["reason"], each["message"], each["state"]] for each in decisions]
        if not decisions:
            rows.append([shopper.name, "–", "not_in_audience", "昨天刚来过，不在沉睡人群", None])
    say.table(["顾客", "决定", "原因码", "原因", "状态"], rows, "策略闸门的决定 decisions of the policy gate")
    mails = stage.shop.sent_mails()
    for mail in mails:
        say.say(f"✉ {', '.join(mail.to)}：{mail.subject}")
    say.expect(
        [mail.to for mail in mails] == [[shoppers[1].email]],
        "只有同意且未关闭个性化的沉睡顾客收到一封 one mail, to whom may be reached",
    )
    silent = _decisions(stage, shoppers[3], recall)
    say.expect(
        [each["reason"] for each in silent] == ["no_consent"],
        f"{shoppers[3].name}没有同意，什么也没收到，日志写明原因 no consent, no mail, and the log says why",
    )


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
    counts = [report[name] for name in ("audience", "sent", "skipped", "failed")]
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
