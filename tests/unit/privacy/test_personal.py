"""Personal values are sealed wherever they stand; everything else goes through as it came."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.memory.data_keys import MemoryDataKeys
from chalicelib.adapters.memory.events import MemoryEventQueue
from chalicelib.adapters.sealed_queue import SealedEventQueue
from chalicelib.core.ids import SeededRandomness
from chalicelib.core.sealing import Sealer, is_sealed
from chalicelib.events.segment import read_call
from chalicelib.privacy import PersonalKind, looks_personal, name_to_find, names_to_find, sealed_document
from chalicelib.privacy.personal import MAX_NAMES
from chalicelib.privacy.personal_names import NAMES
from tests.support.shoppers import NOW, event

SEALER = Sealer(MemoryDataKeys(SeededRandomness("privacy")))


def sealed(document: dict[str, Any]) -> dict[str, Any]:
    return sealed_document(document, SEALER, "li")


@pytest.mark.parametrize(
    "name",
    ["email", "Email", "e-mail", "E_Mail", "customerEmail", "phone", "phone_number", "mobile", "Mobile Phone", "手机", "手机号",
     "邮箱", "地址", "收货地址", "收货人", "shippingAddress", "consignee", "身份证号"],
)  # fmt: skip
def test_what_stands_under_a_personal_name_is_sealed_and_opens_as_it_was(name: str) -> None:
    made = sealed({name: "王小明 13812345678"})
    assert is_sealed(made[name])
    assert SEALER.opened(made) == {name: "王小明 13812345678"}


def test_however_deep_it_stands() -> None:
    order = {
        "order_id": "o1",
        "products": [{"product_id": "p1", "price": 39.9, "gift": {"recipient": "王收", "note": "生日快乐"}}],
        "shipping": {"name": "顺丰", "phone": 13812345678, "is_gift": True},
    }
    made = sealed(order)
    assert is_sealed(made["products"][0]["gift"]["recipient"])
    assert is_sealed(made["shipping"]["phone"])
    assert made["products"][0]["gift"]["note"] == "生日快乐"
    assert made["shipping"] | {"phone": None} == {"name": "顺丰", "phone": None, "is_gift": True}
    assert SEALER.opened(made)["shipping"]["phone"] == "13812345678"


def test_of_an_address_the_region_stays_readable() -> None:
    address = {
        "country": "中国",
        "省": "浙江",
        "city": "杭州",
        "district": "西湖区",
        "street": "文三路1号",
        "postalCode": "310000",
    }
    made = sealed({"address": address, "addresses": [address]})
    for each in (made["address"], *made["addresses"]):
        assert {name: each[name] for name in ("country", "省", "city", "district")} == {
            "country": "中国", "省": "浙江", "city": "杭州", "district": "西湖区",
        }  # fmt: skip
        assert is_sealed(each["street"])
        assert is_sealed(each["postalCode"])


def test_a_region_that_is_a_whole_object_hides_nothing() -> None:
    made = sealed({"address": {"city": {"name": "杭州", "street": "文三路1号"}}})
    assert is_sealed(made["address"]["city"]["street"])


def test_an_address_of_mail_is_known_by_its_form() -> None:
    made = sealed(
        {"contact": "li@example.com", "list": ["wang@example.cn"], "query": "a@b", "text": "写给 li@example.com 的信"}
    )
    assert is_sealed(made["contact"])
    assert is_sealed(made["list"][0])
    assert (made["query"], made["text"]) == ("a@b", "写给 li@example.com 的信")


@pytest.mark.parametrize("value", [None, "", "  ", True, False, [], {}])
def test_what_holds_nothing_is_left(value: object) -> None:
    assert sealed({"phone": value}) == {"phone": value}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["email", "手机", "city", "name", "address", "note"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from([*sorted(NAMES), "name", "note"]), JSON, max_size=5))
def test_sealing_twice_is_sealing_once_and_a_retry_looks_the_same(document: dict[str, Any]) -> None:
    once = sealed(document)
    assert sealed(once) == once == sealed(document)
    said = msgspec.json.encode(SEALER.opened(once))
    assert said == msgspec.json.encode(document) or '"' in said.decode()


@settings(max_examples=40, deadline=None)
@given(JSON)
def test_under_a_personal_name_no_plain_text_is_left(value: Any) -> None:
    def texts(of: Any) -> list[str]:
        if isinstance(of, dict):
            return [
                text
                for name, inner in of.items()
                if name != "city" or isinstance(inner, dict | list)
                for text in texts(inner)
            ]
        return (
            [text for inner in of for text in texts(inner)]
            if isinstance(of, list)
            else [of]
            if isinstance(of, str)
            else []
        )

    assert all(is_sealed(text) or not text.strip() for text in texts(sealed({"phone": value})))


@pytest.mark.parametrize("shopper_id", ["li@example.com", "13812345678", "+86 138 1234 5678", "8613812345678"])
def test_an_id_that_says_who_it_is_is_noticed(shopper_id: str) -> None:
    assert looks_personal(shopper_id)


@pytest.mark.parametrize(
    "shopper_id", ["u1", "23812345678", "1381234567", "li@home", "550e8400-e29b-41d4-a716-446655440000"]
)
def test_an_id_that_says_nothing_is_not(shopper_id: str) -> None:
    assert not looks_personal(shopper_id)


@pytest.mark.parametrize(
    ("kind", "told", "asked"),
    [
        (PersonalKind.EMAIL, "Li@Example.com ", "li@example.com"),
        (PersonalKind.PHONE, "+86 138-1234-5678", "13812345678"),
        (PersonalKind.PHONE, "0571 8888 8888", "0571-88888888"),
        (PersonalKind.PHONE, 13812345678, "+8613812345678"),
    ],
)
def test_a_shopper_is_found_however_the_value_is_written(kind: PersonalKind, told: Any, asked: str) -> None:
    traits = sealed({"邮箱" if kind is PersonalKind.EMAIL else "手机": told, "name": "李雷"})
    assert names_to_find(traits, SEALER) == {name_to_find(kind, asked, SEALER)}
    assert asked not in name_to_find(kind, asked, SEALER)


def test_however_many_addresses_are_told_a_few_lead_to_the_shopper() -> None:
    told = {name: f"{number}@example.com" for number, name in enumerate(sorted(NAMES))}
    assert len(names_to_find(told, SEALER)) == MAX_NAMES


def test_what_goes_onto_the_queue_is_sealed_and_a_retry_has_the_same_digest() -> None:
    queue = MemoryEventQueue()
    door = SealedEventQueue(queue, SEALER)
    told = event(
        traits={"email": "li@example.com"},
        properties={"phone": "13812345678"},
        context={"traits": {"邮箱": "li@example.com"}},
    )
    door.send([told])
    door.send([told])
    first, second = queue.drain()
    assert first == second
    assert first.digest == second.digest != told.digest
    assert "li@example.com" not in repr(first)
    assert "13812345678" not in repr(first)


@pytest.mark.parametrize("name", ["userId", "anonymousId"])
def test_the_door_remarks_on_an_id_that_is_an_address(name: str) -> None:
    said = {"type": "page", name: "li@example.com", "messageId": "m1"}
    (remark,) = read_call(said, NOW, "fresh", at="batch[3]").remarks
    assert remark.field == f"batch[3].{name}"
    assert "li@example.com" not in remark.message
    assert read_call(said | {name: "u1"}, NOW, "fresh").remarks == ()
