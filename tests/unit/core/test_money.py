"""Money is whole fen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import InvalidRequest
from chalicelib.core.money import format_yuan, parse_yuan


@pytest.mark.parametrize(
    ("text", "fen"),
    [("12.30", 1230), ("¥1,299", 129_900), ("￥0.01", 1), (" 5 ", 500), ("-3.5", -350), ("1e3", 100_000)],
)
def test_amounts_are_read_as_shops_write_them(text: str, fen: int) -> None:
    assert parse_yuan(text, field="price") == fen


@pytest.mark.parametrize("text", ["", "abc", "1.005", "nan", "inf", "1.2.3", "12元"])
def test_what_is_no_amount_is_refused_by_field(text: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        parse_yuan(text, field="skus[2].price")
    assert refused.value.field == "skus[2].price"


@given(st.integers(-(10**12), 10**12))
def test_what_is_written_is_read_back(fen: int) -> None:
    assert parse_yuan(format_yuan(fen).replace("¥", ""), field="price") == fen
