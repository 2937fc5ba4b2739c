"""How a request is read, before any view sees it."""

import gzip
import re
from datetime import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api.request import MAX_BODY_BYTES, Request, basic_user, convert, path_value
from chalicelib.core.errors import InvalidRequest, TooLarge


class Line(msgspec.Struct):
    sku: str
    quantity: int = 1


class Cart(msgspec.Struct):
    lines: list[Line]
    note: str | None = None


def request(body: bytes = b"", query: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> Request:
    return Request("POST", "/v1/carts", headers or {}, query or {}, body)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"lines": [{"sku": "a"}, {"sku": 7}]}', "lines[1].sku"),
        (b'{"lines": [{"quantity": 1}]}', "lines[0].sku"),
        (b'{"lines": [{"sku": "a", "quantity": "x"}]}', "lines[0].quantity"),
        (b"{}", "lines"),
        (b"[]", "body"),
        (b'{"lines": 1}', "lines"),
    ],
)
def test_a_wrong_value_is_named_by_its_path(body: bytes, field: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        request(body).json(Cart)
    assert refused.value.field == field


class Season(msgspec.Struct):
    starts_at: datetime
    others: list["Season"] = []


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59Z"])
def test_a_time_that_has_no_date_in_some_zone_is_named_by_its_path(text: str) -> None:
    ordinary = "9999-12-31T23:59:59+08:00"
    assert request(f'{{"starts_at": "{ordinary}"}}'.encode()).json(Season).starts_at.year == 9999
    with pytest.raises(InvalidRequest) as refused:
        request(f'{{"starts_at": "{ordinary}", "others": [{{"starts_at": "{text}"}}]}}'.encode()).json(Season)
    assert refused.value.field == "others[0].starts_at"


def test_an_item_of_a_list_is_named_by_where_it_stood() -> None:
    with pytest.raises(InvalidRequest) as refused:
        convert({"sku": None}, Line, at="batch[3]")
    assert refused.value.field == "batch[3].sku"


@given(st.binary(max_size=300))
def test_whatever_bytes_come_a_body_is_read_or_refused(body: bytes) -> None:
    outcome: Any
    try:
        outcome = request(body).json(dict)
    except InvalidRequest as refused:
        outcome = refused
    assert isinstance(outcome, dict) or outcome.field == "body"


def test_a_compressed_body_is_unpacked_only_up_to_the_limit() -> None:
    with pytest.raises(TooLarge):
        request(gzip.compress(b" " * (MAX_BODY_BYTES + 1))).bytes()
    assert request(gzip.compress(b" " * MAX_BODY_BYTES)).bytes() == b" " * MAX_BODY_BYTES


@pytest.mark.parametrize("text", ["-1", "101", "x", "1.5", "９", "1" * 30])
def test_a_number_out_of_range_is_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        request(query={"limit": text}).page()
    assert refused.value.field == "limit"


def test_a_list_request_has_sensible_defaults() -> None:
    assert request().page() == (20, None)
    assert request(query={"limit": "100", "cursor": "c"}).page() == (100, "c")


@pytest.mark.parametrize("header", ["Basic !!!", "Basic " + "/w==", "Bearer abc", "", "Basic"])
def test_a_header_that_is_no_basic_one_has_no_user(header: str) -> None:
    assert basic_user(header) is None


@given(st.text(max_size=40))
def test_a_path_value_comes_as_it_was_meant(text: str) -> None:
    from urllib.parse import quote

    assert path_value(quote(text, safe="")) == text or re.search("%", text)
