"""Leaving most documents unscored changes no answer."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.embedded import EmbeddedProductIndex, bits, pruning
from chalicelib.search import (
    Affinity,
    Boost,
    Clause,
    Condition,
    Coverage,
    Document,
    Nudge,
    Operator,
    Plan,
    Requirement,
    Write,
)

TOKENS = "abcdefgh"
NUMBERS = st.sets(st.integers(0, 200))
TEXTS = st.lists(st.text(TOKENS, min_size=0, max_size=12), min_size=1, max_size=60)


def document(name: str, text: str, revision: int) -> Document:
    facets = {"objectID": (name,), "brand": (text[:1] or "none",)}
    views = {view: tuple(text) for view in ("uni", "present")} | {"bi": tuple(text[::2])}
    held = {view: tokens for view, tokens in views.items() if tokens}
    return Document(name, revision, "a", {}, held, facets, {"sales_30d": len(text) % 3})


def plan(query: str, size: int) -> Plan:
    tokens = tuple(dict.fromkeys(query))
    return Plan(
        analysis="a",
        clauses=(Clause("uni", tokens, 1.0), Clause("bi", tokens, 0.4)),
        requirements=((Requirement("present", tokens, 1),),),
        coverage=Coverage("present", tokens),
        affinities=(Affinity("brand", "brand", "c", 0.25),),
        max_factor=1.6,
        boosts=(Boost("3", 2.5),),
        nudges=(
            Nudge(Condition("brand", Operator.IS, "c"), 1.5),
            Nudge(Condition("sales_30d", Operator.AT_LEAST, 1), 0.1),
        ),
        size=size,
    )


@pytest.fixture
def _always_prune(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "WORTHWHILE", 0)


@pytest.mark.usefixtures("_always_prune")
@settings(max_examples=150)
@given(TEXTS, TEXTS, st.text(TOKENS, min_size=1, max_size=6), st.integers(1, 8))
def test_the_best_are_the_best_of_all(before: Sequence[str], texts: Sequence[str], query: str, size: int) -> None:
    index = EmbeddedProductIndex("products")
    index.ensure("a")
    for revision, written in enumerate((before, texts), start=1):
        index.apply([Write(str(at), revision, document(str(at), text, revision)) for at, text in enumerate(written)])
        index.search(plan(query, size))
    everything = index.search(plan(query, 1_000))
    best = index.search(plan(query, size))
    assert best.total == everything.total == len(everything.hits)
    assert best.hits == everything.hits[:size]
    second = index.search(replace(plan(query, size), first=size))
    assert second.hits == everything.hits[size : 2 * size]


@given(NUMBERS)
def test_a_set_gives_back_its_numbers(numbers: set[int]) -> None:
    assert list(bits.numbers_in(bits.of_numbers(numbers))) == sorted(numbers, reverse=True)


@given(st.lists(st.tuples(NUMBERS, st.integers(0, 40)), max_size=8), NUMBERS, st.integers(-1, 100), st.integers(1, 20))
def test_sums_in_slices_are_sums(added: list[tuple[set[int], int]], among: set[int], bound: int, size: int) -> None:
    slices: bits.Slices = []
    for members, amount in added:
        bits.add(slices, bits.of_numbers(members), amount)
    sums = {number: sum(amount for members, amount in added if number in members) for number in among}
    reached = bits.at_least(slices, bound, bits.of_numbers(among))
    assert set(bits.numbers_in(reached)) == {number for number in among if sums[number] >= bound}
    highest = sorted(sums.values(), reverse=True)
    expected = highest[size - 1] if len(highest) >= size else 0
    assert bits.highest_bound(slices, size, bits.of_numbers(among)) == expected
