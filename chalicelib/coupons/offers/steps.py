"""What a choice of offers did to a cart, step by step."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from chalicelib.coupons.offers.left import Left
from chalicelib.coupons.offers.rule import Amounts, Rule

Score = tuple[int, int, int]
"""What is saved, what the gifts are worth, and minus how many offers it takes: larger is better."""
NOTHING: Final[Score] = (0, 0, 0)


class Step(NamedTuple):
    """An applied rule, its parts line by line (as ``rule.taken``), and the amounts it was judged on."""

    rule: Rule
    parts: Sequence[int]
    base: Amounts

    @property
    def saved(self) -> int:
        return sum(self.parts)


def after(step: Step, left: Amounts) -> Left:
    """What a step leaves."""
    lines = len(left) - 1
    if len(step.parts) == lines and step.rule.taken[-1] == lines - 1:
        # Of all lines, which most offers are for: no need to look where each part belongs.
        return Left([amount - part for amount, part in zip(left, step.parts, strict=False)] + [left[-1]])
    rest = list(left)
    for position, part in zip(step.rule.taken, step.parts, strict=True):
        rest[position] -= part
    return Left(rest)


def scored(steps: Sequence[Step]) -> Score:
    """How good some steps are."""
    return sum(step.saved for step in steps), sum(step.rule.worth for step in steps), -len(steps)


def replayed(rules: Sequence[Rule], start: Left) -> tuple[tuple[Step, ...], Left]:
    """The steps of rules in their order (levels do not fall), without those that would do nothing, and what they leave."""
    steps: list[Step] = []
    left = base = start
    level: tuple[int, int] | None = None
    for rule in rules:
        if rule.level != level:
            base, level = left, rule.level
        if rule.saving(left, base) or rule.is_given(base):
            steps.append(Step(rule, rule.shares(left, base), base))
            left = after(steps[-1], left)
    return tuple(steps), left
