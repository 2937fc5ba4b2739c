"""Which offers, in which order, leave the lowest price: depth first, with a bound.

An order of offers counts when levels never fall and no two clash. Below each beginning the rest can at most save, clique by
clique of offers that exclude each other, what the best of the clique would save on what is left now: a rule takes less from less
(see ``rule``), so nothing later can beat it, and a beginning whose bound is no better than the best end known is left. ``bounds``
has a tighter one. Branch and bound after Land and Doig (1960).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from chalicelib.coupons.offers.bounds import Bounds, Gains
from chalicelib.coupons.offers.left import Left, kept
from chalicelib.coupons.offers.polishing import polished
from chalicelib.coupons.offers.rule import Amounts, Rule, is_share
from chalicelib.coupons.offers.steps import NOTHING, Score, Step, after, scored

BUDGET: Final = 3_300
"""How many times a rule may be worked out; then the best so far is answered, and by how much a better one might differ."""
_A_PLACE: Final = 8
"""What making a place costs, in times of working a rule out."""
_FIRST: Final = 3
"""How many of the most promising rules are worked out before the bound is looked at."""
_SAVED: Final = itemgetter(1)


@dataclass(frozen=True, slots=True)
class Best:
    """The steps in their order, what is left, and the most that another choice could save beyond it (0: this is the best)."""

    steps: tuple[Step, ...]
    left: Amounts
    at_most_missed: int
    looked_at: int


def best_of(rules: Sequence[Rule], amounts: Amounts, budget: int = BUDGET) -> Best:
    """The best choice and order. Ties: more gifts, fewer offers, then what was found first."""
    start = kept(amounts)
    search = _Search(rules, start, budget)
    search.run()
    missed = max(0, search.cut_at - search.best[0])
    return Best(search.steps, search.left, missed, search.looked_at)


class _Search:
    def __init__(self, rules: Sequence[Rule], left: Left, budget: int) -> None:
        self.rules = rules
        self.levels = [rule.level for rule in rules]
        clashing = [[one is not other and one.clashes(other) for other in rules] for one in rules]
        self.may_follow = [
            [
                one is not other and not clashes and other.level >= one.level
                for other, clashes in zip(rules, row, strict=True)
            ]
            for one, row in zip(rules, clashing, strict=True)
        ]
        self.beginning = _Place(left, left, (-1, 0), (), 0, NOTHING)
        self.looked_at = 0
        self.gains: Gains = {}
        self._work_out(range(len(rules)), self.beginning, self.gains)
        self.bounds = Bounds(rules, len(left) - 1, clashing, self.gains)
        # Early levels first (they shut out later ones least), shares before amounts, then what saves most.
        self.standing = [(rule.level, not is_share(rule)) for rule in rules]
        self.steps: tuple[Step, ...] = ()
        self.left = left
        self.best: Score = NOTHING
        self.cut_at = 0
        self.budget = budget
        self.is_polished = False
        self.seen: set[tuple[int, tuple[int, ...], tuple[int, ...]]] = set()

    def run(self) -> None:
        """Look from the beginning."""
        self._go_on(self.gains, self.beginning)

    def _visit(self, at_most: Gains, place: "_Place") -> None:
        """``at_most`` are the rules that may follow, with bounds of their gains."""
        if place.score > self.best:
            self.best, self.steps, self.left = place.score, place.steps, place.left
        gains: Gains = {}
        promising = sorted(at_most, key=lambda each: at_most[each][0], reverse=True)
        first, rest = promising[:_FIRST], promising[_FIRST:]
        self._work_out(first, place, gains)
        if len(rest) > 1:
            # What saves most changes the bound most: often nothing else needs to be worked out.
            reach = self.bounds.saving(gains | {each: at_most[each] for each in rest}, place.goods)
            if place.score[0] + reach < self.best[0]:
                return
        self._work_out(rest, place, gains)
        self._go_on(gains, place)

    def _go_on(self, gains: Gains, place: "_Place") -> None:
        most = self.bounds.scored(gains, place.score)
        if most <= self.best:
            return
        reach = most[0]
        if self.bounds.is_tighter:
            reach = min(reach, place.score[0] + self.bounds.saving(gains, place.goods))
            if reach < self.best[0]:
                return
        if self.looked_at >= self.budget // 2 and not self.is_polished:
            self._polish()
        if self.looked_at >= self.budget:
            self.cut_at = max(self.cut_at, reach)
            return
        ranked = [(each, gain[0], 1 << self.bounds.clique[each]) for each, gain in gains.items()]
        ranked.sort(key=_SAVED, reverse=True)
        for index in sorted(gains, key=lambda each: (self.standing[each], -gains[each][0], each)):
            saved, worth = gains[index]
            before = place.score
            score = (before[0] + saved, before[1] + worth, before[2] - 1)
            # What was gained from more is a bound of what can be gained from less, and is known already.
            if self._may_win(index, gains, ranked, score):
                self._follow(index, gains, place, score)

    def _polish(self) -> None:
        """A long search is shortened by a better answer, and one that has to stop answers it."""
        self.is_polished = True
        steps, left = polished(self.steps, self.rules, self.beginning.left)
        if scored(steps) > self.best:
            self.best, self.steps, self.left = scored(steps), steps, left

    def _follow(self, index: int, gains: Gains, place: "_Place", score: Score) -> None:
        may_follow = self.may_follow[index]
        at_most = {each: gain for each, gain in gains.items() if may_follow[each]}
        if self.bounds.is_tighter and self.bounds.spreads[index] and place.goods:
            stays = place.goods - gains[index][0]
            at_most = self.bounds.scaled(at_most, stays, place.goods)
            if score[0] + self.bounds.saving(at_most, stays) < self.best[0]:
                return
        then = place.then(index, self.rules[index], score)
        # Places of one name go on alike.
        name = (then.used, then.left.key, then.base.key)
        if name in self.seen:
            return
        self.seen.add(name)
        self.looked_at += _A_PLACE
        self._visit(at_most, then)

    def _work_out(self, open_rules: Iterable[int], place: "_Place", gains: Gains) -> None:
        """Add what each rule that still takes something would save now, and the worth of its gift."""
        left, base, level, levels, rules = place.left, place.base, place.level, self.levels, self.rules
        for index in open_rules:
            rule = rules[index]
            judged_on = base if levels[index] == level else left
            saved = rule.saving_now(left, judged_on)
            worth = rule.worth if rule.worth and rule.is_given(judged_on) else 0
            self.looked_at += 1
            if saved or worth:
                gains[index] = (saved, worth)

    def _may_win(self, index: int, gains: Gains, ranked: Sequence[tuple[int, int, int]], score: Score) -> bool:
        """Whether with all that may follow a rule more than the best is in reach: of each clique what saves most, ``ranked``
        by that."""
        missing = self.best[0] - score[0]
        may_follow = self.may_follow[index]
        counted = 0
        for each, saved, clique in ranked:
            if may_follow[each] and not counted & clique:
                counted |= clique
                missing -= saved
                if missing < 0:
                    return True
        if missing > 0:
            return False
        rest = {each: gain for each, gain in gains.items() if may_follow[each]}
        return max(score, self.bounds.scored(rest, score)) > self.best


class _Place:
    """A beginning: what was taken, what is left of it, and what rules of its level are judged on. ``used`` is a set of bits."""

    def __init__(
        self, left: Left, base: Left, level: tuple[int, int], steps: tuple[Step, ...], used: int, score: Score
    ) -> None:
        self.left, self.base, self.level, self.steps, self.used, self.score = left, base, level, steps, used, score
        self.goods = sum(left) - left[-1]

    def then(self, index: int, rule: Rule, score: Score) -> "_Place":
        """The beginning with one more rule."""
        base = self.base if rule.level == self.level else self.left
        step = Step(rule, rule.shares(self.left, base), base)
        return _Place(after(step, self.left), base, rule.level, (*self.steps, step), self.used | 1 << index, score)
