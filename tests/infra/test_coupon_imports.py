"""Files of coupons: every row is a template or a refusal with its reason, and a second import changes nothing."""

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.core.errors import InvalidRequest
from chalicelib.coupons.model import MAX_STOCK
from infra.local import couponing
from infra.local.coupon_feeds import CouponsUnreadable, detect, open_feed, receipts
from infra.local.shop import LaptopShop

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
RECEIPTS = SHARED / "behaviour" / "taobao_o2o_coupon_receipts.csv.gz"
LITEMALL = SHARED / "catalog" / "litemall"
HEADER = (
    "id,name,desc,tag,total,discount,min,limit,type,status,goods_type,goods_value,"
    "code,time_type,days,start_time,end_time,deleted"
)


@pytest.fixture(scope="module")
def shop() -> Iterator[LaptopShop]:
    with LaptopShop(pumped=False) as running:
        yield running


def command(*words: object) -> int:
    parser = argparse.ArgumentParser()
    couponing.add_arguments(parser)
    return couponing.run(parser.parse_args(["import", *(str(word) for word in words)]))


def litemall(folder: Path, *rows: str) -> Path:
    (folder / "litemall_coupon.csv").write_text("\n".join((HEADER, *rows)), encoding="utf-8")
    (folder / "litemall_category.csv").write_text("id,name,pid\n10,居家,0\n11,床品,10\n12,厨房,0\n", encoding="utf-8")
    (folder / "litemall_goods.csv").write_text(
        "id,name,deleted\n501,枕头,0\n502,被子,0\n503,旧被子,1\n", encoding="utf-8"
    )
    return folder


def read(path: Path) -> list[Any]:
    return list(open_feed(path).rows)


def test_every_column_of_litemall_finds_its_field(tmp_path: Path) -> None:
    (row,) = read(litemall(tmp_path, '7,床品券,说明,标签,100,5.50,99.00,2,0,0,1,"[11,12]",,0,10,,,0'))
    assert row.document == {
        "id": "litemall-7",
        "name": "床品券",
        "kind": "amount_off",
        "value": 550,
        "minimum_spend": 9_900,
        "stock": 100,
        "per_shopper": 2,
        "status": "active",
        "scope": [{"categories": ["居家 > 床品", "厨房"]}],
        "valid_days": 10,
    }


def test_litemalls_zeros_are_without_limit_and_its_times_are_chinas(tmp_path: Path) -> None:
    (row,) = read(litemall(tmp_path, "1,券,,,0,5,0,0,0,0,0,[],,1,0,2026-11-01 00:00:00,2026-12-01 00:00:00,0"))
    document = row.document
    assert (document["stock"], document["per_shopper"], document["minimum_spend"]) == (MAX_STOCK, None, 0)
    assert document["starts_at"] == "2026-10-31T16:00:00.000Z"
    assert document["ends_at"] == "2026-11-30T16:00:00.000Z"


def test_who_may_have_a_litemall_coupon_and_whether_it_is_given_out(tmp_path: Path) -> None:
    registered, by_code, off = read(
        litemall(
            tmp_path,
            "1,新人券,,,0,5,0,1,1,0,0,[],,0,7,,,0",
            "2,兑换券,,,0,5,0,1,2,0,0,[],ab12cd34,0,7,,,0",
            "3,下架券,,,0,5,0,1,0,2,0,[],,0,7,,,0",
        )
    )
    assert registered.document["audience"] == {"is_new": True}
    assert "registration" in registered.remarks[0]
    assert by_code.document["public_code"] == "AB12CD34"
    assert off.document["status"] == "paused"


def test_goods_that_litemall_has_no_more_leave_the_scope_with_a_remark(tmp_path: Path) -> None:
    (row,) = read(litemall(tmp_path, '1,券,,,0,5,0,1,0,0,2,"[501,502,503]",,0,7,,,0'))
    assert row.document["scope"] == [{"products": ["501", "502"]}]
    assert row.remarks == ("goods 503 is not in the shop: left out of the scope",)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,券,,,0,5,0,1,0,0,0,[],,0,7,,,1", "deleted"),
        ("1,券,,,0,5,0,1,0,1,0,[],,0,7,,,0", "expired"),
        ("1,券,,,0,5,0,1,2,0,0,[],,0,7,,,0", "has none"),
        ("1,券,,,0,5,0,1,9,0,0,[],,0,7,,,0", "type '9'"),
        ("1,券,,,0,5,0,1,0,0,1,[99],,0,7,,,0", "names no category"),
        ("1,券,,,0,5,0,1,0,0,1,nonsense,,0,7,,,0", "no JSON list"),
        ("1,券,,,0,五元,0,1,0,0,0,[],,0,7,,,0", "not an amount"),
        ("1,券,,,many,5,0,1,0,0,0,[],,0,7,,,0", "not a whole number"),
        ("1,券,,,0,5,0,1,0,0,0,[],,1,0,yesterday,,0", "no date"),
        ("1,券,,,0,5", "6 cells"),
        (",券,,,0,5,0,1,0,0,0,[],,0,7,,,0", "id is empty"),
        ("1,券,,,0,5,0,1,0,0,0,[],,0,0,,,0", "valid_days"),
        ("1,券,,,0,0,0,1,0,0,0,[],,0,7,,,0", "value"),
    ],
)
def test_a_litemall_row_that_cannot_be_a_coupon_says_why(
    tmp_path: Path, row: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(litemall(tmp_path, row), "--dry-run") == 3
    said = " ".join(capsys.readouterr().out.split())
    assert "1 refused" in said
    assert reason in said


def test_a_second_import_changes_nothing_and_another_coupon_of_that_id_is_told(
    shop: LaptopShop, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHAOHUI_ADMIN_KEY", shop.keys.admin)
    row = '7,床品券,,,100,5.50,99.00,0,1,0,1,"[11]",,1,0,2026-11-01 00:00:00,2026-12-01 00:00:00,0'
    path = litemall(tmp_path, row)
    assert command(path, "--url", shop.base_url) == 0
    assert "1 imported, 0 unchanged, 0 refused" in capsys.readouterr().out
    assert command(path, "--url", shop.base_url) == 0
    assert "0 imported, 1 unchanged, 0 refused" in capsys.readouterr().out
    assert command(litemall(tmp_path, row.replace("5.50", "6.50")), "--url", shop.base_url) == 3
    assert "value differ" in " ".join(capsys.readouterr().out.split())
    assert shop.services.coupons.get("litemall-7").terms.discount_on(10_000) == 550


def test_templates_as_json_lines_and_malls_names(
    shop: LaptopShop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "coupons.jsonl"
    rows = [
        {"id": "own", "name": "九折", "kind": "percent_off", "basis_points": 1_000, "stock": 5, "valid_days": 7},
        {"id": 26, "name": "全品类", "amount": 10.5, "minPoint": 100, "perLimit": 1, "publishCount": 10, "useType": 0}
        | {"startTime": "2026-11-01T00:00:00+08:00", "endTime": "2026-12-01T00:00:00+08:00"},
        {"name": "无名", "stock": 5},
        {"id": "odd", "name": "怪", "kind": "lottery", "stock": 5},
    ]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    for counted in ("2 imported, 0 unchanged, 2 refused", "0 imported, 2 unchanged, 2 refused"):
        assert command(path, "--url", shop.base_url, "--key", shop.keys.admin) == 3
        said = " ".join(capsys.readouterr().out.split())
        assert counted in said
        assert "id is missing" in said
        assert "kind must be one of" in said
    assert shop.services.coupons.get("26").terms.minimum_spend == 10_000


def test_csv_is_in_yuan_and_lists_are_joined_by_bars(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "coupons.csv"
    path.write_text(
        "id,name,kind,stock,per_shopper,value,minimum_spend,tiers,valid_days,categories,is_new,hours,note\n"
        "a,立减,,10,不限,5.5,30,,7,女装 > 连衣裙|男装,是,,x\n"
        "b,满减,tiers,10,1,,,100:10|300:40,7,,,20:00-22:00,\n"
        "c,坏的,,ten,,5,,,7,,,,\n",
        encoding="utf-8",
    )
    first, second, third = read(path)
    assert first.document == {
        "id": "a",
        "name": "立减",
        "stock": 10,
        "per_shopper": None,
        "value": 550,
        "minimum_spend": 3_000,
        "valid_days": 7,
        "scope": [{"categories": ["女装 > 连衣裙", "男装"]}],
        "audience": {"is_new": True},
    }
    assert second.document["tiers"] == [{"at_least": 10_000, "off": 1_000}, {"at_least": 30_000, "off": 4_000}]
    assert second.document["hours"] == [{"since": "20:00", "until": "22:00"}]
    assert third.error.field == "stock"
    assert command(path, "--dry-run") == 3
    said = " ".join(capsys.readouterr().out.split())
    assert "2 would be imported, 0 unchanged, 1 refused" in said
    assert "no field takes: note" in said


@pytest.mark.parametrize(
    ("rule", "terms", "name"),
    [
        ("30:5", {"kind": "amount_off", "value": 500, "minimum_spend": 3_000}, "满30减5"),
        ("5:5", {"kind": "amount_off", "value": 500, "minimum_spend": 500}, "满5减5"),
        ("0.95", {"kind": "percent_off", "basis_points": 500}, "9.5折"),
        ("0.5", {"kind": "percent_off", "basis_points": 5_000}, "5折"),
    ],
)
def test_a_receipts_rule_is_what_a_shop_calls_it(rule: str, terms: dict[str, Any], name: str) -> None:
    assert receipts.rule_terms(rule) == terms
    assert receipts.rule_name(terms) == name


@pytest.mark.parametrize("rule", ["null", "", "fixed", "5:30", "30:0", "0:0", "1.2", "0.0", "30-5", "-0.5", "0.123456"])
def test_what_is_no_rule_is_refused(rule: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        receipts.rule_terms(rule)
    assert refused.value.field == "Discount_rate"


def receipt_file(folder: Path, *rows: str, zipped: bool = True) -> Path:
    text = "\n".join(("User_id,Merchant_id,Coupon_id,Discount_rate,Distance,Date_received", *rows))
    path = folder / ("receipts.csv.gz" if zipped else "receipts.csv")
    path.write_bytes(gzip.compress(text.encode()) if zipped else text.encode())
    return path


@pytest.mark.parametrize("zipped", [True, False])
def test_receipts_become_a_template_for_each_coupon_of_a_merchant(tmp_path: Path, zipped: bool) -> None:
    path = receipt_file(
        tmp_path,
        "u1,m1,c1,100:20,0,20260701",
        "u2,m1,c1,100:20,null,20260702",
        "u2,m2,c2,0.9,3,20260702",
        "u3,m2,null,null,3,null",
        "u3,m1,c1,50:20,3,20260702",
        "u3,m1,c1,100:20,3,someday",
        "u3,m1",
        zipped=zipped,
    )
    assert detect(path) == "receipts"
    rows = read(path)
    assert rows[0].document == {
        "id": "o2o-m1-c1",
        "name": "满100减20",
        "kind": "amount_off",
        "value": 2_000,
        "minimum_spend": 10_000,
        "scope": [{"shops": ["m1"]}],
        "stock": 2,
        "per_shopper": None,
        "valid_days": 15,
    }
    assert rows[1].document["basis_points"] == 1_000
    reasons = [str(row.error) for row in rows[2:]]
    assert ["without a coupon" in reasons[0], "differs from" in reasons[1], "no day" in reasons[2]] == [True] * 3
    assert "more or fewer cells" in reasons[3]


@pytest.mark.skipif(not RECEIPTS.exists(), reason="the receipts lie beside the checkout only")
def test_every_receipt_of_the_real_file_is_read() -> None:
    kinds = Counter(type(each).__name__ for each in receipts.read_receipts(RECEIPTS))
    assert kinds == {"Receipt": 113_640}
    rows = list(open_feed(RECEIPTS).rows)
    assert len(rows) == 2_050
    assert not [row for row in rows if row.error]
    assert sum(row.document["stock"] for row in rows if row.document) == 113_640
    assert len({row.document["name"] for row in rows if row.document}) == 42


@pytest.mark.skipif(not LITEMALL.exists(), reason="litemall's tables lie beside the checkout only")
def test_every_coupon_of_the_real_litemall_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    assert command(LITEMALL, "--dry-run") == 0
    assert "4 would be imported, 0 unchanged, 0 refused" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("none.csv", None, "does not exist"),
        ("odd.csv", "a,b\n1,2\n", "no column id, name, stock"),
        ("odd.txt", "hello", "neither"),
        ("empty.jsonl", "", "is empty"),
    ],
)
def test_a_file_that_is_none_is_told_and_exits_with_2(
    tmp_path: Path, name: str, text: str | None, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert command(tmp_path / name, "--dry-run") == 2
    assert reason in " ".join(capsys.readouterr().out.split())


def test_a_folder_without_coupons_is_told(tmp_path: Path) -> None:
    with pytest.raises(CouponsUnreadable, match="is missing"):
        open_feed(tmp_path)
