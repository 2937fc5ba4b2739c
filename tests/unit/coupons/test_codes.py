"""Codes are unguessable, and slips of the finger are noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.ids import SecureRandomness, SeededRandomness
from chalicelib.coupons import CouponCodeMistyped, draw_code, read_code
from chalicelib.coupons.codes import ALPHABET, DRAWN_CHARACTERS


def test_a_code_carries_more_than_64_random_bits_without_look_alikes() -> None:
    assert len(ALPHABET) ** DRAWN_CHARACTERS > 2**64
    assert not set("01OIL") & set(ALPHABET)


def test_codes_differ_and_use_the_whole_alphabet_in_every_place() -> None:
    codes = {draw_code(SecureRandomness()) for _ in range(2_000)}
    assert len(codes) == 2_000
    for place in range(DRAWN_CHARACTERS):
        assert {code[place] for code in codes} == set(ALPHABET)


@given(st.text(min_size=1), st.integers(0, DRAWN_CHARACTERS), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(seed: str, place: int, wrong: str) -> None:
    code = draw_code(SeededRandomness(seed))
    mistyped = code[:place] + wrong + code[place + 1 :]
    if mistyped == code:
        assert read_code(mistyped) == code
    else:
        with pytest.raises(CouponCodeMistyped):
            read_code(mistyped)


@given(st.text(min_size=1), st.integers(0, DRAWN_CHARACTERS - 1))
def test_two_swapped_neighbours_are_noticed(seed: str, place: int) -> None:
    code = draw_code(SeededRandomness(seed))
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if swapped != code:
        with pytest.raises(CouponCodeMistyped):
            read_code(swapped)


def test_a_code_is_read_in_any_case_with_spaces_and_dashes() -> None:
    code = draw_code(SeededRandomness("any"))
    assert read_code(f" {code[:4].lower()}-{code[4:9]} {code[9:]}") == code


@pytest.mark.parametrize("typed", ["", "A", "优惠券优惠券优惠券优惠券优惠", "0" * 14, "A" * 15, "ß" * 14])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(CouponCodeMistyped):
        read_code(typed)
