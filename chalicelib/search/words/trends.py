"""From counted days of searches to what is suggested and what is hot."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

from chalicelib.search.model import QueryDay
from chalicelib.search.ports import QueryCounts
from chalicelib.search.text import fold
from chalicelib.search.words.lexicon import Searched

DAYS = 8
"""Today, and a week to compare it with."""
HALF_LIFE_DAYS = 3.0
MAX_BURST = 5.0
MOST_SEARCHED = 1_000
SMOOTHING = 3.0
"""Searches a day added on both sides of a ratio, so that two searches after none are no sensation."""


def searched(
    counts: QueryCounts,
    today: date,
    min_shoppers: int,
    cut: Callable[[str], Sequence[str]],
) -> list[Searched]:
    """The queries of the last ``DAYS`` worth suggesting: made by ``min_shoppers`` on at least one day, not always in
    vain.

    ``weight`` halves every ``HALF_LIFE_DAYS``; ``burst`` is today's searches over the daily mean of the week before, both
    with ``SMOOTHING``, between 1 and ``MAX_BURST``.
    """
    days: dict[str, dict[int, QueryDay]] = defaultdict(dict)
    for age in range(DAYS):
        for each in counts.on(today - timedelta(days=age)):
            days[fold(each.query).strip()][age] = each
    ranked = sorted(
        ((_weight(seen), query) for query, seen in days.items() if query and _is_common(seen.values(), min_shoppers)),
        key=lambda each: (-each[0], each[1]),
    )
    return [
        Searched(query, tuple(cut(query)), round(weight, 3), round(_burst(days[query]), 3))
        for weight, query in ranked[:MOST_SEARCHED]
    ]


def _is_common(seen: Iterable[QueryDay], min_shoppers: int) -> bool:
    # Distinct shoppers of several days cannot be added up: one day must have enough of them.
    found = [each for each in seen if each.empty < each.searches]
    return max((each.shoppers for each in found), default=0) >= min_shoppers


def _weight(seen: dict[int, QueryDay]) -> float:
    return sum(each.searches * math.exp2(-age / HALF_LIFE_DAYS) for age, each in seen.items())


def _burst(seen: dict[int, QueryDay]) -> float:
    today = seen[0].searches if 0 in seen else 0
    before = sum(each.searches for age, each in seen.items() if age) / (DAYS - 1)
    return min(max((today + SMOOTHING) / (before + SMOOTHING), 1.0), MAX_BURST)
