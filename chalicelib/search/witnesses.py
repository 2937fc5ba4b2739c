"""Products that hold every word of a query: counted with the first answer, so that did-you-mean need not ask for them."""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.search.document import RECALL
from chalicelib.search.plan import Plan, Requirement
from chalicelib.search.rungs import Climb, Rung


def holding(words: Sequence[str]) -> Requirement:
    """Every one of ``words``, wherever it stands."""
    distinct = tuple(dict.fromkeys(words))
    return Requirement(RECALL, distinct, len(distinct))


def witnessing(plan: Plan, words: Sequence[str]) -> Plan:
    """``plan`` with the products that hold ``words`` counted, where that tells a query that is meant as it stands: a word of one
    character never does."""
    is_telling = bool(words) and all(len(word) > 1 for word in words)
    return replace(plan, witnessed=holding(words)) if is_telling else plan


def witnesses(climb: Climb, words: Sequence[str]) -> int | None:
    """How many products hold ``words`` as far as the answer of ``climb`` tells: exact, but for filters and model codes, beside
    which it may be fewer than there are. None when it does not tell."""
    plan, count = climb.plan, climb.found.witnesses
    if count is None or climb.rung is not Rung.AS_ASKED or plan.witnessed != holding(words):
        return None
    # A query finds whatever holds all its words, so what it does not count is not there.
    is_exact = not plan.filters and len(plan.requirements) == 1
    return count if count or is_exact else None
