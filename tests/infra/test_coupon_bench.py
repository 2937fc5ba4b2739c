"""What ``bench coupons`` measures is what happened, and its audit notices what did not."""

import gzip
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from chalicelib.coupons import CouponSoldOut
from infra.local.bench import claims, coupons, receipts
from infra.local.bench.claim_meter import ClaimMeter
from tests.engines.artefacts import EngineMissing
from tests.support.coupons import dynamo_shop, memory_shop, twenty_off, wish
from tests.support.stores import Store

RULES = ("30:5", "0.9", "100:20")
MOTO = pytest.mark.parametrize("store", ["moto"], indirect=True)
LOCAL = pytest.mark.parametrize("store", [pytest.param("dynamodb-local", marks=pytest.mark.engine)], indirect=True)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """400 receipts of 20 shoppers over 10 days; the first coupon is asked for most."""
    lines = ["User_id,Merchant_id,Coupon_id,Discount_rate,Distance,Date_received"]
    for number in range(400):
        coupon = 0 if number % 2 else number % 3
        lines.append(f"u{number % 20},m{coupon},c{coupon},{RULES[coupon]},0,202607{number // 40 + 1:02d}")
    with gzip.open(tmp_path / coupons.RECEIPTS, "wt") as file:
        file.write("\n".join(lines))
    return tmp_path


@pytest.fixture
def console() -> Console:
    return Console(record=True, width=140)


def test_a_sample_holds_all_receipts_of_its_shoppers(data: Path) -> None:
    whole = receipts.read(data / coupons.RECEIPTS, None)
    some = receipts.read(data / coupons.RECEIPTS, 100)
    assert len(whole) == 400
    assert [each.day for each in whole] == sorted(each.day for each in whole)
    assert len({each.shopper for each in some}) == 5
    assert Counter(each.shopper for each in some) == {each.shopper: 20 for each in some}


def test_receipts_are_replayed_and_the_books_agree_with_a_plain_count(data: Path, console: Console) -> None:
    found = receipts.read(data / coupons.RECEIPTS, None)
    shown, agrees = receipts.table(found, found, None, console)
    assert agrees
    rows = dict(zip(*(list(column.cells) for column in shown.columns), strict=True))
    assert int(str(rows["given"])) == receipts.allowed(found, receipts.templates(found)).total() < 400
    assert {"coupon_sold_out", "coupon_daily_limit_reached", "coupon_limit_reached"} & set(rows)
    assert rows["books"] == "agree"


def test_the_audit_notices_one_coupon_too_many_and_one_too_few(data: Path) -> None:
    shop = memory_shop()
    coupon = shop.coupons.create(twenty_off(per_shopper=None))
    owned = [shop.coupons.issue("welcome-back", "li", wish(f"claim-{number}")) for number in range(3)]
    assert receipts.audit(shop, [coupon], owned[:2], {"welcome-back": 2}) != []
    assert any("2 owned, 3 allowed" in each for each in receipts.audit(shop, [coupon], owned[:2], {"welcome-back": 3}))
    said = receipts.audit(shop, [coupon], owned, {"welcome-back": 3})
    assert said == [f"li got 3 of welcome-back on {owned[0].issued_day}"]
    shop.coupons.replace(replace(coupon, stock=11))
    assert any("left 8" in each for each in receipts.audit(shop, [coupon], owned, {"welcome-back": 3}))


@MOTO
def test_a_claims_units_are_those_of_the_price_list(store: Store) -> None:
    meter = ClaimMeter(store.client)
    shop = dynamo_shop(store, meter)
    shop.coupons.create(twenty_off(stock=1, stock_shards=1))
    meter.clear()
    shop.coupons.issue("welcome-back", "li", wish())
    documented = (Path(__file__).parents[2] / "docs" / "coupons.md").read_text()
    row = next(line for line in documented.splitlines() if line.startswith("| issue |"))
    with_one_limit = row.split("|")[2].split(";")[1].split()[0]
    assert meter.units == int(with_one_limit)
    assert meter.refused == 0


@MOTO
def test_a_refused_claim_is_counted_with_what_it_would_have_written(store: Store) -> None:
    meter = ClaimMeter(store.client)
    shop = dynamo_shop(store, meter)
    shop.coupons.create(twenty_off(stock=8, stock_shards=1))
    shop.coupons.issue("welcome-back", "li", wish())
    given, refused = meter.units, meter.refused
    with pytest.raises(Exception, match="每人限领"):
        shop.coupons.issue("welcome-back", "li", wish("again"))
    assert meter.refused == refused + 1
    assert meter.units > given


@MOTO
def test_a_thin_stock_is_looked_at_before_it_is_tried(store: Store) -> None:
    meter = ClaimMeter(store.client)
    shop = dynamo_shop(store, meter)
    shop.coupons.create(twenty_off(stock=4, stock_shards=4))
    meter.clear()
    for number in range(4):
        shop.coupons.issue("welcome-back", f"s{number}", wish())
    given = meter.units
    with pytest.raises(CouponSoldOut):
        shop.coupons.issue("welcome-back", "late", wish())
    assert (meter.refused, meter.units) == (0, given)


@MOTO
def test_a_claim_too_late_costs_one_refusal_however_many_shards_there_are(store: Store) -> None:
    meter = ClaimMeter(store.client)
    shop = dynamo_shop(store, meter)
    shop.coupons.create(twenty_off(stock=32, stock_shards=8))
    for number in range(32):
        shop.coupons.issue("welcome-back", f"s{number}", wish())
    meter.clear()
    with pytest.raises(CouponSoldOut):
        shop.coupons.issue("welcome-back", "late", wish())
    assert meter.refused == 1


@LOCAL
def test_designs_are_measured_in_turns_and_only_the_naive_one_oversells(store: Store, console: Console) -> None:
    ample, ended = claims.tables(store, 96, console)
    assert ample.row_count == len(claims.HOT) + len(claims.COLD)
    issued = dict(zip(*(list(ended.columns[at].cells) for at in (0, 1)), strict=True))
    assert str(issued.pop("naive")).endswith("!")
    assert set(issued.values()) == {"72 / 72"}


def test_without_java_the_reason_is_told_and_the_rest_can_be_measured(
    data: Path, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(**_: Any) -> Any:
        raise EngineMissing("no Java 17 was found")

    monkeypatch.setattr(coupons, "_store", missing)
    assert coupons.show(console, data, "100", (10,), has_engine=True) == 2
    said = console.export_text()
    assert "no Java 17 was found" in said
    assert "--without-engine" in said


def test_missing_receipts_are_told(tmp_path: Path, console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coupons, "CARTS", 2)
    assert coupons.show(console, tmp_path, "100", (), has_engine=False) == 0
    assert "receipts are left out" in console.export_text()
