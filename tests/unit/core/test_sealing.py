"""Sealed text: the same for a retry, different for others, worthless to whoever has no key."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.memory.data_keys import MemoryDataKeys
from chalicelib.core.ids import SeededRandomness
from chalicelib.core.sealing import SealBroken, Sealer, is_sealed

TEXTS = st.text(min_size=1).filter(lambda text: text.isprintable())


def shop_keys(seed: str = "shop") -> MemoryDataKeys:
    return MemoryDataKeys(SeededRandomness(seed))


@settings(max_examples=40, deadline=None)
@given(TEXTS, st.text())
def test_what_is_sealed_opens_and_is_the_same_each_time(text: str, context: str) -> None:
    keys = shop_keys()
    token = Sealer(keys).seal(text, context)
    assert is_sealed(token)
    assert Sealer(keys).open(token) == text
    assert Sealer(keys).seal(text, context) == token
    assert Sealer(keys).seal(token, "another") == token


def test_two_shoppers_with_one_address_do_not_show_it() -> None:
    sealer = Sealer(shop_keys())
    assert sealer.seal("li@example.com", "li") != sealer.seal("li@example.com", "wang")


def test_old_tokens_open_after_a_rotation_and_hashes_stay() -> None:
    keys = shop_keys()
    sealer = Sealer(keys)
    before, hashed = sealer.seal("li@example.com", "li"), sealer.blind("li@example.com")
    assert keys.rotate() == "k2"
    after = sealer.seal("li@example.com", "li")
    assert (before[:13], after[:13]) == ("sealed:v1:k1:", "sealed:v1:k2:")
    assert sealer.open(before) == sealer.open(after) == "li@example.com"
    assert sealer.blind("li@example.com") == hashed


def test_no_bit_of_a_token_can_be_changed() -> None:
    sealer = Sealer(shop_keys())
    token = sealer.seal("li@example.com", "li")
    head, _, body = token.rpartition(":")
    sealed = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        forged = f"{head}:{base64.urlsafe_b64encode(changed).decode().rstrip('=')}"
        with pytest.raises(SealBroken):
            sealer.open(forged)


@pytest.mark.parametrize(
    "text", ["", "li@example.com", "sealed:v1:", "sealed:v1:k9:" + "A" * 40, "sealed:v1:k1:" + "é" * 30]
)
def test_what_is_no_token_does_not_open_and_stays_as_it_is(text: str) -> None:
    sealer = Sealer(shop_keys())
    with pytest.raises(SealBroken):
        sealer.open(text)
    assert sealer.opened({"a": [text, 5, None, True]}) == {"a": [text, 5, None, True]}
    assert sealer.opened_within(f"an {text}.") == f"an {text}."


def test_neither_another_shop_nor_another_purpose_opens_a_token() -> None:
    keys = shop_keys()
    token = Sealer(keys).seal("li@example.com", "li")
    for stranger in (Sealer(shop_keys("another")), Sealer(keys).for_purpose("unsubscribe")):
        with pytest.raises(SealBroken):
            stranger.open(token)


def test_a_text_that_only_looks_sealed_is_sealed() -> None:
    sealer = Sealer(shop_keys())
    forged = "sealed:v1:k1:" + "A" * 40
    assert sealer.open(sealer.seal(forged, "li")) == forged


def test_a_key_does_not_show_its_secret() -> None:
    key = shop_keys().current()
    assert repr(key) == "DataKey(key_id='k1')"
