"""Which documents can be among the best at all: the others need no score.

As MaxScore and WAND do, by upper bounds per token, but for all documents at once: the bounds of the tokens a document
holds are added in bit slices (``bits``), rounded up to whole steps. A few documents with the highest bounds are scored;
whoever cannot reach the last of them is out.
Source of the idea: Turtle and Flood, Query evaluation: strategies and optimizations, 1995 (MaxScore).
"""

import heapq
import math
from collections.abc import Callable, Collection

from chalicelib.adapters.embedded import bits
from chalicelib.adapters.embedded.version import IndexVersion
from chalicelib.search import Plan

_STEPS = 128
"""Steps of the largest possible sum: with 512 there are two more slices to add up, with 64 more documents to score."""
WORTHWHILE = 256
"""Fewer documents than this are scored at once."""

Scored = Callable[[Collection[int]], dict[int, float]]


def best_scores(version: IndexVersion, plan: Plan, among: int, wanted: int, scored: Scored) -> dict[int, float]:
    """The scores of some of ``among``: surely of the ``wanted`` best by ``scored``, and of those of equal score.

    ``scored`` must be the plan's score, or less.
    """
    bounds = list(version.bounds(plan))
    highest = sum(bound for _, bound in bounds)
    if not highest or among.bit_count() <= max(WORTHWHILE, wanted):
        return scored(list(bits.numbers_in(among)))
    slices: bits.Slices = []
    for members, bound in bounds:
        bits.add(slices, members, math.ceil(bound / highest * _STEPS))
    parts = list(version.covered(plan.coverage, among))
    looked_at = _promising(slices, [part for part, _ in parts], wanted)
    scores = scored(list(bits.numbers_in(looked_at)))
    bar = heapq.nlargest(wanted, scores.values())[-1]
    # A boost lies outside the bounds: its few products are scored in any case.
    reaching = bits.of_numbers(version.numbers_of(boost.object_id for boost in plan.boosts)) & among
    most = max(plan.max_factor, 1.0) * (1.0 + sum(nudge.gain for nudge in plan.nudges))
    for part, factor in parts:
        needed = bar / (factor * most) / highest * _STEPS
        reaching |= bits.at_least(slices, math.floor(needed * (1 - 1e-9)), part)
    return scores | scored(list(bits.numbers_in(reaching & ~looked_at)))


def _promising(slices: bits.Slices, parts: list[int], wanted: int) -> int:
    """At least ``wanted`` documents with high bounds; their scores set the bar for the others."""
    looked_at = 0
    for part in parts:
        lacking = wanted - looked_at.bit_count()
        if lacking <= 0:
            break
        looked_at |= bits.at_least(slices, bits.highest_bound(slices, lacking, part), part)
    return looked_at
