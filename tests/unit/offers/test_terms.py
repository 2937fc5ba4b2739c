"""Templates are read strictly, and errors name the field."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api.coupon_terms import read_terms, terms_view
from chalicelib.api.coupons import CouponBody
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.shapes import convert
from chalicelib.coupons import AmountOff, Terms
from chalicelib.coupons.terms import CartNeeded, CouponKind, PercentOff, Place, from_mall, in_words

KINDS: dict[str, dict[str, Any]] = {
    "amount_off": {"value": 2_000},
    "percent_off": {"basis_points": 1_200, "cap": 5_000},
    "tiers": {"tiers": [{"at_least": 10_000, "off": 1_000}, {"at_least": 30_000, "off": 4_000}]},
    "every": {"every": 30_000, "off": 4_000, "cap": 12_000},
    "nth_item": {"nth": 2, "basis_points": 5_000, "times": 3},
    "buy_get": {"buy": 2, "get": 1},
    "bundle_price": {"quantity": 3, "price": 9_900},
    "free_shipping": {"regions": ["浙江省"], "except_regions": ["浙江省 > 舟山市"], "max_grams": 5_000, "cap": 1_000},
    "gift": {"sku": "cup", "worth": 1_000},
    "member_price": {"prices": {"p1": 9_900}, "basis_points": 500},
    "flash_sale": {"prices": {"p1": 100}, "per_order": 1},
    "deposit": {"paid": 5_000, "worth": 10_000},
    "first_order": {"value": 500},
}
WORDS = [
    "¥20", "8.8折，最多减¥50", "满¥100减¥10，满¥300减¥40", "每满¥300减¥40，最多减¥120", "第2件5折", "买2送1",
    "任选3件¥99", "包邮", "赠品1件", "会员价", "限时抢购价", "定金¥50抵¥100", "¥5",
]  # fmt: skip


def test_every_kind_has_an_example_here() -> None:
    assert list(KINDS) == [kind.value for kind in CouponKind]


@pytest.mark.parametrize(("kind", "words"), list(zip(KINDS, WORDS, strict=True)))
def test_a_kind_is_shown_as_it_was_sent_stored_as_it_was_read_and_said_in_words(kind: str, words: str) -> None:
    sent = {"name": "券", "kind": kind, "stock": 5, "minimum_spend": 0, "currency": "CNY", **KINDS[kind]}
    terms, others = read_terms(sent)
    assert others == {"stock": 5}
    assert terms.kind.value == kind
    assert {"stock": 5, **terms_view(terms)} == {
        name: value for name, value in sent.items() if (name, value) != ("get", 1)
    }
    assert msgspec.json.decode(msgspec.json.encode(terms), type=Terms) == terms
    assert in_words(terms.benefit) == words


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "cashback"}, "kind"),
        ({"value": 0}, "value"),
        ({"value": "20"}, "value"),
        ({"value": None}, "value"),
        ({"name": ""}, "name"),
        ({"minimum_spend": -1}, "minimum_spend"),
        ({"minimum_quantity": -1}, "minimum_quantity"),
        ({"currency": "yuan"}, "currency"),
        ({"scope": [{"brands": ["山野"]}, {}]}, "scope[1]"),
        ({"scope": [{"brands": [""]}]}, "scope[0].brands[0]"),
        ({"scope": [{"colour": ["红"]}]}, "scope[0].colour"),
        ({"exclude": [{"tags": "新品"}]}, "exclude[0].tags"),
        ({"audience": {"levels": [""]}}, "audience.levels[0]"),
        ({"audience": {"age": 18}}, "audience.age"),
        ({"hours": [{"since": "8:00", "until": "10:00"}]}, "hours[0].since"),
        ({"hours": [{"since": "08:00", "until": "08:00"}]}, "hours[0].until"),
        ({"channels": [""]}, "channels[0]"),
        ({"group": ""}, "group"),
        ({"priority": -1}, "priority"),
        ({"kind": "percent_off", "basis_points": 10_001}, "basis_points"),
        ({"kind": "percent_off"}, "basis_points"),
        ({"kind": "tiers", "tiers": []}, "tiers"),
        ({"kind": "tiers", "tiers": [{"at_least": 100, "off": 10}, {"at_least": 100, "off": 20}]}, "tiers[1].at_least"),
        ({"kind": "tiers", "tiers": [{"at_least": 100, "off": 10}, {"at_least": 200, "off": 10}]}, "tiers[1].off"),
        ({"kind": "tiers", "tiers": [{"at_least": 100}]}, "tiers[0].off"),
        ({"kind": "every", "every": 100, "off": 101}, "off"),
        ({"kind": "nth_item", "nth": 1, "basis_points": 5_000}, "nth"),
        ({"kind": "buy_get", "buy": 0}, "buy"),
        ({"kind": "bundle_price", "quantity": 1, "price": 5}, "quantity"),
        ({"kind": "free_shipping", "max_grams": 0}, "max_grams"),
        ({"kind": "gift", "sku": ""}, "sku[0]"),
        ({"kind": "member_price"}, "prices"),
        ({"kind": "flash_sale", "prices": {"p1": 0}}, "prices.p1"),
        ({"kind": "deposit", "paid": 100, "worth": 100}, "worth"),
        ({"perLimit": 1, "minPoint": "much"}, "minPoint"),
        ({"perLimit": 1, "useType": 3}, "useType"),
        ({"perLimit": 1, "useType": 2, "productRelationList": []}, "productRelationList"),
        ({"perLimit": 1, "useType": 1}, "productCategoryRelationList"),
        ({"perLimit": 1, "startTime": "yesterday"}, "startTime"),
        ({"perLimit": 1, "endTime": 1_764_547_200_000}, "endTime"),
        ({"perLimit": 1, "enableTime": "soon"}, "enableTime"),
        ({"perLimit": 1, "enableTime": "0001-01-01 00:00:00"}, "enableTime"),
        ({"perLimit": 1, "code": 2026}, "code"),
        ({"perLimit": 1, "code": "MALL2026", "public_code": "MALL2027"}, "code"),
        ({"perLimit": 1, "enableTime": "2026-11-01", "claims_from": "2026-11-01T00:00:00Z"}, "enableTime"),
    ],
)
def test_what_could_not_be_meant_is_refused_by_its_field(changes: dict[str, Any], field: str) -> None:
    sent = {"name": "券", "value": 2_000} | changes
    if changes.get("kind") in KINDS:
        del sent["value"]
    with pytest.raises(InvalidRequest) as refused:
        read_terms(sent)
    assert refused.value.field == field


def test_a_template_of_mall_is_understood() -> None:
    sent = {
        "id": 27, "type": 0, "name": "全品类通用券", "platform": 1, "count": 92, "amount": 10.0, "perLimit": 1,
        "minPoint": 99.5, "startTime": "2026-11-20T16:00:00.000+0000", "endTime": "2026-12-01T00:00:00.000+0800",
        "useType": 1, "note": None, "publishCount": 100, "useCount": 0, "receiveCount": 8, "enableTime": None,
        "code": None, "memberLevel": 3,
        "productCategoryRelationList": [{"productCategoryName": "手机通讯", "parentCategoryName": "手机数码"}],
    }  # fmt: skip
    terms, others = read_terms(sent)
    assert terms_view(terms) == {
        "name": "全品类通用券",
        "kind": "amount_off",
        "value": 1_000,
        "minimum_spend": 9_950,
        "currency": "CNY",
        "channels": ["mobile"],
        "audience": {"levels": ["3"]},
        "scope": [{"categories": ["手机数码 > 手机通讯"]}],
    }
    assert others == {
        "id": "27",
        "per_shopper": 1,
        "stock": 100,
        "starts_at": "2026-11-20T16:00:00.000Z",
        "ends_at": "2026-11-30T16:00:00.000Z",
    }
    products = {"name": "券", "amount": 5, "perLimit": 1, "useType": 2, "productRelationList": [{"productId": 26}]}
    assert read_terms(products)[0].scope == (Place(products=("26",)),)
    assert read_terms({"name": "券", "amount": 5, "perLimit": 1, "useType": 0})[0].scope == ()


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ({"code": " mall2026 "}, {"public_code": "MALL2026"}),
        ({"code": " ", "enableTime": ""}, {}),
        ({"code": "", "public_code": "MALL2026"}, {"public_code": "MALL2026"}),
        ({"code": "MALL2026", "public_code": None}, {"public_code": "MALL2026"}),
        ({"code": "mall2026", "public_code": "MALL2026"}, {"public_code": "MALL2026"}),
        ({"enableTime": "2026-11-01 00:00:00"}, {"claims_from": "2026-10-31T16:00:00.000Z"}),
        ({"enableTime": "2026-11-01T00:00:00Z"}, {"claims_from": "2026-11-01T00:00:00.000Z"}),
        (
            {"enableTime": "2026-11-01 00:00:00", "claims_from": "2026-11-01T00:00:00+08:00"},
            {"claims_from": "2026-11-01T00:00:00+08:00"},
        ),
        (
            {"startTime": "2026-11-01 00:00:00", "endTime": "2026-12-01"},
            {"starts_at": "2026-10-31T16:00:00.000Z", "ends_at": "2026-11-30T16:00:00.000Z"},
        ),
    ],
)
def test_malls_code_claim_date_and_zoneless_times_are_kept(sent: dict[str, Any], read: dict[str, Any]) -> None:
    _, others = read_terms({"name": "券", "amount": 5, "perLimit": 1, **sent})
    assert others == {"per_shopper": 1, **read}


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ({"amount": 20}, {"value": 1_999}),
        ({"minPoint": 100}, {"minimum_spend": 100}),
        ({"perLimit": 1}, {"per_shopper": None}),
        ({"publishCount": 10}, {"stock": 100}),
    ],
)
def test_a_number_that_is_told_in_both_names_must_be_one(theirs: dict[str, Any], ours: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest) as refused:
        from_mall({"useType": 0} | theirs | ours)
    assert refused.value.field == next(iter(theirs))
    assert from_mall({"useType": 0, "amount": 20, "value": 2_000}) == {"value": 2_000}


def test_our_own_times_need_a_zone_even_beside_malls_names() -> None:
    sent = {"name": "券", "amount": 5, "perLimit": 1, "publishCount": 1, "claims_from": "2026-11-01T00:00:00"}
    with pytest.raises(InvalidRequest) as refused:
        convert(read_terms(sent)[1], CouponBody)
    assert refused.value.field == "claims_from"


@given(st.integers(0, 10**8), st.integers(1, 10_000))
def test_a_share_alone_never_takes_more_than_there_is(amount: int, basis_points: int) -> None:
    assert 0 <= Terms("券", PercentOff(basis_points)).discount_on(amount) <= amount


def test_an_amount_does_not_tell_what_piece_offers_take_off() -> None:
    terms, _ = read_terms({"name": "券", "kind": "buy_get", "buy": 2})
    with pytest.raises(CartNeeded):
        terms.discount_on(10_000)


def test_terms_take_little_room() -> None:
    assert len(msgspec.json.encode(Terms("券", AmountOff(2_000)))) < 80


NONSENSE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [
    *("name", "value", "kind", "minimum_spend", "scope", "exclude", "audience", "hours", "tiers", "prices", "channels"),
    *("perLimit", "minPoint", "publishCount", "useType", "platform", "memberLevel", "amount", "startTime", "id"),
    *("code", "public_code", "enableTime", "claims_from"),
    *("productRelationList", "productCategoryRelationList"),
]


@given(st.dictionaries(st.sampled_from(FIELDS), NONSENSE), st.sampled_from(list(KINDS)))
def test_whatever_is_sent_is_read_or_refused_by_a_field(sent: dict[str, Any], kind: str) -> None:
    field: str | None = "none was refused"
    try:
        terms, _ = read_terms({"name": "券", "kind": kind, **KINDS[kind], **sent})
        terms.document()
    except InvalidRequest as refused:
        field = refused.field
    assert field
