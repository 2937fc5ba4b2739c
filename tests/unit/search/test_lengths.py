"""Lengths are forgotten as Lucene forgets them."""

import pytest

from chalicelib.adapters.embedded.lengths import stored_length


@pytest.mark.parametrize(
    # From org.apache.lucene.util.SmallFloat: the table that BM25Similarity decodes norms with.
    ("length", "stored"),
    [
        (0, 0),
        (1, 1),
        (39, 39),
        (40, 40),
        (41, 40),
        (42, 42),
        (49, 48),
        (55, 54),
        (57, 56),
        (60, 60),
        (100, 96),
        (1000, 984),
    ],
)
def test_known_lengths(length: int, stored: int) -> None:
    assert stored_length(length) == stored


def test_a_stored_length_never_grows_and_never_exceeds_the_true_one() -> None:
    stored = [stored_length(length) for length in range(5_000)]
    assert stored == sorted(stored)
    assert all(kept <= length for length, kept in enumerate(stored))
