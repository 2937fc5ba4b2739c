"""Figures of a ranking, as trec_eval computes them."""

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

CUT = 10
_RESAMPLES = 2_000

Judgements = Mapping[str, Mapping[str, int]]
Ranking = Sequence[str]


@dataclass(frozen=True)
class Scores:
    """Means over queries: reciprocal rank, nDCG (gain = grade) and recall of the first ten; share without any hit."""

    mrr: float
    ndcg: float
    recall: float
    zero_rate: float
    reciprocal_ranks: tuple[float, ...]


def judge(rankings: Mapping[str, Ranking], judgements: Judgements) -> Scores:
    """The scores of ``rankings``, one per judged query."""
    ranks = tuple(_reciprocal_rank(ranking, judgements[query]) for query, ranking in rankings.items())
    return Scores(
        mrr=mean(ranks),
        ndcg=mean(_ndcg(ranking, judgements[query]) for query, ranking in rankings.items()),
        recall=mean(_recall(ranking, judgements[query]) for query, ranking in rankings.items()),
        zero_rate=mean(0.0 if ranking else 1.0 for ranking in rankings.values()),
        reciprocal_ranks=ranks,
    )


def _reciprocal_rank(ranking: Ranking, grades: Mapping[str, int]) -> float:
    return next((1 / rank for rank, hit in enumerate(ranking[:CUT], start=1) if grades.get(hit, 0) > 0), 0.0)


def _ndcg(ranking: Ranking, grades: Mapping[str, int]) -> float:
    ideal = sorted(grades.values(), reverse=True)[:CUT]
    return _gain(grades.get(hit, 0) for hit in ranking[:CUT]) / _gain(ideal)


def _gain(grades: Iterable[int]) -> float:
    return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, start=1))


def _recall(ranking: Ranking, grades: Mapping[str, int]) -> float:
    return sum(hit in grades for hit in ranking[:CUT]) / len(grades)


def bootstrap_interval(one: Sequence[float], other: Sequence[float], draw: random.Random) -> tuple[float, float]:
    """The 95% interval of the mean of ``one`` - ``other``, paired by query, by resampling queries."""
    differences = [left - right for left, right in zip(one, other, strict=True)]
    means = sorted(mean(draw.choices(differences, k=len(differences))) for _ in range(_RESAMPLES))
    return means[int(0.025 * _RESAMPLES)], means[int(0.975 * _RESAMPLES) - 1]
