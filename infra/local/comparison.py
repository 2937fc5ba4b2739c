"""Search beside the baselines of the same run: figures, the paired interval, and which queries were won and lost."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from infra.local.baselines import MIX
from infra.local.relevance import CUT, Scores, bootstrap_interval


@dataclass(frozen=True)
class Changed:
    """A query whose first relevant hit stands elsewhere: reciprocal ranks in the baseline and in search."""

    query: str
    before: float
    after: float


def changed(queries: Sequence[str], before: Scores, after: Scores) -> list[Changed]:
    """The queries that search ranks otherwise than the baseline, the greatest gain first. ``queries`` in the scores' order."""
    every = (Changed(*each) for each in zip(queries, before.reciprocal_ranks, after.reciprocal_ranks, strict=True))
    return sorted((each for each in every if each.before != each.after), key=lambda each: each.before - each.after)


def add_rows(table: Table, rows: Mapping[str, Scores]) -> None:
    """A line of figures per name."""
    for name, scores in rows.items():
        figures = (scores.mrr, scores.ndcg, scores.recall, scores.zero_rate)
        table.add_row(name, *(f"{figure:.4f}" for figure in figures))


def say(queries: Sequence[str], baselines: Mapping[str, Scores], search: Scores, console: Console) -> None:
    """Print what is gained on each baseline, and each query won from and lost to the best of them."""
    for name, scores in baselines.items():
        low, high = bootstrap_interval(search.reciprocal_ranks, scores.reciprocal_ranks, random.Random(1))
        console.print(
            f"MRR@{CUT} {search.mrr - scores.mrr:+.4f} to {name} (paired bootstrap, 95%: {low:+.4f} to {high:+.4f})"
        )
    moved = changed(queries, baselines[MIX], search)
    for title, some in (
        ("won from", [each for each in moved if each.after > each.before]),
        ("lost to", [each for each in moved if each.after < each.before]),
    ):
        console.print(f"{len(some)} queries {title} {MIX}:")
        for each in some:
            console.print(f"  {each.query}  {_place(each.before)} -> {_place(each.after)}", markup=False)


def _place(reciprocal_rank: float) -> str:
    return f"place {round(1 / reciprocal_rank)}" if reciprocal_rank else f"not in the first {CUT}"
