"""What every step of the story uses: the shop, its API with each key, and the narrator."""

import base64
from collections.abc import Sequence
from typing import Any

from chalicelib.core.clock import to_rfc3339
from infra.local.client import ShopClient
from infra.local.demo.narrator import Narrator
from infra.local.demo.scene import Hit
from infra.local.shop import LaptopShop

WINDOW = 60


class Stage:
    """The running shop and three clients of it, one per key."""

    def __init__(self, shop: LaptopShop, narrator: Narrator) -> None:
        self.shop = shop
        self.narrator = narrator
        self.storefront = ShopClient(shop.base_url, shop.keys.search)
        self.office = ShopClient(shop.base_url, shop.keys.admin)
        self._sdk = ShopClient(shop.base_url, shop.keys.write)

    def search(self, query: str, shopper_id: str | None = None, size: int = WINDOW) -> dict[str, Any]:
        """One search, as InstantSearch sends it."""
        asked: dict[str, Any] = {"indexName": "products", "query": query, "hitsPerPage": size, "clickAnalytics": True}
        if shopper_id:
            asked["userToken"] = shopper_id
        result: dict[str, Any] = self.storefront.call("POST", "/1/indexes/*/queries", {"requests": [asked]})["results"][
            0
        ]
        return result

    def neutral_hits(self, query: str) -> Sequence[Hit]:
        """The hits of a search by nobody in particular."""
        hits: Sequence[Hit] = self.search(query)["hits"]
        return hits

    def send_events(self, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Send events as Segment's SDKs do; the result of each."""
        basic = base64.b64encode(f"{self.shop.keys.write}:".encode()).decode()
        body = {"batch": events, "sentAt": to_rfc3339(self.shop.clock.now())}
        answer = self._sdk.call("POST", "/v1/batch", body, {"Authorization": f"Basic {basic}"})
        results: list[dict[str, Any]] = answer["results"]
        return results

    def profile(self, shopper_id: str) -> dict[str, Any]:
        profile: dict[str, Any] = self.office.call("GET", f"/v1/profiles/{shopper_id}")
        return profile
