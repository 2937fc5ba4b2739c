"""What each route is plainly asked, and a shop with one of everything, so that nonsense gets past the first check."""

from collections.abc import Callable, Mapping
from typing import Any

Ask = Callable[[str, str, Any, str], Any]
"""``ask(method, path, body, key)``: the decoded body of an answer that is no refusal."""

PRODUCT = {
    "title": "法式碎花连衣裙",
    "brand": "拾光里",
    "category": ["女装", "连衣裙"],
    "price": 19_900,
    "list_price": 29_900,
    "stock": 7,
    "tags": ["新品"],
    "attributes": {"颜色": ["蓝", "白"]},
    "image": "https://shop.example/a.jpg",
    "skus": [{"id": "s1", "price": 19_900, "stock": 3, "attributes": {"颜色": "蓝"}}],
}
RECORD = {"objectID": "a1", "name": "碎花裙", "price": 199.9, "categories": {"lvl0": "女装"}, "_tags": ["新品"]}
COUPON: dict[str, Any] = {
    "name": "满100减20",
    "kind": "tiers",
    "tiers": [{"at_least": 20_000, "off": 4_000}],
    "stock": 1_000,
    "per_shopper": 500,
    "budget": 400_000,
    "valid_days": 7,
    "scope": [{"categories": ["户外"]}],
    "audience": {"levels": ["金卡"]},
}
CAMPAIGN = {
    "name": "回归",
    "audience": {"tag": "dormant"},
    "schedule": {"cron": "0 20 * * *"},
    "message": {"subject": "{{ name }}", "body": "想你"},
    "cap": {"sends": 1, "days": 7},
    "status": "active",
}
RULE = {
    "name": "露营季",
    "trigger": {"kind": "contains", "value": "连衣裙"},
    "actions": [{"kind": "pin", "product_id": "p1", "position": 1}],
    "starts_at": "2026-11-01T00:00:00Z",
    "ends_at": "2030-01-01T00:00:00Z",
}
ALGOLIA_RULE = {
    "objectID": "r1",
    "conditions": [{"pattern": "裙", "anchoring": "contains"}],
    "consequence": {"promote": [{"objectID": "p1", "position": 0}], "params": {"query": {"remove": ["裙"]}}},
    "validity": [{"from": 1_760_000_000, "until": 1_960_000_000}],
    "enabled": True,
}
SYNONYM = {"objectID": "y1", "type": "oneWaySynonym", "input": "裙", "synonyms": ["连衣裙"]}
TAG = {
    "name": "常看",
    "name_en": "looks",
    "group": "behaviour",
    "rule": {
        "when": {"all": [{"did": {"event": "viewed", "at_least": 2, "within_days": 7}}, {"spent": {"at_least": 1}}]}
    },
    "lifetime_days": 30,
    "exclusive_group": "looking",
    "priority": 1,
}
EVENT: dict[str, Any] = {
    "event": "Order Completed",
    "userId": "li",
    "messageId": "m1",
    "timestamp": "2026-11-22T00:00:00Z",
    "context": {"traits": {"email": "li@shop.example"}},
    "properties": {
        "order_id": "o1",
        "total": 12.5,
        "currency": "CNY",
        "products": [{"product_id": "p1", "price": 12.5, "quantity": 1}],
    },
}
CLICK = {
    "eventType": "click",
    "eventName": "clicked",
    "index": "products",
    "userToken": "li",
    "timestamp": 1_795_000_000_000,
    "queryID": "0123456789abcdef0123456789abcdef",
    "objectIDs": ["p1"],
    "positions": [1],
}
SEARCH = {
    "query": "连衣裙",
    "page": 0,
    "hitsPerPage": 2,
    "filters": "price>=100 AND brand:拾光里",
    "facetFilters": [["brand:拾光里"]],
    "numericFilters": ["price<=500"],
    "facets": ["brand"],
    "attributesToRetrieve": ["title"],
    "userToken": "li",
    "maxValuesPerFacet": 10,
    "distinct": 1,
}
CART = {"lines": [{"product_id": "p1", "quantity": 2, "price": 17_650, "id": "0"}], "shipping": 1_200}
ORDER = {"order_id": "order-1", "amount": 22_000, "discount": 100, "unchecked": True, "client": "till"}
CONSENT = {"channel": "email", "purpose": "marketing", "given": True, "source": "checkout", "text_version": "1"}

BODIES: Mapping[tuple[str, str], Any] = {
    ("POST", "/1/events"): {"events": [CLICK]},
    ("POST", "/1/indexes/{index}"): RECORD,
    ("POST", "/1/indexes/{index}/batch"): {"requests": [{"action": "addObject", "body": RECORD}]},
    ("POST", "/1/indexes/{index}/browse"): {"hitsPerPage": 1, "filters": "price>=1"},
    ("POST", "/1/indexes/{index}/deleteByQuery"): {"filters": "brand:nobody"},
    ("POST", "/1/indexes/{index}/facets/{facet}/query"): {"facetQuery": "拾", "maxFacetHits": 3, "filters": "price>=1"},
    ("POST", "/1/indexes/{index}/objects"): {"requests": [{"objectID": "p1", "indexName": "products"}]},
    ("POST", "/1/indexes/{index}/operation"): {"operation": "copy", "destination": "products_tmp", "scope": ["rules"]},
    ("POST", "/1/indexes/{index}/queries"): {"requests": [{"indexName": "products", "params": "query=x"} | SEARCH]},
    ("POST", "/1/indexes/{index}/query"): SEARCH,
    ("POST", "/1/indexes/{index}/rules/batch"): [ALGOLIA_RULE],
    ("POST", "/1/indexes/{index}/rules/search"): {"query": "裙", "page": 0, "hitsPerPage": 2},
    ("PUT", "/1/indexes/{index}/rules/{object_id}"): ALGOLIA_RULE,
    ("PUT", "/1/indexes/{index}/settings"): {
        "hitsPerPage": 10,
        "attributesForFaceting": ["brand"],
        "customRanking": ["desc(sales_30d)"],
        "replicas": ["products_price_asc"],
    },
    ("POST", "/1/indexes/{index}/synonyms/batch"): [SYNONYM],
    ("POST", "/1/indexes/{index}/synonyms/search"): {"query": "裙", "page": 0, "hitsPerPage": 2},
    ("PUT", "/1/indexes/{index}/synonyms/{object_id}"): SYNONYM,
    ("PUT", "/1/indexes/{index}/{object_id}"): RECORD,
    ("POST", "/1/indexes/{index}/{object_id}/partial"): {"price": 10, "stock": {"_operation": "Increment", "value": 1}},
    ("POST", "/v1/alias"): {"userId": "li", "previousId": "wang", "messageId": "a1"},
    ("POST", "/v1/batch"): {"batch": [{"type": "track"} | EVENT], "sentAt": "2026-11-22T00:00:00Z"},
    ("POST", "/v1/campaigns"): CAMPAIGN,
    ("PUT", "/v1/campaigns/{campaign_id}"): CAMPAIGN,
    ("POST", "/v1/catalog/imports"): {"rows": [{"id": "i1"} | PRODUCT], "format": "jsonl"},
    ("POST", "/v1/coupon-codes/{code}/claim"): {"shopper": "li"},
    ("POST", "/v1/coupon-codes/{code}/redeem"): ORDER,
    ("POST", "/v1/coupon-codes/{code}/refund"): {
        "order_id": "order-1",
        "discount": 1,
        "returns": False,
        "reason": "退",
    },
    ("POST", "/v1/coupon-codes/{code}/release"): {"order_id": "order-1", "reason": "取消"},
    ("POST", "/v1/coupon-codes/{code}/reserve"): ORDER | {"seconds": 60},
    ("POST", "/v1/coupon-codes/{code}/void"): {"reason": "发错了", "returns": True},
    ("POST", "/v1/coupons"): COUPON,
    ("PUT", "/v1/coupons/{coupon_id}"): COUPON,
    ("POST", "/v1/coupons/{coupon_id}/claim"): {"shopper": "li"},
    ("POST", "/v1/coupons/{coupon_id}/code-batches"): {"count": 3},
    ("POST", "/v1/coupons/{coupon_id}/issue"): {"shopper": "li", "reason": "补偿"},
    ("POST", "/v1/group"): {"userId": "li", "groupId": "g", "traits": {"name": "x"}, "messageId": "g1"},
    ("POST", "/v1/identify"): {"userId": "li", "traits": {"email": "li@shop.example", "age": 3}, "messageId": "i1"},
    ("POST", "/v1/import"): {"batch": [{"type": "track"} | EVENT]},
    ("POST", "/v1/merchandising/preview"): {"query": "裙", "at": "2026-11-22T00:00:00Z", "size": 2, "rule": RULE},
    ("POST", "/v1/merchandising/rules"): RULE,
    ("PUT", "/v1/merchandising/rules/{rule_id}"): RULE,
    ("POST", "/v1/offers/best"): {
        "cart": CART,
        "shopper": "li",
        "coupons": ["x"],
        "customer": {"levels": ["金卡"], "orders": 1},
        "channel": "app",
        "suggestions": 2,
    },
    ("POST", "/v1/offers/redeem"): {"order_id": "order-2"},
    ("POST", "/v1/offers/release"): {"order_id": "order-2", "reason": "取消"},
    ("POST", "/v1/offers/reserve"): {
        "order_id": "order-2",
        "cart": CART,
        "shopper": "li",
        "offers": ["x"],
        "channel": "app",
        "customer": {"levels": ["金卡"], "orders": 1},
        "seconds": 60,
    },
    ("POST", "/v1/offers/refunds"): {
        "cart": CART,
        "paid": 36_500,
        "returned": {"0": 1},
        "policy": "proportional",
        "offers": ["camp"],
        "returned_before": {},
        "refunded_before": 0,
    },
    ("POST", "/v1/page"): {"userId": "li", "name": "首页", "properties": {"url": "/"}, "messageId": "p1"},
    ("POST", "/v1/products/batch"): {"products": [{"id": "b1"} | PRODUCT]},
    ("PUT", "/v1/products/{product_id}"): PRODUCT,
    ("POST", "/v1/profile-lookups"): {"email": "li@shop.example"},
    ("PUT", "/v1/profiles/{shopper_id}/consents"): CONSENT,
    ("PUT", "/v1/profiles/{shopper_id}/personalisation"): {"personalised": True, "source": "app", "text_version": "1"},
    ("PUT", "/v1/profiles/{shopper_id}/tags/{tag}"): {"value": "true"},
    ("POST", "/v1/screen"): {"userId": "li", "name": "首页", "messageId": "s1"},
    ("PUT", "/v1/suggestions/blocked"): {"words": ["坏词"]},
    ("POST", "/v1/tags"): {"id": "often"} | TAG,
    ("PUT", "/v1/tags/{tag_id}"): TAG,
    ("POST", "/v1/tags/preview"): {"rule": TAG["rule"], "shoppers": ["li"], "sample": 5},
    ("POST", "/v1/track"): EVENT,
    ("PUT", "/v1/webhook-sources/{source}"): {
        "scheme": "standard",
        "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "user_prefix": "x:",
        "mapping": {"rules": []},
    },
    ("POST", "/v1/webhook-sources/{source}/rotate"): {"overlap_hours": 1},
}
"""A body that a route takes, or refuses for nothing but the state things are in."""

DESTRUCTIVE = frozenset(
    {
        ("POST", "/1/indexes/{index}/clear"),
        ("POST", "/1/indexes/{index}/deleteByQuery"),
        ("POST", "/1/indexes/{index}/operation"),
        ("POST", "/v1/coupon-codes/{code}/void"),
    }
)
"""What takes away, beside every ``DELETE``."""


def stock(ask: Ask, keys: Mapping[str, str]) -> dict[str, str]:
    """Put one of everything into a shop; the id of each by the name it has in paths."""
    admin, write = keys["admin"], keys["write"]

    def made(method: str, path: str, body: Any = None) -> Any:
        return ask(method, path, body, admin)

    for number in range(3):
        made("PUT", f"/v1/products/p{number}", PRODUCT)
    made("POST", "/v1/coupons", COUPON | {"id": "camp", "audience": {}, "scope": []})
    code = made("POST", "/v1/coupons/camp/issue", {"shopper": "li"})["code"]
    made("POST", "/v1/coupons/camp/issue", {"shopper": "li"})
    made("POST", "/v1/campaigns", CAMPAIGN | {"id": "recall"})
    made("POST", "/v1/merchandising/rules", RULE | {"id": "pin"})
    made("POST", "/v1/tags", {"id": "looker"} | TAG)
    made("PUT", "/v1/webhook-sources/hook", {"scheme": "standard"})
    for path in ("track", "identify", "page"):
        ask("POST", f"/v1/{path}", BODIES["POST", f"/v1/{path}"], write)
    too_early = {"type": "track", "event": "x", "userId": "x", "timestamp": "2099-01-01T00:00:00Z"}
    ask("POST", "/v1/batch", {"batch": [too_early]}, write)
    made("PUT", "/v1/profiles/li/consents", CONSENT)
    batch = made("POST", "/v1/coupons/camp/code-batches", {"count": 2})
    job = made("POST", "/v1/tags/jobs")["id"]
    rebuild = made("POST", "/v1/catalog/rebuilds")
    return {
        "product_id": "p1",
        "object_id": "p1",
        "index": "products",
        "facet": "brand",
        "task_id": "1",
        "coupon_id": "camp",
        "code": code,
        "batch_id": batch["id"],
        "number": "0",
        "campaign_id": "recall",
        "rule_id": "pin",
        "tag_id": "looker",
        "tag": "looker",
        "job": job,
        "rebuild_id": rebuild["id"],
        "overhaul_id": "none",
        "failure_id": made("GET", "/v1/failures")["items"][0]["id"],
        "shopper_id": "li",
        "source": "hook",
        "token": "none",
    }
