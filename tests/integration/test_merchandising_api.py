"""Rules over HTTP: written, previewed, obeyed by the next search, and taken back."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.catalog import ProductChange
from infra.local.shop import LaptopShop
from tests.support.http import Answer, Http
from tests.support.search import small_shop

PIN = {
    "id": "tents-first",
    "name": "露营季",
    "trigger": {"kind": "contains", "value": "连衣裙"},
    "actions": [{"kind": "pin", "product_id": "t00", "position": 1}],
}


@pytest.fixture(scope="module")
def shop() -> Iterator[LaptopShop]:
    with LaptopShop(pumped=False) as running:
        changes = [ProductChange(each.product_id, 1, each) for each in small_shop()]
        assert not running.services.indexing.apply(changes)
        yield running


@pytest.fixture
def admin(shop: LaptopShop) -> Iterator[Any]:
    http = Http(shop.base_url)

    def called(method: str, path: str, body: object = None) -> Answer:
        return http(method, f"/v1/merchandising/{path}", body, shop.keys.admin)

    yield called
    for rule in called("GET", "rules").body["items"]:
        called("DELETE", f"rules/{rule['id']}")


@pytest.fixture
def ask(shop: LaptopShop) -> Any:
    http = Http(shop.base_url)

    def asked(**parameters: Any) -> dict[str, Any]:
        answer = http("POST", "/1/indexes/products/query", parameters, shop.keys.search)
        assert answer.status == 200, answer.body
        return answer.body

    return asked


def test_a_rule_is_written_read_changed_and_removed(admin: Any) -> None:
    created = admin("POST", "rules", PIN)
    assert created.status == 201
    assert (created.body["version"], created.body["is_enabled"]) == (1, True)
    assert admin("GET", "rules/tents-first").body == created.body
    assert admin("POST", "rules", PIN).status == 409
    changed = admin("PUT", "rules/tents-first", {**PIN, "name": "露营季二", "ends_at": "2030-01-01T00:00:00Z"}).body
    assert (changed["version"], changed["name"], changed["ends_at"]) == (2, "露营季二", "2030-01-01T00:00:00.000Z")
    assert admin("GET", "rules").body == {"items": [changed], "next_cursor": None}
    assert admin("DELETE", "rules/tents-first").body == {"id": "tents-first", "deleted": True}
    for method, body in (("GET", None), ("PUT", PIN), ("DELETE", None)):
        assert admin(method, "rules/tents-first", body).status == 404


def test_the_next_search_obeys_a_rule_and_says_so(admin: Any, ask: Any) -> None:
    before = ask(query="连衣裙")
    admin("POST", "rules", PIN)
    after = ask(query="连衣裙")
    assert after["hits"][0]["objectID"] == "t00"
    assert after["nbHits"] == before["nbHits"] + 1
    assert [each["reason"] for each in after["explanations"]["t00"]["reasons"]] == ["人工置顶：露营季"]
    assert after["trace"]["rules"] == [{"id": "tents-first", "name": "露营季", "actions": ["pin"]}]
    assert "rules" not in ask(query="帐篷")["trace"]


def test_a_redirect_is_where_instantsearch_looks_for_it(admin: Any, ask: Any) -> None:
    redirect = {"kind": "redirect", "url": "/pages/双十一"}
    admin("POST", "rules", {"name": "会场", "trigger": {"kind": "exact", "value": "双十一"}, "actions": [redirect]})
    assert ask(query="双十一")["renderingContent"] == {"redirect": {"url": "/pages/双十一"}}
    assert "renderingContent" not in ask(query="帐篷")


def test_a_preview_shows_before_and_after_with_reasons_and_changes_nothing(admin: Any, ask: Any) -> None:
    hide = {"kind": "hide", "product_id": ask(query="连衣裙")["hits"][0]["objectID"]}
    draft = {**PIN, "is_enabled": False, "actions": [*PIN["actions"], hide]}
    answer = admin("POST", "preview", {"query": "连衣裙", "size": 5, "rule": draft}).body
    assert answer["after"]["hits"][0] == {
        "product_id": "t00",
        "title": "2.1米全自动帐篷户外露营2-3人防雨",
        "position": 1,
        "position_before": None,
        "reasons": ["人工置顶：露营季"],
    }
    assert answer["after"]["hits"][1]["position_before"] == 2
    assert answer["after"]["total"] == answer["before"]["total"]
    assert hide["product_id"] in answer["gone"]
    assert [rule["id"] for rule in answer["rules"]] == ["tents-first"]
    assert ask(query="连衣裙")["hits"][0]["objectID"] != "t00"


def test_a_preview_can_look_at_another_day(admin: Any) -> None:
    admin("POST", "rules", {**PIN, "starts_at": "2030-11-11T00:00:00+08:00", "ends_at": "2030-11-12T00:00:00+08:00"})
    for at, rules in (
        ("2030-11-10T15:59:59Z", []),
        ("2030-11-10T16:00:00Z", ["tents-first"]),
        ("2030-11-11T16:00:00Z", []),
    ):
        answer = admin("POST", "preview", {"query": "连衣裙", "at": at}).body
        assert [rule["id"] for rule in answer["rules"]] == rules


def test_a_category_page_can_be_merchandised(admin: Any, ask: Any) -> None:
    bury = {"kind": "bury", "product_id": "t04"}
    rule = {"name": "清仓", "trigger": {"kind": "category", "value": "帐篷"}, "actions": [bury]}
    answer = admin("POST", "preview", {"category": "帐篷", "rule": rule}).body
    assert answer["before"]["hits"][0]["product_id"] == "t04"
    assert answer["after"]["hits"][-1]["product_id"] == "t04"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"actions": []}, "actions"),
        ({"actions": [{"kind": "pin", "product_id": "a", "position": 0}]}, "actions[0].position"),
        ({"actions": [{"kind": "dance"}]}, "actions[0].kind"),
        ({"trigger": {"kind": "contains", "value": " "}}, "trigger.value"),
        ({"starts_at": "2030-01-01T00:00:00"}, "starts_at"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_with_its_field(admin: Any, change: dict[str, Any], field: str) -> None:
    answer = admin("POST", "rules", {**PIN, **change})
    assert answer.status == 400
    assert field in str(answer.body)


def test_only_an_admin_may_write_rules(shop: LaptopShop) -> None:
    assert Http(shop.base_url)("POST", "/v1/merchandising/rules", PIN, shop.keys.search).status == 403


def test_diversity_and_interleaving_are_switched_per_request_and_reported(ask: Any) -> None:
    assert "diversity" not in ask(query="连衣裙")["trace"]
    assert set(ask(query="连衣裙", diversity=True)["trace"]["diversity"]) == {"moved"}
    page = ask(query="连衣裙", interleave="diversity", userToken="s1")
    assert set(page["trace"]["interleaving"]["teams"].values()) <= {"A", "B"}
    assert set(page["trace"]["interleaving"]["teams"]) == {hit["objectID"] for hit in page["hits"]}


def test_an_experiment_that_does_not_exist_is_refused(shop: LaptopShop) -> None:
    answer = Http(shop.base_url)("POST", "/1/indexes/products/query", {"interleave": "x"}, shop.keys.search)
    assert answer.status == 400
    assert "interleave" in answer.body["message"]
