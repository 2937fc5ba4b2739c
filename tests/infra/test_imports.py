"""The ``import`` command: reading, sending, reporting."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from chalicelib.adapters.memory.products import MemoryProducts
from chalicelib.catalog import Catalog, Product, Row
from infra.local import demo_shop, imports
from infra.local.shop import LaptopShop

ROWS = [
    {"id": "t1", "title": "速开帐篷", "price": 19_900},
    {"id": "t2", "title": "没有价的帐篷"},
    {"id": "t3", "title": "天幕", "price": None, "is_on_sale": False},
]


@pytest.fixture(scope="module")
def shop() -> Iterator[LaptopShop]:
    with LaptopShop(pumped=False) as running:
        yield running


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    path = tmp_path / "feed.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS), encoding="utf-8")
    return path


def command(*words: object) -> int:
    parser = argparse.ArgumentParser()
    imports.add_arguments(parser)
    return imports.run(parser.parse_args([str(word) for word in words]))


def test_without_a_path_the_demo_shop_is_imported() -> None:
    console = Console(record=True, width=120)
    report = imports.import_into(Catalog(MemoryProducts()), None, console)
    assert report.imported == report.rows == len(list(demo_shop.products()))
    assert "0 refused" in console.export_text()


def test_a_dry_run_reports_every_refused_row_and_sends_nothing(feed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(feed, "--dry-run") == 3
    said = capsys.readouterr().out
    assert "2 would be imported" in said
    assert "t2" in said
    assert "price is missing" in said
    assert "1 off sale" in said
    assert "1 without a price" in said


def test_a_feed_is_sent_to_a_running_shop(
    shop: LaptopShop, feed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHAOHUI_ADMIN_KEY", shop.keys.admin)
    assert command(feed, "--url", shop.base_url) == 3
    assert "2 imported, 0 unchanged, 1 refused" in capsys.readouterr().out
    assert command(feed, "--url", shop.base_url, "--key", shop.keys.admin) == 3
    assert "0 imported, 2 unchanged, 1 refused" in capsys.readouterr().out
    assert shop.services.catalog.get("t1").title == "速开帐篷"


def test_a_column_map_is_read_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, columns = tmp_path / "a.csv", tmp_path / "map.json"
    path.write_text("编号,名称,售价\n1,帐篷,199\n", encoding="utf-8")
    columns.write_text(json.dumps({"编号": "id", "名称": "title", "售价": "price"}), encoding="utf-8")
    assert command(path, "--map", columns, "--dry-run") == 0
    assert "1 would be imported" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["none.jsonl", "--dry-run"], "does not exist"),
        (["FEED"], "an admin key is needed"),
        (["FEED", "--dry-run", "--map", "none.json"], "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_and_exits_with_2(
    feed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: list[str], reason: str
) -> None:
    monkeypatch.delenv("ZHAOHUI_ADMIN_KEY", raising=False)
    assert command(*(feed if word == "FEED" else word for word in words)) == 2
    assert reason in capsys.readouterr().out.replace("\n", " ")


def test_a_wrong_key_or_a_shop_that_is_not_there_is_said(
    shop: LaptopShop, feed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(feed, "--url", shop.base_url, "--key", shop.keys.search) == 2
    assert "403" in capsys.readouterr().out
    assert command(feed, "--url", "http://127.0.0.1:9", "--key", "k") == 2
    assert "no shop answers" in capsys.readouterr().out


def test_batches_stay_below_what_a_request_may_carry() -> None:
    rows = [Row(number, str(number), Product(str(number), "帐篷", 1, brief="长" * 20_000)) for number in range(30)]
    rows.insert(3, Row(99, None, None))
    together = list(imports.batches(iter(rows)))
    assert [row for batch in together for row in batch] == rows
    assert [len(batch) for batch in together] == [7, 6, 6, 6, 6]
    assert [len(batch) for batch in imports.batches(iter(rows[:1] * 401))] == [6] * 66 + [5]
    assert list(imports.batches(iter(()))) == []


def test_results_are_joined_with_their_rows_whatever_was_refused_on_the_way(shop: LaptopShop) -> None:
    class Client:
        def call(self, method: str, path: str, body: Any) -> Any:
            sent = [product["id"] for product in body["products"]]
            assert sent == ["a", "b"]
            refused = {
                "index": 1,
                "id": "b",
                "status": "rejected",
                "error": {"code": "x", "message": "no", "field": "y"},
            }
            return {"results": [{"index": 0, "id": "a", "status": "accepted"}, refused]}

    rows = [Row(1, "a", Product("a", "帐", 1)), Row(2, None, None), Row(3, "b", Product("b", "篷", 1))]
    results = imports.send(Client(), rows)  # type: ignore[arg-type]
    assert [(each.row.position, each.fate) for each in results] == [(1, "accepted"), (2, "rejected"), (3, "rejected")]
    assert str(results[2].error) == "no"
    assert imports.send(Client(), rows[1:2])[0].fate == "rejected"  # type: ignore[arg-type]
