"""Webhooks over HTTP: set a source up, send what a platform sends, see it in the profile and the catalogue."""

from chalicelib.webhooks import Scheme
from infra.local.shop import LaptopShop
from tests.support.http import Http
from tests.support.webhooks import SECRETS, payload, signed


def put(http: Http, shop: LaptopShop, name: str, scheme: Scheme) -> None:
    body = {"scheme": scheme, "secret": SECRETS[scheme]}
    assert http("PUT", f"/v1/webhook-sources/{name}", body, shop.keys.admin).status == 200


def test_an_order_and_its_refund_reach_the_profile(shop: LaptopShop, http: Http) -> None:
    put(http, shop, "my-shopify", Scheme.SHOPIFY)
    for name, topic, status in (
        ("shopify_refund", "refunds/create", "waiting"),
        ("shopify_order_paid", "orders/paid", "accepted"),
        ("shopify_order_paid", "orders/paid", "duplicate"),
        ("shopify_customer", "customers/update", "accepted"),
        ("shopify_product", "products/update", "accepted"),
        ("shopify_product", "themes/publish", "ignored"),
    ):
        body = payload(name)
        answer = http("POST", "/v1/webhooks/my-shopify", body, headers=signed(Scheme.SHOPIFY, body, topic))
        assert (answer.status, answer.body["status"]) == (200, status), answer.body
    shop.pump.drain()
    profile = http("GET", "/v1/profiles/7001", key=shop.keys.admin).body
    counters = {name: profile["counters"][name] for name in ("orders", "spend", "refunds")}
    assert counters == {"orders": 1, "spend": 42_850, "refunds": 1}
    assert http("GET", "/v1/products/501", key=shop.keys.admin).body["title"] == "双人帐篷"
    failures = http("GET", "/v1/failures", key=shop.keys.admin).body["items"]
    assert [each["reason"] for each in failures if each["source"] == "webhooks"] == [
        "nothing here is made of 'themes/publish'"
    ]
    stored = repr([*shop.services.marketing_table.scan(), *shop.services.events_table.scan()])
    assert "sealed:v1:" in stored
    assert "lin.mei@example.com" not in stored


def test_what_is_not_signed_is_401_and_an_unknown_source_404(shop: LaptopShop, http: Http) -> None:
    put(http, shop, "shop-b", Scheme.SHOPIFY)
    body = payload("shopify_order_paid")
    wrong = signed(Scheme.SHOPIFY, body, "orders/paid", secret="somebody-elses-secret")
    answer = http("POST", "/v1/webhooks/shop-b", body, headers=wrong)
    assert (answer.status, answer.body["error"]["code"]) == (401, "signature_refused")
    assert http("POST", "/v1/webhooks/nobody", body, headers=wrong).status == 404
    assert http("POST", "/v1/webhooks/shop-b", b"x" * 300_000, headers=wrong).status == 413


def test_a_source_is_set_up_rotated_listed_and_deleted_without_ever_showing_a_secret_again(
    shop: LaptopShop, http: Http
) -> None:
    made = http("PUT", "/v1/webhook-sources/hook", {"scheme": "standard"}, shop.keys.admin).body
    assert made["secret"].startswith("whsec_")
    assert made["secrets"] == [{"ends_with": made["secret"][-4:], "since": made["secrets"][0]["since"], "until": None}]
    again = http("PUT", "/v1/webhook-sources/hook", {"scheme": "standard", "user_prefix": "x:"}, shop.keys.admin).body
    assert "secret" not in again
    rotated = http("POST", "/v1/webhook-sources/hook/rotate", {"overlap_hours": 1}, shop.keys.admin).body
    assert rotated["secret"] != made["secret"]
    assert [each["until"] is None for each in rotated["secrets"]] == [True, False]
    body = payload("standard_order")
    for delivery, secret in (("a", made["secret"]), ("b", rotated["secret"])):
        headers = signed(Scheme.STANDARD, body, secret=secret, delivery=delivery)
        assert http("POST", "/v1/webhooks/hook", body, headers=headers).status == 200
    shown = http("GET", "/v1/webhook-sources/hook", key=shop.keys.admin)
    listed = http("GET", "/v1/webhook-sources", key=shop.keys.admin).body["items"]
    assert made["secret"] not in repr([shown, listed])
    assert "hook" in [each["source"] for each in listed]
    assert http("DELETE", "/v1/webhook-sources/hook", key=shop.keys.admin).status == 200
    assert http("GET", "/v1/webhook-sources/hook", key=shop.keys.admin).status == 404


def test_sources_are_for_the_admin_and_a_bad_one_names_its_field(shop: LaptopShop, http: Http) -> None:
    assert http("GET", "/v1/webhook-sources", key=shop.keys.write).status == 403
    for body, field in (
        ({"scheme": "carrier-pigeon"}, "scheme"),
        ({"scheme": "youzan", "secret": "a" * 32}, "client_id"),
        ({"scheme": "standard", "mapping": {"topic": {"path": "t"}, "topics": {"a": [{}]}}}, "mapping.topics.a[0]"),
    ):
        answer = http("PUT", "/v1/webhook-sources/bad", body, shop.keys.admin)
        assert (answer.status, answer.body["error"]["field"]) == (400, field)
    assert http("PUT", "/v1/webhook-sources/%E5%BA%97", {"scheme": "standard"}, shop.keys.admin).status == 400
