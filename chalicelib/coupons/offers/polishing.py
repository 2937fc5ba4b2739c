"""What a long search has found so far, made better by single changes: an offer more, without those that it excludes."""

from collections.abc import Sequence
from typing import Final

from chalicelib.coupons.offers.left import Left
from chalicelib.coupons.offers.rule import Rule, is_share
from chalicelib.coupons.offers.steps import Step, replayed, scored

MOST_TRIED: Final = 20
"""Orders that are worked out from beginning to end."""


def polished(steps: Sequence[Step], rules: Sequence[Rule], start: Left) -> tuple[tuple[Step, ...], Left]:
    """The steps, or better ones, and what they leave. Each round tries what saves most on its own first."""
    best, left = replayed([step.rule for step in steps], start)
    promising = sorted(rules, key=lambda rule: -rule.saving(start, start))
    tried, is_better = 0, True
    while is_better and tried < MOST_TRIED:
        is_better = False
        for rule in promising:
            chosen = [step.rule for step in best]
            if tried >= MOST_TRIED or any(rule is each for each in chosen):
                continue
            tried += 1
            others = [each for each in chosen if not each.clashes(rule)]
            found, leaves = replayed(_with(rule, others), start)
            if scored(found) > scored(best):
                best, left, is_better = found, leaves, True
    return best, left


def _with(rule: Rule, others: Sequence[Rule]) -> list[Rule]:
    """The rule among others in their order: in its level shares come first, amounts last."""
    before = [each for each in others if each.level < rule.level or (each.level == rule.level and not is_share(rule))]
    return [*before, rule, *(each for each in others if not any(each is one for one in before))]
