"""Which offers, in which order, leave the lowest price: depth first, with a bound.

An order of offers counts when levels never fall and no two clash. Below each beginning the rest can at most save, clique by
clique of offers that exclude each other, what the best of the clique would save on what is left now: a rule takes less from less
(see ``rule``), so nothing later can beat it, and a beginning whose bound is no better than the best end known is left. Branch and
bound after Land and Doig (1960).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chalicelib.coupons.offers.rule import Amounts, Rule, is_share

BUDGET: Final = 3_000
"""How many times a rule may be worked out; then the best so far is answered, and by how much a better one might differ."""
Score = tuple[int, int, int]
"""What is saved, what the gifts are worth, and minus how many offers it takes: larger is better."""


@dataclass(frozen=True, slots=True)
class Step:
    """An applied rule, its parts line by line (as ``rule.taken``), and the amounts it was judged on."""

    rule: Rule
    parts: Sequence[int]
    base: Amounts

    @property
    def saved(self) -> int:
        return sum(self.parts)


@dataclass(frozen=True, slots=True)
class Best:
    """The steps in their order, what is left, and the most that another choice could save beyond it (0: this is the best)."""

    steps: tuple[Step, ...]
    left: Amounts
    at_most_missed: int
    looked_at: int


def best_of(rules: Sequence[Rule], amounts: Amounts, budget: int = BUDGET) -> Best:
    """The best choice and order. Ties: more gifts, fewer offers, then what was found first."""
    search = _Search(rules, amounts, budget)
    search.run()
    return Best(search.steps, search.left, max(0, search.cut_at - search.best[0]), search.looked_at)


def after(step: Step, left: Amounts) -> Amounts:
    """What a step leaves."""
    rest = list(left)
    for position, part in zip(step.rule.taken, step.parts, strict=True):
        rest[position] -= part
    return rest


class _Search:
    def __init__(self, rules: Sequence[Rule], amounts: Amounts, budget: int) -> None:
        self.rules = rules
        self.clashing = [[one is not other and one.clashes(other) for other in rules] for one in rules]
        self.clique = _cliques(self.clashing)
        self.cliques = max(self.clique, default=-1) + 1
        self.levels = [rule.level for rule in rules]
        self.steps: tuple[Step, ...] = ()
        self.left: Amounts = list(amounts)
        self.best: Score = (0, 0, 0)
        self.cut_at = 0
        self.looked_at = 0
        self.budget = budget
        self.seen: set[tuple[frozenset[int], tuple[int, ...], tuple[int, ...]]] = set()

    def run(self) -> None:
        """Look from the beginning."""
        self._visit(list(range(len(self.rules))), self.left, self.left, (-1, 0), (), frozenset(), (0, 0, 0))

    def _visit(
        self,
        open_rules: Sequence[int],
        left: Amounts,
        base: Amounts,
        level: tuple[int, int],
        steps: tuple[Step, ...],
        used: frozenset[int],
        score: Score,
    ) -> None:
        if score > self.best:
            self.best, self.steps, self.left = score, steps, left
        gains = self._gains(open_rules, left, base, level)
        most = self._bound(gains, score)
        if most <= self.best or not gains:
            return
        if self.looked_at >= self.budget:
            self.cut_at = max(self.cut_at, most[0])
            return
        for index in sorted(gains, key=lambda each: self._promise(each, gains)):
            self._follow(index, gains, left, base, level, steps, used, score)

    def _follow(
        self,
        index: int,
        gains: dict[int, tuple[int, int]],
        left: Amounts,
        base: Amounts,
        level: tuple[int, int],
        steps: tuple[Step, ...],
        used: frozenset[int],
        score: Score,
    ) -> None:
        clashing, own = self.clashing[index], self.levels[index]
        rest = {
            each: gain
            for each, gain in gains.items()
            if each != index and not clashing[each] and self.levels[each] >= own
        }
        saved, worth = gains[index]
        then = (score[0] + saved, score[1] + worth, score[2] - 1)
        # What was gained from more is a bound of what can be gained from less, and is known already.
        if max(then, self._bound(rest, then)) <= self.best:
            return
        judged_on = base if own == level else left
        rule = self.rules[index]
        step = Step(rule, rule.shares(left, judged_on), judged_on)
        remaining, with_it = after(step, left), used | {index}
        place = (with_it, tuple(remaining), tuple(judged_on))
        if place in self.seen:
            return
        self.seen.add(place)
        self._visit(list(rest), remaining, judged_on, own, (*steps, step), with_it, then)

    def _gains(
        self, open_rules: Sequence[int], left: Amounts, base: Amounts, level: tuple[int, int]
    ) -> dict[int, tuple[int, int]]:
        """What each rule that still takes something would save now, and the worth of its gift."""
        gains = {}
        for index in open_rules:
            rule = self.rules[index]
            judged_on = base if self.levels[index] == level else left
            saved = rule.saving(left, judged_on)
            worth = rule.worth if rule.is_given(judged_on) else 0
            if saved or worth:
                gains[index] = (saved, worth)
        self.looked_at += len(open_rules)
        return gains

    def _bound(self, gains: dict[int, tuple[int, int]], score: Score) -> Score:
        """What the score can at most become."""
        if not gains:
            return score
        savings, worths = [0] * self.cliques, [0] * self.cliques
        for index, (saved, worth) in gains.items():
            clique = self.clique[index]
            if saved > savings[clique]:
                savings[clique] = saved
            if worth > worths[clique]:
                worths[clique] = worth
        return score[0] + sum(savings), score[1] + sum(worths), score[2] - 1

    def _promise(self, index: int, gains: dict[int, tuple[int, int]]) -> tuple[tuple[int, int], bool, int, int]:
        """Early levels first (they shut out later ones least), shares before amounts, what saves most first."""
        rule = self.rules[index]
        return self.levels[index], not is_share(rule), -gains[index][0], index


def _cliques(clashing: Sequence[Sequence[bool]]) -> list[int]:
    """A clique for each rule: all of one clique clash with each other. Found greedily; any such partition gives a bound."""
    members: list[list[int]] = []
    own = []
    for index, row in enumerate(clashing):
        number = next((at for at, each in enumerate(members) if all(row[other] for other in each)), len(members))
        if number == len(members):
            members.append([])
        members[number].append(index)
        own.append(number)
    return own
