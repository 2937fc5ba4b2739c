"""No nonsense is answered with a 5xx: every route, sent what nobody should send and somebody will.

Seeded, so that a failure comes again; ``SHARES`` bounds how much of all the nonsense there is a route gets in one run.
"""

import json
import random
from collections.abc import Iterator, Mapping

import pytest

from app import app
from chalicelib.webhooks import Scheme
from infra.local.shop import LaptopShop
from tests.support.knocking import Knocker, Notes, Route, routes
from tests.support.knocks import Knock
from tests.support.nonsense import BODIES, VALUES, places, spoiled
from tests.support.webhooks import SECRETS, payload, signed

SEED = 20261122
SHARES = {"body": 3, "field": 8, "without": 1, "id": 3, "query": 3, "cursor": 1, "header": 2, "key": 2}


@pytest.fixture(scope="module")
def knocker(shop: LaptopShop) -> Iterator[Knocker]:
    with pytest.MonkeyPatch.context() as monkeypatch, Knocker(shop, app, Notes(monkeypatch)) as made:
        yield made


@pytest.mark.parametrize("route", routes(), ids=" ".join)
def test_no_nonsense_breaks(route: Route, knocker: Knocker) -> None:
    assert knocker.faults(route, SHARES, random.Random(f"{SEED} {route}")) == []


@pytest.mark.parametrize(
    ("scheme", "name", "topic"),
    [
        (Scheme.SHOPIFY, "shopify_order_paid", "orders/paid"),
        (Scheme.SHOPIFY, "shopify_product", "products/update"),
        (Scheme.STANDARD, "standard_order", ""),
    ],
)
def test_no_signed_nonsense_breaks(scheme: Scheme, name: str, topic: str, knocker: Knocker) -> None:
    source = {"scheme": scheme, "secret": SECRETS[scheme]}
    knocker.asked("PUT", f"/v1/webhook-sources/{scheme}", source)
    body = json.loads(payload(name))
    every = [spoiled(body, place, value) for place in places(body) for value in VALUES]
    for sent in [*random.Random(SEED).sample(every, 60), *BODIES]:
        # The library that signs signs texts only.
        if scheme is not Scheme.STANDARD or _is_text(sent):
            knock = Knock("signed", f"/v1/webhooks/{scheme}", sent, signed(scheme, sent, topic))
            assert knocker.fault(("POST", "/v1/webhooks/{source}"), knock) is None


def _is_text(sent: bytes) -> bool:
    try:
        return bool(sent.decode())
    except UnicodeDecodeError:
        return False


def test_what_was_taken_stops_no_worker(knocker: Knocker) -> None:
    assert knocker.settled() == []


def test_what_breaks_is_noticed(knocker: Knocker, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Mapping[str, str]:
        raise AttributeError("'NoneType' object has no attribute 'get'")

    monkeypatch.setattr(type(knocker.laptop.services.catalog), "get", broken)
    found = knocker.faults(("GET", "/v1/products/{product_id}"), {"query": 1}, random.Random(SEED))
    assert found
    assert "500" in found[0]
    assert "AttributeError" in found[0]
