"""How soon the next search knows: an event goes in over HTTP, and the profile, the tags and the order of a search are asked for
until they have changed. On the laptop's shop, its pump running."""

import statistics
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from rich.console import Console
from rich.table import Table

from infra.local.client import CallRefused, ShopClient
from infra.local.imports import import_into
from infra.local.shop import LaptopShop

QUERY = "连衣裙"
SHOPPERS = 10
PATIENCE_SECONDS = 30
_PAUSE_SECONDS = 0.02


def table() -> Table:
    """Milliseconds from the request's answer until each was seen."""
    shown = Table(f"laptop, {SHOPPERS} shoppers: from the event's answer to", "middle ms", "most ms")
    with LaptopShop() as shop:
        import_into(shop.services.catalog, None, Console(quiet=True))
        shop.pump.drain()
        measured = [_measured(shop, f"lag-{number}") for number in range(SHOPPERS)]
    for name in measured[0]:
        taken = [each[name] for each in measured]
        shown.add_row(name, f"{statistics.median(taken):,.0f}", f"{max(taken):,.0f}")
    return shown


def _measured(shop: LaptopShop, who: str) -> dict[str, float]:
    office = ShopClient(shop.base_url, shop.keys.admin)
    found = f"/v1/search?q={quote(QUERY)}&size=20&user={who}"
    hits = office.call("GET", found)["hits"]
    neutral = [hit["objectID"] for hit in hits]
    # What stands last: liking it must move it.
    liked = [hit for hit in hits if hit["brand"] == hits[-1]["brand"]]
    batch = [_event(who, name, hit) for hit in liked for name in ("Product Viewed", "Product Added")]
    office.call("POST", "/v1/batch", {"batch": batch})
    begin = time.perf_counter()

    def since(is_seen: Callable[[], bool]) -> float:
        while not is_seen():
            if time.perf_counter() - begin > PATIENCE_SECONDS:
                raise TimeoutError(f"{who} is still unknown after {PATIENCE_SECONDS} s")
            time.sleep(_PAUSE_SECONDS)
        return (time.perf_counter() - begin) * 1000

    def order() -> list[str]:
        return [hit["objectID"] for hit in office.call("GET", found)["hits"]]

    return {
        "its profile": since(lambda: bool(_profile(office, who))),
        "its tags": since(lambda: bool(office.call("GET", f"/v1/profiles/{who}/tags")["items"])),
        "another order of the same search": since(lambda: order() != neutral),
    }


def _profile(office: ShopClient, who: str) -> Any:
    try:
        return office.call("GET", f"/v1/profiles/{who}")["counters"]["carts"]
    except CallRefused:
        return None


def _event(who: str, name: str, hit: dict[str, Any]) -> dict[str, Any]:
    properties = {"product_id": hit["objectID"], "brand": hit["brand"], "price": hit["price"]}
    message = f"{who}-{name}-{hit['objectID']}"
    return {"type": "track", "messageId": message, "userId": who, "event": name, "properties": properties}
