"""The demo runs, some of it badly on purpose: no address, number or street is anywhere in clear but in mails."""

import base64
import gzip
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from rich.console import Console

from chalicelib.core.clock import to_rfc3339
from chalicelib.webhooks import Scheme
from infra.local import shop as laptop
from infra.local.client import ShopClient
from infra.local.demo import narrator, story
from infra.local.demo.scene import Liking, Scene
from infra.local.demo.shoppers import cast
from tests.support.http import Http
from tests.support.webhooks import CLIENT_ID, SECRETS, payload, signed

SHOPPERS = cast(Scene("", Liking("", ()), Liking("", ())))
LEAST_BYTES = 200
DRESSES = [
    {
        "id": f"d{number}",
        "title": f"法式碎花连衣裙 {number} 号",
        "brand": ("云织", "栀巷里")[number % 2],
        "price": 19_900,
    }
    for number in range(12)
]
"""Enough of a catalogue for the demo to tell two tastes apart."""


DELIVERIES = {
    Scheme.SHOPIFY: [
        ("shopify_refund", "refunds/create"),
        ("shopify_order_paid", "orders/paid"),
        ("shopify_customer", "customers/update"),
        ("shopify_customer", "customers/enable"),
        ("shopify_order_cancelled", "orders/cancelled"),
    ],
    Scheme.WOOCOMMERCE: [("woocommerce_customer", "customer.updated"), ("woocommerce_order", "order.created")],
    Scheme.YOUZAN: [("youzan_customer", ""), ("youzan_trade_paid", "trade_TradePaid")],
}
"""What platforms tell, and by which topic; some topics mean nothing to us."""


@dataclass
class Held:
    """What each holder had, as text. ``mails`` is what SES was given: it must have the addresses."""

    texts: dict[str, str] = field(default_factory=dict)
    mails: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Held:
    """Everything that the demo left anywhere, or sent through a queue or a table on the way."""
    folder, calls = tmp_path_factory.mktemp("demo"), io.StringIO()
    log, catalogue = folder / "shop.log", folder / "catalogue.jsonl"
    catalogue.write_text("\n".join(map(_text, DRESSES)), "utf-8")

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        print(model.name, _text(params), file=calls)

    made = Held()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(laptop, "LOG_FILE", log)
        with laptop.LaptopShop(pumped=False) as shop:
            for service in ("dynamodb", "sqs", "s3"):
                shop.cloud.client(service).meta.events.register("provide-client-params.*.*", note)
            story.tell(shop, catalogue, narrator.Narrator(Console(file=io.StringIO())))
            _go_wrong(shop)
            _platforms(shop)
            made.mails = [address for mail in shop.sent_mails() for address in mail.to]
            made.texts["tables"] = "\n".join(_tables(shop))
            made.texts["streams"] = "\n".join(_streams(shop))
            made.texts["index"] = "\n".join(_index(shop))
            made.texts["archive"] = "\n".join(_archive(shop))
            made.texts["failures"] = "\n".join(_failures(shop))
    made.texts["queues and writes"] = calls.getvalue()
    made.texts["log"] = log.read_text("utf-8")
    return made


def _go_wrong(shop: laptop.LaptopShop) -> None:
    """An id that is used twice, an event that is refused, one whose shopper is an address, one that search reports."""
    li, now = SHOPPERS[0], to_rfc3339(shop.clock.now())
    traits = {"email": li.email, "phone": li.phone, "address": li.address["street"]}
    client = ShopClient(shop.base_url, shop.keys.write)
    told = {"userId": li.shopper_id, "messageId": "twice", "timestamp": now, "traits": traits}
    for changed in (traits, traits | {"email": li.email.upper(), "note": "another"}):
        client.call("POST", "/v1/identify", told | {"traits": changed})
        shop.pump.drain()
    refused = {"type": "track", "messageId": "r1", "properties": {**traits, "收货地址": li.address}}
    client.call("POST", "/v1/batch", {"batch": [refused, {**refused, "event": 5, "userId": li.shopper_id}]})
    shop.cloud.client("sqs").send_message(QueueUrl=shop.services.settings.events_queue_url, MessageBody="no event")
    order = {"products": [{"product_id": "p1"}], "total": "abc", "phone": li.phone, "email": li.email}
    client.call(
        "POST",
        "/v1/batch",
        {"batch": [{"type": "track", "event": "Order Completed", "userId": "u", "properties": order}]},
    )
    shop.pump.drain()


def _platforms(shop: laptop.LaptopShop) -> None:
    """Every payload we have from every platform: what is understood, what waits for its order, what is nothing to us."""
    http = Http(shop.base_url)
    for scheme, topics in DELIVERIES.items():
        body = {
            "scheme": scheme,
            "secret": SECRETS[scheme],
            "client_id": CLIENT_ID if scheme is Scheme.YOUZAN else None,
        }
        wanted = {name: value for name, value in body.items() if value is not None}
        assert http("PUT", f"/v1/webhook-sources/{scheme}", wanted, shop.keys.admin).status == 200
        for number, (name, topic) in enumerate(topics):
            sent = payload(name)
            headers = signed(scheme, sent, topic, delivery=f"{scheme}-{number}")
            assert http("POST", f"/v1/webhooks/{scheme}", sent, headers=headers).status == 200, name
        shop.pump.drain()
    http.close()


def _archive(shop: laptop.LaptopShop) -> Iterator[str]:
    client, bucket = shop.cloud.client("s3"), shop.services.settings.archive_bucket
    for entry in client.list_objects_v2(Bucket=bucket)["Contents"]:
        yield gzip.decompress(client.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()).decode()


def _tables(shop: laptop.LaptopShop) -> Iterator[str]:
    client, settings = shop.cloud.client("dynamodb"), shop.services.settings
    for table in (settings.catalog_table, settings.events_table, settings.shoppers_table, settings.marketing_table):
        start: dict[str, Any] = {}
        while True:
            page = client.scan(TableName=table, **start)
            yield from map(_text, page["Items"])
            if "LastEvaluatedKey" not in page:
                break
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def _streams(shop: laptop.LaptopShop) -> Iterator[str]:
    client = shop.cloud.client("dynamodbstreams")
    for stream in client.list_streams()["Streams"]:
        for shard in client.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"]:
            place = client.get_shard_iterator(
                StreamArn=stream["StreamArn"], ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            while place:
                page = client.get_records(ShardIterator=place)
                yield from map(_text, page["Records"])
                place = page.get("NextShardIterator") if page["Records"] else None


def _index(shop: laptop.LaptopShop) -> Iterator[str]:
    office = ShopClient(shop.base_url, shop.keys.admin)
    page = office.call("POST", "/1/indexes/products/browse", {"hitsPerPage": 1000})
    yield from map(_text, page["hits"])


def _failures(shop: laptop.LaptopShop) -> Iterator[str]:
    page = ShopClient(shop.base_url, shop.keys.admin).call("GET", "/v1/failures?limit=100")
    assert page["next_cursor"] is None
    yield from map(_text, page["items"])


def _text(value: Any) -> str:
    return json.dumps(
        value, ensure_ascii=False, default=lambda each: each.decode("latin-1") if isinstance(each, bytes) else str(each)
    )


def _forms(plain: str) -> set[str]:
    """How a value could be written down."""
    escaped = json.dumps(plain)[1:-1]
    encoded = base64.b64encode(plain.encode()).decode().rstrip("=")[:-1]
    return {plain.lower(), escaped.lower(), encoded.lower()}


PLAIN = sorted({plain for each in SHOPPERS for plain in (each.email, each.phone, each.address["street"])})
FROM_PLATFORMS = ["lin.mei@example.com", "13800138000", "文三路 1 号"]


@pytest.mark.parametrize("holder", ["tables", "streams", "index", "failures", "archive", "queues and writes", "log"])
def test_no_personal_value_of_the_demo_is_there_in_clear(held: Held, holder: str) -> None:
    text = held.texts[holder].lower()
    assert len(text) > LEAST_BYTES
    assert [plain for plain in (*PLAIN, *FROM_PLATFORMS) for form in _forms(plain) if form in text] == []


def test_the_search_would_have_found_them(held: Held) -> None:
    for holder in ("tables", "streams", "queues and writes", "failures", "archive"):
        assert SHOPPERS[0].shopper_id in held.texts[holder], holder
        assert "sealed:v1:k1:" in held.texts[holder], holder
    assert "7001" in held.texts["archive"]
    assert "accept_events" in held.texts["failures"]
    assert "twice" in held.texts["failures"]
    assert "西湖区" in held.texts["tables"]


def test_mails_have_the_address_that_they_go_to(held: Held) -> None:
    assert held.mails == [SHOPPERS[1].email]


def test_the_demo_has_something_to_hide() -> None:
    assert len(PLAIN) == 3 * len(SHOPPERS)
