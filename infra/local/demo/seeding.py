"""The demo's shoppers in a shop that stays up: so that the page at ``/shop`` has somebody to be."""

import base64

from chalicelib.core.clock import to_rfc3339
from infra.local.client import ShopClient
from infra.local.demo.scene import Hit, choose_scene
from infra.local.demo.shoppers import Shopper, cast, history
from infra.local.shop import LaptopShop

CATALOGUE_WINDOW = 1_000
SCENE_WINDOW = 60


def seed_shoppers(shop: LaptopShop) -> None:
    """Let the demo's shoppers live through their history, and offer them on the page; nobody when the catalogue has no two
    likings to tell apart.

    Nobody consents to mail here: a campaign tried out on this shop reaches whom its user adds, and nobody else.
    """
    storefront = ShopClient(shop.base_url, shop.keys.search)

    def search(query: str, size: int = SCENE_WINDOW) -> list[Hit]:
        # These are not a shopper's searches: no log and no hot list may count them.
        asked = {"query": query, "hitsPerPage": size, "analytics": False}
        hits: list[Hit] = storefront.call("POST", "/1/indexes/products/query", asked)["hits"]
        return hits

    scene = choose_scene(search, [hit["title"] for hit in search("", CATALOGUE_WINDOW)])
    if scene is None:
        return
    shoppers = cast(scene)
    _switch_off(shop, [shopper for shopper in shoppers if not shopper.personalised])
    now = shop.clock.now()
    events = [event for shopper in shoppers for event in history(shopper, scene.query, now)]
    basic = base64.b64encode(f"{shop.keys.write}:".encode()).decode()
    body = {"batch": events, "sentAt": to_rfc3339(now)}
    ShopClient(shop.base_url, shop.keys.write).call("POST", "/v1/batch", body, {"Authorization": f"Basic {basic}"})
    shop.pump.drain()
    shop.page_shoppers = [{"id": each.shopper_id, "name": each.name, "about": each.about} for each in shoppers]


def _switch_off(shop: LaptopShop, shoppers: list[Shopper]) -> None:
    office = ShopClient(shop.base_url, shop.keys.admin)
    for shopper in shoppers:
        said = {"personalised": False, "source": "demo"}
        office.call("PUT", f"/v1/profiles/{shopper.shopper_id}/personalisation", said)
