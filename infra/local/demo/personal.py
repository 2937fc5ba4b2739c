"""The middle of the story: shoppers live, their events become profiles, and the same words find in another order."""

from datetime import datetime
from typing import Any

from infra.local.demo.scene import Scene
from infra.local.demo.shoppers import Shopper, history
from infra.local.demo.stage import Stage

SHOWN = 8
SHOWN_REASONS = 3
SHOWN_TITLE_CHARACTERS = 26
CONSENT_TEXT = "2026-10 版"
REASON_LEAD = "您可能喜欢："


def live(stage: Stage, shoppers: list[Shopper], scene: Scene) -> None:
    """One switches personalisation off; everyone's history goes in through the SDK's door; then consents."""
    say = stage.narrator
    say.step(
        "顾客来了：埋点事件经队列、日志、流，成为画像",
        "shoppers' events → POST /v1/batch → queue → log → stream → profiles",
    )
    for shopper in shoppers:
        if not shopper.personalised:
            _put(stage, shopper, "personalisation", {"personalised": False, "source": "demo"})
    now = stage.shop.clock.now()
    sent = [event for shopper in shoppers for event in history(shopper, scene.query, now)]
    results = stage.send_events(sent)
    say.expect(
        all(each["status"] == "accepted" for each in results),
        f"{len(sent)} 条事件被接收 events accepted, one answer each",
    )
    stage.shop.pump.drain()
    stage.send_events(sent)
    stage.shop.pump.drain()
    for shopper in shoppers:
        consent = {"channel": "email", "purpose": "marketing", "given": shopper.consents, "source": "demo"}
        _put(stage, shopper, "consents", consent | {"text_version": CONSENT_TEXT})
    orders = {shopper.name: stage.profile(shopper.shopper_id)["counters"]["orders"] for shopper in shoppers}
    say.expect(
        all(count == 1 for count in orders.values()),
        "SDK 重发整批，没有一单算两次 the batch was sent twice, every order counts once",
    )


def _put(stage: Stage, shopper: Shopper, what: str, body: dict[str, Any]) -> None:
    stage.office.call("PUT", f"/v1/profiles/{shopper.shopper_id}/{what}", body)


def search_and_compare(stage: Stage, shoppers: list[Shopper], scene: Scene) -> None:
    """The same words, three orders, and the reason of each hit."""
    say = stage.narrator
    say.step(f"同样搜「{scene.query}」，各看各的", "the same words, each shopper's own order, with reasons")
    neutral = stage.search(scene.query, size=SHOWN)
    orders = {}
    for shopper in shoppers[:3]:
        result = stage.search(scene.query, shopper.shopper_id, SHOWN)
        orders[shopper.shopper_id] = [hit["objectID"] for hit in result["hits"]]
        rows = [_row(position, hit, result) for position, hit in enumerate(result["hits"], start=1)]
        say.table(
            ["#", "商品", "品牌", "价格", "理由"], rows, f"{shopper.name}（{shopper.about}）  共 {result['nbHits']} 件"
        )
    first, second, switched_off = (orders[shopper.shopper_id] for shopper in shoppers[:3])
    say.expect(first != second, "两位顾客看到的顺序不同 two shoppers, two orders")
    same = switched_off == [hit["objectID"] for hit in neutral["hits"]]
    say.expect(same, "关闭个性化的顾客看到中立顺序 whoever switched it off sees the neutral order")


def _row(position: int, hit: dict[str, Any], result: dict[str, Any]) -> list[object]:
    reasons = [each["reason"] for each in result["explanations"].get(hit["objectID"], {}).get("reasons", [])]
    price = None if hit.get("price") is None else f"¥{hit['price']:g}"
    return [position, hit["title"][:SHOWN_TITLE_CHARACTERS], hit.get("brand"), price, _reasons(reasons)]


def _reasons(reasons: list[str]) -> str | None:
    """您可能喜欢 once, then what weighed most."""
    short = [reason.removeprefix(REASON_LEAD) for reason in reasons]
    return REASON_LEAD + "、".join(short[:SHOWN_REASONS]) if short else None


def show_profiles(stage: Stage, shoppers: list[Shopper]) -> None:
    """Every profile, and every tag with its value, rule and since when."""
    say = stage.narrator
    say.step("画像与标签", "profiles and tags: value, rule, since when")
    profiles = {shopper.shopper_id: stage.profile(shopper.shopper_id) for shopper in shoppers}
    say.table(
        ["顾客", "浏览", "搜索", "加购", "订单", "消费", "个性化", "邮件营销"],
        [_profile_row(shopper, profiles[shopper.shopper_id]) for shopper in shoppers],
    )
    rows = [
        [
            shopper.name,
            tag["name"],
            "是" if tag["value"] == "true" else tag["value"],
            f"{tag['rule']} v{tag['rule_version']}",
            _day(tag["since"]),
        ]
        for shopper in shoppers
        for tag in profiles[shopper.shopper_id]["tags"]
    ]
    say.table(["顾客", "标签", "值", "规则", "自"], rows)
    tagged = {row[0] for row in rows}
    promise = "标签都说得出规则和时间 every tag names its rule and its time"
    say.expect({shopper.name for shopper in shoppers[:2]} <= tagged, promise)
    promise = f"{shoppers[2].name}关闭了个性化，没有标签 nothing is inferred of whoever switched it off"
    say.expect(shoppers[2].name not in tagged, promise)


def _profile_row(shopper: Shopper, profile: dict[str, Any]) -> list[object]:
    counters = profile["counters"]
    return [
        shopper.name,
        counters["views"],
        counters["searches"],
        counters["carts"],
        counters["orders"],
        f"¥{counters['spend'] / 100:g}",
        "开" if profile["personalised"] else "关",
        "同意" if shopper.consents else "未同意",
    ]


def _day(text: str) -> str:
    return datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M")
