"""Who may tell us things: signatures, secrets that rotate, repeats."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from chalicelib.webhooks import Scheme, SignatureRefused, SourceInvalid, SourceNotFound, Status, prove
from tests.support.webhooks import CLIENT_ID, SECRETS, HookShop, payload, signed

BODIES = {
    Scheme.STANDARD: ("standard_order", ""),
    Scheme.SHOPIFY: ("shopify_order_paid", "orders/paid"),
    Scheme.WOOCOMMERCE: ("woocommerce_order", "order.created"),
    Scheme.YOUZAN: ("youzan_trade_paid", "trade_TradePaid"),
}
OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


def test_the_published_vector_of_standard_webhooks_holds() -> None:
    at = datetime.fromtimestamp(1614265330, UTC)
    signature = Webhook("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").sign(
        "msg_p5jXN8AQM9LWM0D4loKWxJek", at, '{"test": 2432232314}'
    )
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("scheme", Scheme)
def test_what_a_platform_signed_is_taken_in_and_a_repeat_of_it_is_a_duplicate(scheme: Scheme) -> None:
    shop = HookShop()
    name, topic = BODIES[scheme]
    assert shop.send(scheme, name, topic).status is Status.ACCEPTED
    assert shop.send(scheme, name, topic).status is Status.DUPLICATE
    assert [each.name for each in shop.record()].count("Order Completed") == 1


@pytest.mark.parametrize("scheme", Scheme)
def test_a_changed_body_a_wrong_secret_and_no_signature_at_all_are_refused(scheme: Scheme) -> None:
    shop = HookShop()
    name, topic = BODIES[scheme]
    body = payload(name)
    good = signed(scheme, body, topic)
    bad = signed(scheme, body, topic, secret=OTHER)
    for headers, sent in ((good, body + b" "), (bad, body), ({}, body)):
        with pytest.raises(SignatureRefused):
            shop.webhooks.receive(scheme, headers, sent)
    assert shop.record() == []


@pytest.mark.parametrize(
    "signature",
    ["", "v1", "v1,", "v1,a,b", "v2,abc", "v1,not base64!", "v1,é", "v1,\udcff", "nonsense", "v1," + "A" * 10_000],
)
def test_a_signature_that_cannot_be_read_is_refused_and_never_an_error_of_ours(signature: str) -> None:
    body = payload("standard_order")
    headers = signed(Scheme.STANDARD, body) | {"webhook-signature": signature}
    with pytest.raises(SignatureRefused):
        prove(Scheme.STANDARD, "", [SECRETS[Scheme.STANDARD]], headers, body)


def test_of_several_signatures_one_that_matches_suffices_whatever_the_others_are() -> None:
    body = payload("standard_order")
    headers = signed(Scheme.STANDARD, body)
    headers["webhook-signature"] = f"v2,zzz v1,!!! v1,a,b {headers['webhook-signature']} v1a,xx"
    assert prove(Scheme.STANDARD, "", [OTHER, SECRETS[Scheme.STANDARD]], headers, body) == "d-1"


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_delivery_of_more_than_five_minutes_ago_or_ahead_is_refused(minutes: int) -> None:
    body = payload("standard_order")
    headers = signed(Scheme.STANDARD, body, at=datetime.now(UTC) + timedelta(minutes=minutes))
    with pytest.raises(SignatureRefused):
        prove(Scheme.STANDARD, "", [SECRETS[Scheme.STANDARD]], headers, body)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_delivery_that_lacks_a_header_is_refused(name: str) -> None:
    body = payload("standard_order")
    headers = {key: value for key, value in signed(Scheme.STANDARD, body).items() if key != name}
    with pytest.raises(SignatureRefused):
        prove(Scheme.STANDARD, "", [SECRETS[Scheme.STANDARD]], headers, body)


def test_a_body_that_is_no_text_is_refused_or_kept_and_never_an_error_of_ours() -> None:
    shop = HookShop()
    body = b"\xff\xfe not utf-8"
    headers = signed(Scheme.SHOPIFY, body, "orders/paid")
    assert shop.webhooks.receive(Scheme.SHOPIFY, headers, body).status is Status.KEPT
    with pytest.raises(SignatureRefused):
        prove(Scheme.STANDARD, "", [SECRETS[Scheme.STANDARD]], signed(Scheme.STANDARD, b"{}"), body)


def test_the_same_body_under_a_new_delivery_id_that_nothing_signed_is_a_duplicate() -> None:
    shop = HookShop()
    shop.send(Scheme.SHOPIFY, "shopify_order_paid", "orders/paid", delivery="1")
    again = shop.send(Scheme.SHOPIFY, "shopify_order_paid", "orders/paid", delivery="2")
    assert again.status is Status.DUPLICATE


def test_two_secrets_are_valid_while_one_replaces_the_other_and_then_one() -> None:
    shop = HookShop()
    _, made = shop.sources.rotate(Scheme.STANDARD, None, timedelta(hours=2))
    assert made is not None
    body = payload("standard_order")
    for delivery, secret in (("a", SECRETS[Scheme.STANDARD]), ("b", made)):
        assert shop.send(Scheme.STANDARD, body, secret=secret, delivery=delivery).status is Status.ACCEPTED
    shop.shop.clock.advance(timedelta(hours=3))
    with pytest.raises(SignatureRefused):
        shop.send(Scheme.STANDARD, body, delivery="c")
    assert shop.send(Scheme.STANDARD, body, secret=made, delivery="d").status is Status.ACCEPTED


def test_a_third_secret_ends_the_first_at_once() -> None:
    shop = HookShop()
    shop.sources.rotate(Scheme.STANDARD, None)
    source, _ = shop.sources.rotate(Scheme.STANDARD, None)
    assert len(source.secrets) == 2
    with pytest.raises(SignatureRefused):
        shop.send(Scheme.STANDARD, "standard_order")


def test_secrets_are_sealed_in_the_store() -> None:
    shop = HookShop()
    for scheme, secret in SECRETS.items():
        assert secret not in repr(shop.store.get(scheme))


def test_a_new_secret_is_known_in_this_container_at_once_and_a_deleted_source_is_gone() -> None:
    shop = HookShop()
    shop.send(Scheme.STANDARD, "standard_order")
    shop.sources.put(Scheme.STANDARD, Scheme.STANDARD, secret=OTHER)
    assert shop.send(Scheme.STANDARD, "standard_order", secret=OTHER, delivery="x").status is Status.ACCEPTED
    shop.sources.delete(Scheme.STANDARD)
    with pytest.raises(SourceNotFound):
        shop.send(Scheme.STANDARD, "standard_order")


@pytest.mark.parametrize(
    ("scheme", "options", "field"),
    [
        (Scheme.STANDARD, {"secret": "whsec_c2hvcnQ="}, "secret"),
        (Scheme.STANDARD, {"secret": "whsec_é"}, "secret"),
        (Scheme.SHOPIFY, {"secret": "short"}, "secret"),
        (Scheme.YOUZAN, {"secret": "a" * 32}, "client_id"),
        (Scheme.STANDARD, {"mapping": {"topics": {}}}, "mapping.topic"),
    ],
)
def test_a_source_that_could_not_work_is_refused_with_the_field(
    scheme: Scheme, options: dict[str, object], field: str
) -> None:
    with pytest.raises(SourceInvalid) as refused:
        HookShop().sources.put("shop", scheme, **options)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_youzan_signs_with_client_id_body_and_secret() -> None:
    # Computed apart from this project: printf 'id{}secret-of-16-bytes' | md5sum
    headers = {"event-sign": "c1416933ff3e16fa08b2701f435b930e"}
    with pytest.raises(SignatureRefused):
        prove(Scheme.YOUZAN, CLIENT_ID, ["secret-of-16-bytes"], headers, b"{}")
    prove(Scheme.YOUZAN, "id", ["secret-of-16-bytes"], headers, b"{}")
