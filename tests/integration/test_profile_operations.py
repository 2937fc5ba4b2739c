"""A profile's numbers, its rebuild, and failures with their way back: over HTTP and on the command line."""

import uuid
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.adapters import activities
from chalicelib.core.clock import to_rfc3339
from chalicelib.profiles import Profile, ProfileChange
from chalicelib.search.indexing import IndexingFailure
from infra.local.__main__ import main
from infra.local.shop import LaptopShop
from tests.support.http import Answer, Http


class Shopper:
    """One shopper of her own for each test."""

    def __init__(self, shop: LaptopShop, http: Http) -> None:
        self.id = f"顾客 {uuid.uuid4().hex[:8]}"
        self._shop = shop
        self._http = http
        self._sent = 0

    def did(self, name: str, days_ago: float = 0.1, **properties: Any) -> None:
        """She did something, and the shop knows."""
        self._sent += 1
        at = to_rfc3339(self._shop.clock.now() - timedelta(days=days_ago))
        item = {"type": "track", "event": name, "userId": self.id, "messageId": f"m{self._sent}", "timestamp": at}
        sent = self._http("POST", "/v1/batch", {"batch": [item | {"properties": properties}]}, self._shop.keys.write)
        assert sent.body["results"][0]["status"] == "accepted", sent.body
        self._shop.pump.drain()

    def about(self, method: str = "GET", path: str = "", body: Any = None) -> Answer:
        return self._http(method, f"/v1/profiles/{quote(self.id)}{path}", body, self._shop.keys.admin)


@pytest.fixture
def shopper(shop: LaptopShop, http: Http) -> Shopper:
    return Shopper(shop, http)


def test_windows_are_exact_to_the_day_and_refunds_take_back(shopper: Shopper) -> None:
    shopper.did("Product Viewed", product_id="p1")
    shopper.did("Order Completed", 10, order_id="o1", total=100)
    shopper.did("Order Completed", 40, order_id="o2", total="59.90")
    shopper.did("Order Refunded", 2, order_id="o1", total=30)
    shopper.did("Order Completed", 89, order_id="o3", total=1000)
    shopper.did("Order Cancelled", 1, order_id="o3")
    shopper.did("Product Added", 200, product_id="p1")
    profile = shopper.about().body
    assert profile["windows"] == {
        "7d": _window(views=1, active_days=1),
        "30d": _window(views=1, orders=1, spend=7000, active_days=2),
        "90d": _window(views=1, orders=2, spend=12990, active_days=3),
    }
    assert (profile["average_order"], profile["counters"]["carts"]) == (6495, 1)
    assert sum(profile["habits"]["day_parts"].values()) == profile["counters"]["seen"]


def _window(**counts: int) -> dict[str, int]:
    names = ("views", "searches", "carts", "wishes", "orders", "spend", "active_days")
    return dict.fromkeys(names, 0) | counts


def test_a_profile_is_one_read(shop: LaptopShop, shopper: Shopper, monkeypatch: pytest.MonkeyPatch) -> None:
    shopper.did("Order Completed", order_id="o1", total=1)
    shopper.about()
    asked: list[str] = []
    client = shop.services.shoppers_table.client

    class Counting:
        def __getattr__(self, name: str) -> Any:
            asked.append(name)
            return getattr(client, name)

    monkeypatch.setattr(shop.services.shoppers_table, "client", Counting())
    assert shopper.about().status == 200
    assert asked == ["query"]


def test_a_rebuild_says_what_it_changes_and_a_dry_run_changes_nothing(shop: LaptopShop, shopper: Shopper) -> None:
    shopper.did("Product Viewed", product_id="p1", brand="山野")
    shopper.did("Order Completed", order_id="o1", total=5)
    assert shopper.about("POST", "/rebuild?dry_run=true").body == {
        "id": shopper.id,
        "status": "compared",
        "log_complete": True,
        "differences": [],
    }
    records = shop.services.profile_records
    _spoil(records, shopper.id)
    dry = shopper.about("POST", "/rebuild?dry_run=true").body
    fields = {each["field"]: (each["before"], each["after"]) for each in dry["differences"]}
    assert fields["counters.views"] == (0, 1)
    assert fields["counters.spend"] == (0, 500)
    assert shopper.about().body["counters"]["views"] == 0
    assert shopper.about("POST", "/rebuild", {"force": False}).body["status"] == "rebuilt"
    assert shopper.about().body["counters"]["views"] == 1


def _spoil(records: Any, shopper_id: str) -> None:
    """Somebody restored an old backup."""
    known = records.load(shopper_id).profile
    records.save(ProfileChange(shopper_id, replace(Profile(), version=known.version + 1, applied=known.applied)))


def test_a_log_that_no_longer_has_everything_is_not_made_a_profile_of_unless_forced(
    shop: LaptopShop, shopper: Shopper
) -> None:
    shopper.did("Product Viewed", product_id="p1")
    shopper.did("Product Viewed", product_id="p2")
    table = shop.services.events_table
    first = next(table.query_all(f"S#{shopper.id}", prefix="E#"))
    table.delete({"pk": first["pk"], "sk": first["sk"]})
    refused = shopper.about("POST", "/rebuild")
    assert (refused.status, refused.body["error"]["code"]) == (422, "log_incomplete")
    assert shopper.about("POST", "/rebuild?dry_run=1").body["log_complete"] is False
    assert shopper.about("POST", "/rebuild", {"force": True}).status == 200
    assert shopper.about().body["counters"]["views"] == 1


def test_everyone_is_listed_once_and_a_cursor_nobody_gave_is_refused(
    shop: LaptopShop, shopper: Shopper, http: Http
) -> None:
    shopper.did("Product Viewed", product_id="p1")
    found: list[str] = []
    cursor = ""
    while cursor is not None:
        page = http("GET", f"/v1/profiles?limit=3&cursor={quote(cursor)}", None, shop.keys.admin).body
        found += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert found.count(shopper.id) == 1
    assert len(found) == len(set(found))
    for wrong in ("nonsense", "字", "e30="):
        answer = http("GET", f"/v1/profiles?cursor={quote(wrong)}", None, shop.keys.admin)
        assert (answer.status, answer.body["error"]["field"]) == (400, "cursor")


def test_of_nobody_nothing_is_rebuilt(shopper: Shopper) -> None:
    assert shopper.about("POST", "/rebuild").status == 404


def test_profiles_are_made_anew_from_the_command_line(
    shop: LaptopShop,
    shopper: Shopper,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shopper.did("Product Viewed", product_id="p1")
    _spoil(shop.services.profile_records, shopper.id)
    file = tmp_path / "ids.txt"
    file.write_text(f"{shopper.id}\n\nnobody\n", encoding="utf-8")
    at = ["--url", shop.base_url, "--key", shop.keys.admin]
    assert main(["profiles", "rebuild", "--from", str(file), "--dry-run", *at]) == 1
    said = capsys.readouterr().out
    assert "counters.views" in said
    assert "1 of 2 profiles compared, would change: 1" in said
    assert main(["profiles", "rebuild", shopper.id, *at]) == 0
    assert "made anew" in capsys.readouterr().out
    assert main(["profiles", "rebuild", shopper.id, *at]) == 0
    assert "changed: 0" in capsys.readouterr().out
    assert main(["profiles", "rebuild", *at]) == 2
    capsys.readouterr()
    monkeypatch.setattr("infra.local.recomputing.PAGE", 2)
    _spoil(shop.services.profile_records, shopper.id)
    assert main(["profiles", "rebuild", "--all", *at]) in (0, 1)
    assert shopper.about().body["counters"]["views"] == 1


def _unreadable_event(shop: LaptopShop) -> str:
    """A message that is no event lies on the queue; the failure it becomes."""
    queue = shop.services.settings.events_queue_url
    shop.cloud.client("sqs").send_message(QueueUrl=queue, MessageBody=f'{{"no": "event {uuid.uuid4().hex}"}}')
    shop.pump.drain()
    failure: str = shop.services.failures.list(1)[0][0].failure_id
    return failure


def test_a_failure_is_shown_and_one_that_fails_again_stays(shop: LaptopShop, http: Http) -> None:
    failure_id = _unreadable_event(shop)
    shown = http("GET", f"/v1/failures/{failure_id}", None, shop.keys.admin).body
    assert (shown["source"], shown["replayed_at"], shown["can_replay"]) == ("record_events", None, True)
    refused = http("POST", f"/v1/failures/{failure_id}/replay", None, shop.keys.admin)
    assert (refused.status, refused.body["error"]["code"]) == (422, "still_failing")
    assert http("GET", "/v1/failures/nothing", None, shop.keys.admin).status == 404
    assert http("POST", "/v1/failures/nothing/replay", None, shop.keys.admin).status == 404
    assert http("POST", f"/v1/failures/{failure_id}/replay", None, shop.keys.write).status == 403


def test_a_conflicting_event_is_recorded_beside_the_first_on_replay(
    shop: LaptopShop, shopper: Shopper, http: Http
) -> None:
    shopper.did("Product Viewed", product_id="p1")
    shopper._sent = 0
    shopper.did("Order Completed", order_id="o1", total=7)
    failure = shop.services.failures.list(1)[0][0]
    assert "another body" in failure.reason
    for _ in range(2):
        answer = http("POST", f"/v1/failures/{failure.failure_id}/replay", None, shop.keys.admin)
        assert answer.body["replayed_at"]
        shop.pump.drain()
    counters = shopper.about().body["counters"]
    assert (counters["views"], counters["orders"], counters["spend"]) == (1, 1, 700)


def test_a_product_that_the_index_refused_is_indexed_on_replay(
    shop: LaptopShop, http: Http, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = {"id": f"p{uuid.uuid4().hex[:6]}", "title": "失而复得的马克杯", "price": 10}
    apply = shop.services.indexing.apply
    monkeypatch.setattr(shop.services.indexing, "apply", _refused)
    http("POST", "/v1/products/batch", {"products": [product]}, shop.keys.admin)
    shop.pump.drain()
    monkeypatch.setattr(shop.services.indexing, "apply", apply)
    assert _found(http, shop) == 0
    (failure,) = [each for each in shop.services.failures.list(20)[0] if each.source == "index_products"]
    assert http("POST", f"/v1/failures/{failure.failure_id}/replay", None, shop.keys.admin).status == 200
    shop.pump.drain()
    assert _found(http, shop) == 1


def _refused(changes: Any) -> list[Any]:
    return [IndexingFailure(each.product_id, "refused", is_retryable=False) for each in changes]


def _found(http: Http, shop: LaptopShop) -> int:
    hits: list[Any] = http("GET", f"/v1/search?q={quote('失而复得')}", None, shop.keys.search).body["hits"]
    return sum("失而复得" in str(hit) for hit in hits)


def test_failures_are_listed_shown_and_replayed_from_the_command_line(
    shop: LaptopShop,
    shopper: Shopper,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def ask(*words: str) -> tuple[int, str]:
        code = main(["failures", *words, "--url", shop.base_url, "--key", shop.keys.admin])
        return code, capsys.readouterr().out

    with monkeypatch.context() as broken:
        broken.setattr(activities, "_amount", _unreadable)
        shopper.did("Order Completed", order_id="o1", total=9)
    (failure,) = [each for each in shop.services.failures.list(20)[0] if each.source == "project_profiles"]
    code, said = ask("list", "--source", "project_profiles")
    assert (code, "cannot read" in " ".join(said.split())) == (0, True)
    code, said = ask("show", failure.failure_id)
    assert (code, "project_profiles" in said) == (0, True)
    code, said = ask("replay", "--all", "--source", "project_profiles", "--dry-run")
    assert (code, "1 failures would be replayed" in said) == (0, True)
    code, said = ask("replay", "--all", "--source", "project_profiles")
    assert (code, "1 replayed, 0 failed again" in said) == (0, True)
    assert shopper.about().body["counters"]["spend"] == 900
    assert ask("replay")[0] == 2
    broken_one = _unreadable_event(shop)
    code, said = ask("replay", broken_one)
    assert (code, "1 failed again" in said) == (1, True)


def _unreadable(properties: Any) -> int | None:
    raise ValueError("this version cannot read it")
