"""Tags over HTTP: their definitions, a rule's preview, rounds over all shoppers, counts, lists, and what a shopper sees."""

import uuid
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.core.clock import to_rfc3339
from infra.local.__main__ import main
from infra.local.shop import LaptopShop
from tests.support.http import Answer, Http

LOOKED_TWICE = {"when": {"did": {"event": "viewed", "at_least": 2}}}


class Office:
    """The shop as its staff have it."""

    def __init__(self, shop: LaptopShop, http: Http) -> None:
        self._shop = shop
        self._http = http

    def ask(
        self, method: str, path: str, body: Any = None, status: int = 200, headers: dict[str, str] | None = None
    ) -> Any:
        answer: Answer = self._http(method, path, body, self._shop.keys.admin, headers)
        assert answer.status == status, answer.body
        return answer.body

    def refused(self, method: str, path: str, body: Any = None, status: int = 400) -> tuple[str, str | None]:
        error = self.ask(method, path, body, status)["error"]
        return error["code"], error.get("field")

    def settle(self) -> None:
        self._shop.pump.drain()

    def viewer(self, times: int) -> str:
        """A new shopper who looked at a product so often."""
        name = f"顾客 {uuid.uuid4().hex[:8]}"
        at = to_rfc3339(self._shop.clock.now())
        batch = [
            {
                "type": "track",
                "event": "Product Viewed",
                "userId": name,
                "messageId": f"{name}{number}",
                "timestamp": at,
                "properties": {"product_id": "p1"},
            }
            for number in range(times)
        ]
        self._http("POST", "/v1/batch", {"batch": batch}, self._shop.keys.write)
        self.settle()
        return name

    def tags_of(self, name: str, query: str = "") -> dict[str, Any]:
        found = self.ask("GET", f"/v1/profiles/{quote(name)}/tags{query}")
        return {each["id"]: each for each in found["items"]}

    def new_tag(self, rule: Any = None, **fields: Any) -> str:
        tag_id = f"t{uuid.uuid4().hex[:8]}"
        body = {
            "id": tag_id,
            "name": "看过两次",
            "name_en": "looked twice",
            "group": "behaviour",
            "rule": rule,
            **fields,
        }
        self.ask("POST", "/v1/tags", body, 201)
        return tag_id

    def assign(self, tag_id: str, text: str, kind: str = "text/csv; charset=utf-8", query: str = "") -> dict[str, Any]:
        path = f"/v1/tags/{tag_id}/assignments{query}"
        answer: dict[str, Any] = self.ask("POST", path, text.encode(), headers={"Content-Type": kind})
        return answer


@pytest.fixture
def office(shop: LaptopShop, http: Http) -> Office:
    return Office(shop, http)


def test_definitions_are_listed_by_group_in_pages(office: Office) -> None:
    whole = office.ask("GET", "/v1/tags?limit=100&group=basic")["items"]
    paged: list[Any] = []
    cursor = ""
    while True:
        page = office.ask("GET", f"/v1/tags?limit=4&group=basic{cursor}")
        paged += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert paged == whole
    assert {each["group"] for each in whole} == {"basic"}
    assert office.refused("GET", "/v1/tags?group=x") == ("invalid_request", "group")
    assert office.refused("GET", "/v1/tags?cursor=x") == ("invalid_request", "cursor")


def test_a_definition_is_made_read_changed_and_deleted(office: Office) -> None:
    tag_id = office.new_tag(LOOKED_TWICE)
    body = {"name": "常看", "name_en": "looks", "group": "behaviour", "rule": LOOKED_TWICE, "version": 1}
    changed = office.ask("PUT", f"/v1/tags/{tag_id}", body)
    assert (changed["version"], changed["name"]) == (2, "常看")
    assert office.ask("GET", f"/v1/tags/{tag_id}") == changed
    assert office.refused("PUT", f"/v1/tags/{tag_id}", body, 409) == ("stale_tag_definition", "version")
    assert office.refused("POST", "/v1/tags", body | {"id": tag_id}, 409) == ("tag_exists", "id")
    assert office.ask("DELETE", f"/v1/tags/{tag_id}") == {"id": tag_id, "status": "deleted"}
    assert office.refused("GET", f"/v1/tags/{tag_id}", status=404)[0] == "tag_unknown"
    assert office.ask("DELETE", "/v1/tags/night_owl") == {"id": "night_owl", "status": "disabled"}


def test_an_error_points_at_the_node(office: Office) -> None:
    rule = {"when": {"all": [{"has": "trait.name"}, {"did": {"event": "viewed", "at_least": "two"}}]}}
    body = {"id": "wrong_tag", "name": "错", "name_en": "wrong", "group": "basic", "rule": rule}
    assert office.refused("POST", "/v1/tags", body)[1] == "tag.rule.when.all[1].did.at_least"
    assert office.refused("POST", "/v1/tags/preview", {"rule": rule})[1] == "rule.when.all[1].did.at_least"
    assert office.refused("POST", "/v1/tags", body | {"rule": None, "id": "jobs"})[1] == "tag.id"
    assert office.refused("PUT", "/v1/tags/vip", body | {"rule": None})[1] == "tag.id"


def test_a_preview_says_who_would_carry_it_and_why_and_saves_nothing(office: Office) -> None:
    once, twice = office.viewer(1), office.viewer(2)
    asked = {"rule": LOOKED_TWICE, "shoppers": [once, twice, "nobody"]}
    answer = office.ask("POST", "/v1/tags/preview", asked)
    assert (answer["looked_at"], answer["carriers"], answer["share"]) == (2, 1, 0.5)
    assert answer["says"] == "累计浏览商品次数≥2"
    first, second = answer["items"]
    assert (first["shopper"], first["value"], first["why"]["found"]) == (once, None, "1")
    assert (second["shopper"], second["value"], second["why"]["is_true"]) == (twice, "true", True)
    sampled = office.ask("POST", "/v1/tags/preview", {"rule": LOOKED_TWICE, "sample": 50})
    assert sampled["looked_at"] >= 2
    assert sampled["items"][0]["value"] == "true"
    for is_on, those_off in ((False, 1), (True, 0)):
        switch = {"personalised": is_on, "source": "app", "text_version": "1"}
        office.ask("PUT", f"/v1/profiles/{quote(twice)}/personalisation", switch)
        assert office.ask("POST", "/v1/tags/preview", asked)["not_personalised"] == those_off


def test_a_changed_rule_reaches_everybody_and_is_counted(office: Office) -> None:
    once, twice = office.viewer(1), office.viewer(2)
    tag_id = office.new_tag(LOOKED_TWICE)
    (job, *_) = office.ask("GET", "/v1/tags/jobs")["items"]
    assert job["status"] == "running"
    assert not office.ask("GET", f"/v1/tags/{tag_id}/stats").get("up_to_date")
    office.settle()
    assert office.ask("GET", f"/v1/tags/jobs/{job['id']}")["status"] == "done"
    assert tag_id in office.tags_of(twice)
    assert tag_id not in office.tags_of(once)
    stats = office.ask("GET", f"/v1/tags/{tag_id}/stats")
    assert stats["up_to_date"]
    assert stats["carriers"] >= 1
    assert stats["values"] == {"true": stats["carriers"]}
    assert stats["ages"]["under_1d"] == stats["carriers"]
    assert stats["share"] == round(stats["carriers"] / stats["shoppers"], 4)
    body = {"name": "x", "name_en": "x", "group": "behaviour", "rule": {"when": {"did": {"event": "viewed"}}}}
    office.ask("PUT", f"/v1/tags/{tag_id}", body)
    office.settle()
    assert tag_id in office.tags_of(once)
    office.ask("DELETE", f"/v1/tags/{tag_id}")
    office.settle()
    assert tag_id not in office.tags_of(once)
    started = office.ask("POST", "/v1/tags/jobs", status=202)
    office.settle()
    assert office.ask("GET", f"/v1/tags/jobs/{started['id']}")["status"] == "done"
    assert office.refused("GET", "/v1/tags/jobs/none", status=404)[0] == "round_not_found"


def test_empty_and_never_set_tags_and_those_of_everybody_are_reported(office: Office) -> None:
    name = office.viewer(1)
    empty = office.new_tag({"when": {"spent": {"at_least": 10**9}}})
    never = office.new_tag()
    everybody = office.new_tag({"when": {"has": "lifecycle"}})
    office.settle()
    report = office.ask("GET", "/v1/tags/reports/maintenance")
    ids = {kind: {each["id"] for each in report[kind]} for kind in ("empty", "never_set", "stale", "nearly_all")}
    assert empty in ids["empty"]
    assert never in ids["never_set"]
    assert everybody in ids["nearly_all"]
    assert empty not in ids["never_set"] | ids["stale"]
    assert office.tags_of(name)[everybody]["value"] == "true"


def test_a_list_is_tried_done_and_done_again_row_by_row(office: Office) -> None:
    first, second, third = (office.viewer(1) for _ in range(3))
    tag_id = office.new_tag(value_type="text")
    office.ask("PUT", f"/v1/profiles/{quote(third)}/tags/{tag_id}", {"value": "金"})
    office.ask("DELETE", f"/v1/profiles/{quote(third)}/tags/{tag_id}")
    text = f"\ufeffshopper,value\n{first},金\n{second},\n无此人,银\n{first},银\n{third},金\n"
    tried = office.assign(tag_id, text, query="?dry_run=true")
    assert [each["status"] for each in tried["results"]] == ["set", "refused", "refused", "refused", "refused"]
    assert tag_id not in office.tags_of(first)
    done = office.assign(tag_id, text)
    assert done["results"] == tried["results"]
    assert [each["line"] for each in done["results"]] == [2, 3, 4, 5, 6]
    assert "删除" in done["results"][4]["reason"]
    assert (done["set"], done["refused"], done["later"]) == (1, 4, 0)
    assert office.tags_of(first)[tag_id]["value"] == "金"
    assert office.assign(tag_id, text)["unchanged"] == 1
    lines = f'{{"shopper": "{second}", "value": "银"}}\n\nnot json\n{{"shopper": 7}}\n'
    again = office.assign(tag_id, lines, "application/jsonl")
    assert [(each["line"], each["status"]) for each in again["results"]] == [(1, "set"), (3, "refused"), (4, "refused")]


def test_a_list_that_cannot_be_read_is_refused_whole(office: Office) -> None:
    path = "/v1/tags/vip/assignments"
    for body, kind, field, status in (
        (b"shopper\na\n", "text/plain", "Content-Type", 400),
        (b"name\na\n", "text/csv", "body", 400),
        (b"\xff\xfe", "text/csv", "body", 400),
        (b"shopper\n" + b"a\n" * 1001, "text/csv", "body", 413),
    ):
        assert office.ask("POST", path, body, status, {"Content-Type": kind})["error"]["field"] == field
    flag = office.assign("vip", "shopper,value\na,gold\n")
    assert "no values" in flag["results"][0]["reason"]


def test_shoppers_see_what_is_theirs_to_see_with_reasons_in_chinese(office: Office) -> None:
    name = office.viewer(3)
    shown, hidden, by_hand = office.new_tag(LOOKED_TWICE), office.new_tag(LOOKED_TWICE, visible=False), office.new_tag()
    office.settle()
    office.ask("PUT", f"/v1/profiles/{quote(name)}/tags/{by_hand}", {"value": "true"})
    theirs = office.tags_of(name, "?visible=true")
    assert theirs[shown]["reason"] == "累计浏览商品次数≥2（3）"
    assert theirs[by_hand]["reason"] == "人工设置"
    assert hidden not in theirs
    assert hidden in office.tags_of(name)
    one = office.ask("GET", f"/v1/profiles/{quote(name)}/tags/{shown}")
    assert (one["reason"], one["why"]["found"]) == ("累计浏览商品次数≥2（3）", "3")


def test_a_tag_that_the_shopper_deleted_stays_away_and_staff_see_that(office: Office) -> None:
    name = office.viewer(3)
    tag_id = office.new_tag(LOOKED_TWICE)
    office.settle()
    office.ask("DELETE", f"/v1/profiles/{quote(name)}/tags/{tag_id}")
    office.ask("POST", "/v1/tags/jobs", status=202)
    office.settle()
    staff = office.ask("GET", f"/v1/profiles/{quote(name)}/tags")
    assert staff["withheld"] == [{"id": tag_id, "name": "看过两次", "name_en": "looked twice"}]
    assert tag_id not in {each["id"] for each in staff["items"]}
    assert "withheld" not in office.ask("GET", f"/v1/profiles/{quote(name)}/tags?visible=true")


def test_the_command_line_imports_a_list_with_a_report(
    office: Office, shop: LaptopShop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [office.viewer(1) for _ in range(3)]
    tag_id = office.new_tag()
    path = tmp_path / "vip.csv"
    path.write_text("shopper\n" + "\n".join([*names, "无此人"]) + "\n")
    ask = ["tags", "import", str(path), "--tag", tag_id, "--url", shop.base_url, "--key", shop.keys.admin]
    assert main([*ask, "--dry-run"]) == 3
    assert tag_id not in office.tags_of(names[0])
    assert main(ask) == 3
    said = capsys.readouterr().out
    assert "3 set" in said
    assert "无此人" in said
    assert all(tag_id in office.tags_of(name) for name in names)
    path.write_text("\n".join(f'{{"shopper": "{name}"}}' for name in names))
    assert main(ask) == 0
    assert "3 unchanged" in capsys.readouterr().out
    path.write_text("")
    assert main(ask) == 2
