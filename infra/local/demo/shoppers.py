"""The demo's four shoppers, and what they did, as Segment-shaped events."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core.clock import to_rfc3339
from chalicelib.core.ids import digest
from infra.local.demo.scene import Liking, Scene

DAYS_AGO = 3


@dataclass(frozen=True)
class Shopper:
    """One shopper: ``likes`` is what she looks at, ``consents`` whether she may be mailed, ``personalised`` her switch."""

    shopper_id: str
    name: str
    about: str
    likes: Liking | None
    consents: bool = True
    personalised: bool = True

    @property
    def email(self) -> str:
        return f"{self.shopper_id}@example.com"

    @property
    def phone(self) -> str:
        return f"1391234{int(digest(self.shopper_id)[:8], 16) % 10_000:04d}"

    @property
    def address(self) -> dict[str, str]:
        """Where parcels go: the region counts for the profile, the rest is sealed at the door."""
        number = int(digest(self.shopper_id)[:4], 16) % 900 + 100
        return {
            "province": "浙江省",
            "city": "杭州市",
            "district": "西湖区",
            "street": f"桂花弄{number}号{number % 7 + 1}单元",
        }


def cast(scene: Scene) -> list[Shopper]:
    """Who is in the story."""
    return [
        Shopper("lin-xiaoman", "林小满", f"常看 {scene.first.name}", scene.first),
        Shopper("chen-yinuo", "陈一诺", f"常看 {scene.second.name}", scene.second),
        Shopper("zhou-yuan", "周予安", "关闭了个性化推荐", scene.first, personalised=False),
        Shopper("shen-zhixia", "沈知夏", "没有同意接收营销邮件", scene.second, consents=False),
    ]


def history(shopper: Shopper, query: str, now: datetime) -> list[dict[str, Any]]:
    """What the shopper did some days ago: signed in, searched, looked around, put one thing into the cart and bought it."""
    start = now - timedelta(days=DAYS_AGO)
    goods = shopper.likes.goods if shopper.likes else ()
    told = {"name": shopper.name, "email": shopper.email, "phone": shopper.phone, "address": shopper.address}
    events = [
        ("identify", None, told),
        ("track", "Products Searched", {"query": query}),
        *(("track", "Product Viewed", _facts(hit)) for hit in goods for _ in range(2)),
        *(("track", "Product Added", {**_facts(hit), "quantity": 1}) for hit in goods[:1]),
        *(("track", "Order Completed", _order(shopper, goods[:1])) for _ in goods[:1]),
    ]
    return list(_numbered(shopper, events, start))


def visit(shopper: Shopper, hit: Mapping[str, Any], now: datetime) -> list[dict[str, Any]]:
    """One look at one product, now."""
    return list(_numbered(shopper, [("track", "Product Viewed", _facts(hit))], now, prefix="back"))


def _numbered(
    shopper: Shopper, events: Sequence[tuple[str, str | None, dict[str, Any]]], start: datetime, prefix: str = "past"
) -> Iterator[dict[str, Any]]:
    for number, (kind, name, facts) in enumerate(events):
        event = {
            "type": kind,
            "messageId": f"{shopper.shopper_id}-{prefix}-{number}",
            "userId": shopper.shopper_id,
            "timestamp": to_rfc3339(start + timedelta(minutes=number)),
        }
        yield event | ({"event": name, "properties": facts} if name else {"traits": facts})


def _facts(hit: Mapping[str, Any]) -> dict[str, Any]:
    """A product as a storefront's SDK describes it; the shop knows brand and category by the id."""
    facts = {"product_id": hit["objectID"], "name": hit["title"]}
    return facts | ({"price": hit["price"]} if hit.get("price") is not None else {})


def _order(shopper: Shopper, goods: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    total = sum(hit.get("price") or 0 for hit in goods)
    products = [{**_facts(hit), "quantity": 1} for hit in goods]
    return {
        "order_id": f"order-{shopper.shopper_id}",
        "total": total,
        "currency": "CNY",
        "products": products,
        "shipping_address": {**shopper.address, "收货人": shopper.name, "手机": shopper.phone},
    }
