"""Digests, shards and random ids."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.ids import SeededRandomness, digest, new_id, shard_of

parts = st.lists(st.text(max_size=8), min_size=1, max_size=4)


@given(parts, parts)
def test_two_digests_are_equal_only_when_all_parts_are(one: list[str], other: list[str]) -> None:
    assert (digest(*one) == digest(*other)) == (one == other)


@given(st.text(), st.integers(1, 64))
def test_a_key_always_falls_into_the_same_shard(key: str, shards: int) -> None:
    assert 0 <= shard_of(key, shards) < shards
    assert shard_of(key, shards) == shard_of(key, shards)


def test_shards_are_used_evenly() -> None:
    used = [shard_of(f"shopper-{number}", 4) for number in range(4_000)]
    assert all(800 < used.count(shard) < 1_200 for shard in range(4))


def test_seeded_randomness_repeats_itself_and_never_an_id() -> None:
    one, other = SeededRandomness("demo"), SeededRandomness("demo")
    ids = [new_id(one) for _ in range(100)]
    assert ids == [new_id(other) for _ in range(100)]
    assert len(set(ids)) == 100
