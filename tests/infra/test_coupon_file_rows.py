"""What a file of coupons says twice, or says in ``mall``'s words: a dry run tells it as the import does."""

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local import couponing
from infra.local.coupon_feeds import open_feed
from infra.local.shop import LaptopShop
from tests.support.http import Http

TEN_OFF = {"name": "立减十元", "value": 1_000, "stock": 5, "valid_days": 7}
MALL = {
    "name": "双十一券", "type": 0, "platform": 0, "amount": 10, "minPoint": 100, "perLimit": 1, "useType": 0,
    "count": 100, "publishCount": 100, "startTime": "2026-11-01 00:00:00", "endTime": "2026-12-01 00:00:00", "note": None,
    "useCount": 0, "receiveCount": 0, "code": "MALL2026", "enableTime": "2026-11-01 00:00:00", "memberLevel": 0,
}  # fmt: skip
Told = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def shop() -> Iterator[LaptopShop]:
    with LaptopShop(pumped=False) as running:
        yield running


@pytest.fixture
def told(shop: LaptopShop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Told:
    """Imports rows, or only checks them: the exit code, and what was printed, on one line and without the lines of tables."""

    def run(*rows: dict[str, Any], dry: bool) -> tuple[int, str]:
        path = written(tmp_path, *rows)
        parser = argparse.ArgumentParser()
        couponing.add_arguments(parser)
        asked = ["--dry-run"] if dry else ["--url", shop.base_url, "--key", shop.keys.admin]
        code = couponing.run(parser.parse_args(["import", str(path), *asked]))
        return code, " ".join(capsys.readouterr().out.replace("│", " ").split())

    return run


def written(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "coupons.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("dry", [True, False])
def test_an_id_that_a_file_has_twice_with_other_terms_is_refused_by_its_line(told: Told, dry: bool) -> None:
    rows = [{"id": f"twice-{dry}", **TEN_OFF}, {"id": f"twice-{dry}", **TEN_OFF, "value": 900, "stock": 6}]
    code, said = told(*rows, dry=dry)
    assert code == 3
    assert f"1 {'would be ' if dry else ''}imported, 0 unchanged, 1 refused" in said
    assert f"2 twice-{dry} line 1 has another coupon with this id: stock, value differ" in said


@pytest.mark.parametrize("dry", [True, False])
def test_a_public_code_that_a_file_has_twice_is_refused_by_its_line(told: Told, dry: bool) -> None:
    code = f"TWICE{dry}".upper()
    rows = [{"id": f"{each}-{dry}", **TEN_OFF, "public_code": code} for each in ("first", "second")]
    exit_code, said = told(*rows, dry=dry)
    assert exit_code == 3
    assert f"1 {'would be ' if dry else ''}imported, 0 unchanged, 1 refused" in said
    assert f"2 second-{dry} line 1 has this public code: {code}" in said


@pytest.mark.parametrize("dry", [True, False])
def test_the_same_row_again_however_it_is_written_counts_once_and_is_told(told: Told, dry: bool) -> None:
    first = {"id": f"same-{dry}", **TEN_OFF, "public_code": f"SAME{dry}".upper()}
    code, said = told(first, {"minimum_spend": 0, **first, "per_shopper": 1}, dry=dry)
    assert code == 0
    assert f"2 rows: 1 {'would be ' if dry else ''}imported, 0 unchanged, 0 refused, 1 repeated" in said
    assert f"2 same-{dry} the same as line 1: counted once" in said


def test_a_refused_row_takes_no_id_and_no_code_from_the_rows_after_it(told: Told) -> None:
    bad = {"id": "late", **TEN_OFF, "valid_days": 0, "public_code": "LATE2026"}
    code, said = told(bad, {**bad, "valid_days": 7}, dry=True)
    assert code == 3
    assert "1 would be imported, 0 unchanged, 1 refused" in said
    assert "1 late valid_days" in said


def test_a_condition_that_only_the_shops_coupon_has_is_a_difference(told: Told) -> None:
    row = {"id": "narrow", **TEN_OFF}
    assert told(row | {"scope": [{"brands": ["山野集"]}], "channels": ["mobile"]}, dry=False)[0] == 0
    code, said = told(row, dry=False)
    assert code == 3
    assert "another coupon with this id: channels, scope differ" in said


def test_malls_code_and_claim_date_are_imported_and_a_second_import_changes_nothing(
    shop: LaptopShop, told: Told
) -> None:
    row = {"id": "mall-2", **MALL}
    for counted in ("1 imported, 0 unchanged, 0 refused", "0 imported, 1 unchanged, 0 refused"):
        code, said = told(row, dry=False)
        assert code == 0
        assert counted in said
        assert "Remarks" not in said
    posted = Http(shop.base_url)("POST", "/v1/coupons", {**MALL, "id": "mall-3", "code": ""}, shop.keys.admin)
    shown = Http(shop.base_url)("GET", "/v1/coupons/mall-2", key=shop.keys.admin).body
    for each, public_code in ((shown, "MALL2026"), (posted.body, None)):
        assert each["public_code"] == public_code
        assert (each["claims_from"], each["starts_at"]) == ("2026-10-31T16:00:00.000Z", "2026-10-31T16:00:00.000Z")
        assert each["ends_at"] == "2026-11-30T16:00:00.000Z"


def test_a_code_and_a_public_code_that_differ_are_refused_by_the_field(shop: LaptopShop) -> None:
    sent = {**MALL, "id": "mall-4", "public_code": "OTHER2026"}
    refused = Http(shop.base_url)("POST", "/v1/coupons", sent, shop.keys.admin)
    assert (refused.status, refused.body["error"]["field"]) == (400, "code")


def test_what_of_mall_is_left_out_is_remarked(tmp_path: Path) -> None:
    left = {"type": 3, "note": "新会员", "receiveCount": 8, "productRelationList": [{"productId": 26}]}
    plain, full, own = open_feed(
        written(tmp_path, MALL | {"id": 1}, MALL | left | {"id": 2}, left | {"id": "own"})
    ).rows
    assert (plain.remarks, own.remarks) == ((), ())
    assert [each.split(" left out")[0] for each in full.remarks] == [
        "type 3 (注册赠券) is",
        "note is",
        "receiveCount 8",
        "productRelationList is",
    ]
