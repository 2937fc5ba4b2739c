"""Least privilege, tried: the demo's whole story and a rebuild run, and every call made is one that its policy allows."""

import contextvars
import importlib
import io
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from app import app
from chalicelib.api.routing import ShopApp
from chalicelib.search import overhauls
from chalicelib.webhooks import Scheme
from infra.local.client import ShopClient
from infra.local.demo import narrator, story
from infra.local.shop import PREFIX, LaptopShop
from infra.template import APP_TEMPLATE, read_template
from tests.support.webhooks import SECRETS, STORY, payload, signed

ROOT = Path(__file__).parents[2]
APP = read_template(APP_TEMPLATE)
ROLES = {
    "record_events": "RecordEventsRole",
    "project_profiles": "ProjectProfilesRole",
    "archive_events": "ArchiveEventsRole",
    "retag_shoppers": "RetagShoppersRole",
    "index_products": "IndexProductsRole",
    "deliver_campaign": "DeliverCampaignRole",
}
SCHEDULES = tuple(source.name for source in app.event_sources)
FUNCTIONS = ["api_handler", *SCHEDULES, *ROLES]
Permission = tuple[str, str]
_running: contextvars.ContextVar[str | None] = contextvars.ContextVar("running", default=None)


def _as_function(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def run(*arguments: Any) -> Any:
        token = _running.set(name)
        try:
            return function(*arguments)
        finally:
            _running.reset(token)

    return run


@pytest.fixture(scope="module")
def used() -> dict[str, set[Permission]]:
    """What each function needed leave for on the way."""
    needed: dict[str, set[Permission]] = {name: set() for name in FUNCTIONS}

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        name = _running.get()
        if name:
            needed[name] |= set(_permissions(model.service_model.service_name, model.name, params))

    with pytest.MonkeyPatch.context() as patch:
        for name in ROLES:
            module = importlib.import_module(f"functions.{name}.handler")
            patch.setattr(module, "handle", _as_function(name, module.handle))
        schedules = importlib.import_module("app")
        for name in SCHEDULES:
            patch.setattr(schedules, name, _as_function(name, getattr(schedules, name)))
        patch.setattr(ShopApp, "__call__", _as_function("api_handler", ShopApp.__call__))
        with LaptopShop(pumped=False, has_kms=True) as shop:
            for service in ("dynamodb", "sqs", "sesv2", "kms", "s3"):
                shop.cloud.client(service).meta.events.register("provide-client-params.*.*", note)
            story.tell(shop, None, narrator.Narrator(Console(file=io.StringIO())))
            _operate(shop)
            _listen(shop)
            _log_in(shop)
            _reindex(shop, patch)
            _retag(shop)
            _run_out(shop)
    return needed


def _operate(shop: LaptopShop) -> None:
    """What the story leaves out: an operator rebuilds the index."""
    office = ShopClient(shop.base_url, shop.keys.admin)
    rebuild = office.call("POST", "/v1/catalog/rebuilds")
    shop.pump.drain()
    assert office.call("GET", f"/v1/catalog/rebuilds/{rebuild['id']}")["status"] == "done"
    office.call("GET", "/v1/catalog/index")
    office.call("POST", "/v1/catalog/rollback")


def _listen(shop: LaptopShop) -> None:
    """A platform tells of a refund before its order, of a product, and of what nothing is made of."""
    office = ShopClient(shop.base_url, shop.keys.admin)
    source = {"scheme": "shopify", "secret": SECRETS[Scheme.SHOPIFY]}
    office.call("PUT", "/v1/webhook-sources/platform", source)
    for name, topic in (*((name, topic) for _, name, topic in STORY), ("shopify_customer", "carts/update")):
        body = payload(name)
        headers = signed(Scheme.SHOPIFY, body, topic)
        office.call("POST", "/v1/webhooks/platform", json.loads(body), headers)
    shop.pump.drain()
    office.call("DELETE", "/v1/webhook-sources/platform")


def _log_in(shop: LaptopShop) -> None:
    """A visitor with an order becomes a user, who becomes another; then everybody asks who is whom."""
    order = {"event": "Order Completed", "properties": {"order_id": "merged", "total": 5}}
    login = {"type": "identify", "userId": "user", "anonymousId": "visitor"}
    alias = {"type": "alias", "userId": "owner", "previousId": "user"}
    for each in ({"type": "track", "anonymousId": "visitor", **order}, login, alias):
        ShopClient(shop.base_url, shop.keys.write).call("POST", "/v1/batch", {"batch": [each]})
        shop.pump.drain()
    office = ShopClient(shop.base_url, shop.keys.admin)
    assert office.call("GET", "/v1/profiles/visitor")["id"] == "owner"
    for path in ("merges", "events", "coupons", "decisions", "consents"):
        office.call("GET", f"/v1/profiles/visitor/{path}")
    office.call("POST", "/v1/profiles/visitor/rebuild", {})


def _reindex(shop: LaptopShop, patch: pytest.MonkeyPatch) -> None:
    """And a connector writes all products anew, at first in the request, then by the worker."""
    office = ShopClient(shop.base_url, shop.keys.admin)
    for pages in (overhauls.AT_ONCE, 0):
        patch.setattr(overhauls, "AT_ONCE", pages)
        records = office.call("POST", "/1/indexes/products/browse", {"hitsPerPage": 10})["hits"]
        lacking = [{"action": "deleteObject", "body": {"objectID": records[0]["objectID"]}}]
        kept = [{"action": "updateObject", "body": each} for each in records]
        office.call("POST", "/1/indexes/products_tmp/batch", {"requests": [*kept, *lacking]})
        office.call("PUT", "/1/indexes/products_tmp/settings", {"hitsPerPage": 20})
        move = {"operation": "move", "destination": "products"}
        task = office.call("POST", "/1/indexes/products_tmp/operation", move)["taskID"]
        shop.pump.drain()
        assert office.call("GET", f"/1/indexes/products/task/{task}")["status"] == "published"
    rule = {"objectID": "r", "consequence": {"hide": [{"objectID": records[0]["objectID"]}]}}
    office.call("POST", "/1/indexes/products/rules/batch?clearExistingRules=true", [rule])


def _retag(shop: LaptopShop) -> None:
    """And the shop makes a tag of its own: tried, saved, counted, given by hand, taken back."""
    office = ShopClient(shop.base_url, shop.keys.admin)
    rule = {"when": {"did": {"event": "viewed"}}}
    carriers = office.call("POST", "/v1/tags/preview", {"rule": rule})["carriers"]
    tag = {"id": "viewer", "name": "看客", "name_en": "viewer", "group": "behaviour", "rule": rule}
    office.call("POST", "/v1/tags", tag)
    shop.pump.drain()
    assert office.call("GET", "/v1/tags/viewer/stats")["carriers"] == carriers > 0
    office.call("GET", "/v1/tags/reports/maintenance")
    office.call("PUT", "/v1/tags/viewer", tag | {"rule": None})
    shopper = office.call("POST", "/v1/tags/preview", {"rule": rule})["items"][0]["shopper"]
    listed = {"shopper": shopper, "value": "true"}
    office.call("POST", "/v1/tags/viewer/assignments", listed, {"Content-Type": "application/jsonl"})
    shop.pump.drain()
    office.call("DELETE", "/v1/tags/viewer")
    office.call("POST", "/v1/tags/jobs")
    shop.pump.drain()
    shop.pump.fire_now()


def _run_out(shop: LaptopShop) -> None:
    """And a coupon is topped up, sells out, is reserved and let go, says that it ends, is checked, and archived."""
    office = ShopClient(shop.base_url, shop.keys.admin)
    limits = {"per_device": 1, "per_referrer": 1, "referral": True}
    coupon = {"id": "last", "name": "最后一张", "value": 500, "stock": 1, "budget": 500, "valid_days": 7, **limits}
    office.call("POST", "/v1/coupons", coupon)
    office.call("POST", "/v1/coupons/last/top-up", {"stock": 1})
    handed = office.call("POST", "/v1/coupons/last/issue", {"shoppers": ["a", "b"]})["results"]
    held, free = (f"/v1/coupon-codes/{each['coupon']['code']}" for each in handed)
    office.call("POST", f"{held}/reserve", {"order_id": "o", "amount": 500, "seconds": 5 * 86_400})
    shop.clock.advance(timedelta(days=4, hours=1))
    shop.pump.fire_now()
    shop.pump.drain()
    assert len(office.call("GET", "/v1/coupons/last/alerts")["items"]) == 5
    office.call("POST", f"{free}/void", {"reason": "发错了"})
    shop.clock.advance(timedelta(days=1))
    shop.pump.fire_now()
    shop.pump.drain()
    assert office.call("POST", "/v1/coupons/last/reconcile", {"settle_seconds": 0})["done"]
    office.call("POST", "/v1/coupons/last/pause")
    office.call("POST", "/v1/coupons/last/resume")
    office.call("DELETE", "/v1/coupons/last")
    office.call("GET", "/v1/coupons/last/history")


def _permissions(service: str, operation: str, params: dict[str, Any]) -> Iterator[Permission]:
    match service, operation:
        case "dynamodb", "TransactWriteItems":
            for action in params["TransactItems"]:
                ((kind, each),) = action.items()
                yield f"dynamodb:{'ConditionCheckItem' if kind == 'ConditionCheck' else f'{kind}Item'}", _table(each)
        case "dynamodb", "BatchGetItem" | "BatchWriteItem":
            for table in params["RequestItems"]:
                yield f"dynamodb:{operation}", _table({"TableName": table})
        case "dynamodb", _:
            yield f"dynamodb:{operation}", _table(params)
        case "sqs", _:
            queue = params["QueueUrl"].rpartition(f"/{PREFIX}-")[2]
            yield f"sqs:{operation.removesuffix('Batch')}", f"{queue}-queue"
        case "kms", _:
            yield f"kms:{operation}", "personal-data-key"
        case "s3", "PutObject":
            yield "s3:PutObject", f"events-archive-bucket/{params['Key'].partition('/')[0]}/*"
        case "sesv2", _:
            yield f"ses:{operation}", "identity"


def _table(params: dict[str, Any]) -> str:
    name = f"{params['TableName'].removeprefix(f'{PREFIX}-')}-table"
    return f"{name}/index/{params['IndexName']}" if "IndexName" in params else name


def _allowed(function: str) -> set[Permission]:
    if function in ROLES:
        document = APP["Resources"][ROLES[function]]["Properties"]["Policies"][0]["PolicyDocument"]
    else:
        document = json.loads((ROOT / ".chalice" / f"policy-{function}.json").read_text())
    return {
        (action, _resource(resource))
        for statement in document["Statement"]
        for action in statement["Action"]
        for resource in (statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]])
    }


def _resource(resource: Any) -> str:
    match resource:
        case {"Fn::ImportValue": {"Fn::Sub": str(name)}}:
            return name.removeprefix("${Prefix}-").removesuffix("-arn")
        case {"Fn::Sub": [str(text), {"Arn": arn}]}:
            return text.replace("${Arn}", _resource(arn))
        case {"Fn::Sub": str(text)} if ":identity/" in text:
            return "identity"
        case _:
            return str(resource)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_call_of_the_demo_is_allowed_by_the_policy_of_its_function(
    used: dict[str, set[Permission]], function: str
) -> None:
    # index_products talks to the index alone, which on the laptop is in the process.
    assert used[function] or function == "index_products"
    assert used[function] - _allowed(function) == set()
