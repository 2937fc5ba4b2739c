"""Money is whole fen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import InvalidRequest
from chalicelib.core.money import fen_of, format_yuan, parse_yuan


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


@pytest.mark.parametrize(
    ("value", "fen"),
    [(27.5, 2750), (59.970000000000006, 5997), ("12.30", 1230), (0, 0), (0.005, 1), (0.004, 0), (1e3, 100_000)],
)
def test_json_amounts_become_fen_through_their_decimal_text(value: object, fen: int) -> None:
    assert fen_of(value, field="total") == fen


@pytest.mark.parametrize("value", [None, True, -0.01, "a", float("nan"), float("inf"), 10**11, [], {}, "1" * 41, ""])
def test_what_is_no_json_amount_is_refused_by_field(value: object) -> None:
    with pytest.raises(InvalidRequest) as refused:
        fen_of(value, field="properties.total")
    assert refused.value.field == "properties.total"


@given(st.integers(0, 10**9))
def test_whole_fen_survive_the_way_through_a_float(fen: int) -> None:
    assert fen_of(fen / 100, field="total") == fen
