"""What a beginning of offers can at most become: the search goes no further where that is not better than what it has.

At most one of a clique (offers that all exclude each other) counts, and a rule takes no less from more; so the best of each
clique on what is left now is a bound. A tighter one: what is spread over all goods leaves each line the same share c of what it
was (and a fen). Prices, pieces and shares without a cap then take at most c times as much, for they are sums of sorted amounts,
or of what stands above a fixed price. So of those on all goods each leaves at least the share that it would leave now, in any
order and whatever comes between, and together they leave the product of these shares.
"""

from collections.abc import Sequence
from typing import Final

from chalicelib.coupons.offers.rule import Rule, Stage
from chalicelib.coupons.offers.steps import Score
from chalicelib.coupons.terms import BundlePrice, BuyGet, FlashSale, MemberPrice, NthItem, PercentOff

Gains = dict[int, tuple[int, int]]
"""By rule, what it would save now (or at most), and the worth of its gift."""
_FEW: Final = 10
_MOST_CHOICES: Final = 6
"""Groups whose choices are compared, each a rule on all goods or the others: two to their number."""


class Bounds:
    """The bounds for the rules of one cart."""

    def __init__(self, rules: Sequence[Rule], lines: int, clashing: Sequence[Sequence[bool]], gains: Gains) -> None:
        """``gains`` are those of a cart of so many ``lines`` before any offer."""
        self.clique = _cliques(clashing, [gains[each][0] if each in gains else 0 for each in range(len(rules))])
        self._cliques = max(self.clique, default=-1) + 1
        # A clique is of one group, but for what clashes with everything.
        numbers: dict[str, int] = {}
        self._groups = [numbers.setdefault(rule.group, len(numbers)) for rule in rules]
        self._group_of: dict[int, int] = {}
        for rule, clique, group in zip(rules, self.clique, self._groups, strict=True):
            if clique not in self._group_of or not rule.candidate.terms.is_exclusive:
                self._group_of[clique] = group
        self._groups = [self._group_of[clique] for clique in self.clique]
        self._lines = lines
        every = tuple(range(lines))
        self.spreads = [rule.taken == every and rule.stage in (Stage.PIECES, Stage.ORDER) for rule in rules]
        self._shrinks = [_shrinks(rule) for rule in rules]
        self._chains = [all(both) for both in zip(self.spreads, self._shrinks, strict=True)]
        chaining = [group for group, chains in zip(self._groups, self._chains, strict=True) if chains]
        # Of few offers that do not join up there is little to gain.
        self.is_tighter = len(set(chaining)) > 1 or len(rules) > _FEW
        # A line is rounded to a fen, and its pieces twice, before and after: that much a product may be wrong.
        self._rounded = 3 * max((_pieces(rule) for rule in rules), default=0)

    def scored(self, gains: Gains, score: Score) -> Score:
        """What the score can at most become, clique by clique."""
        if not gains:
            return score
        savings, worths, cliques = [0] * self._cliques, [0] * self._cliques, self.clique
        for index, (saved, worth) in gains.items():
            clique = cliques[index]
            if saved > savings[clique]:
                savings[clique] = saved
            if worth > worths[clique]:
                worths[clique] = worth
        return score[0] + sum(savings), score[1] + sum(worths), score[2] - 1

    def scaled(self, gains: Gains, stays: int, goods: int) -> Gains:
        """What rules can at most save once one spread over all ``goods`` left ``stays`` of them."""
        shrinks, slack = self._shrinks, self._lines + self._rounded
        found = {}
        for each, gain in gains.items():
            if shrinks[each]:
                less = gain[0] * stays // goods + slack
                if less < gain[0]:
                    gain = (less, gain[1])
            found[each] = gain
        return found

    def saving(self, gains: Gains, goods: int) -> int:
        """What all of them together can at most save of ``goods`` (and of shipping): the product, or the sum of the cliques."""
        chained: dict[int, int] = {}
        others: dict[int, int] = {}
        cliques, groups, chains = self.clique, self._groups, self._chains
        for index, (saved, _) in gains.items():
            kept, of = (chained, groups[index]) if chains[index] else (others, cliques[index])
            if saved > kept.get(of, 0):
                kept[of] = saved
        if len(chained) < 2 or goods <= 0:
            return self._summed(chained, others)
        beside = dict.fromkeys(chained, 0)
        plain = 0
        for clique, saved in others.items():
            group = self._group_of[clique]
            if group in beside:
                beside[group] += saved
            else:
                plain += saved
        return plain + self._together([(saved, beside[group]) for group, saved in chained.items()], goods)

    def _summed(self, chained: dict[int, int], others: dict[int, int]) -> int:
        """A rule on all goods stands alone in its group: it or the others of the group count."""
        sums: dict[int, int] = {}
        for clique, saved in others.items():
            group = self._group_of[clique]
            sums[group] = sums.get(group, 0) + saved
        for group, saved in chained.items():
            sums[group] = max(saved, sums.get(group, 0))
        return sum(sums.values())

    def _together(self, choices: Sequence[tuple[int, int]], goods: int) -> int:
        """The most that one rule of each clique saves: the first of a pair is on all goods, the other stands beside it."""
        number = len(choices)
        summed = sum([max(choice) for choice in choices])
        if number > _MOST_CHOICES:
            return summed
        found = [(1.0, 0)]
        for saved, other in choices:
            stays = max(0.0, 1 - saved / goods)
            taken = [(share * stays, beside) for share, beside in found]
            found = taken + [(share, beside + other) for share, beside in found] if other else taken
        # Each step leaves lines up to a fen dearer than their share, and the next ones see that.
        slack = number * (number * (number + 1) * self._lines + self._rounded) + 1
        return min(summed, int(max([goods * (1 - share) + beside for share, beside in found])) + slack)


def _pieces(rule: Rule) -> int:
    return sum(sum(place.quantities) for place in (rule.selection, *rule.places))


def _shrinks(rule: Rule) -> bool:
    """Whether the rule takes at most a share c of what it takes now from goods that all cost a share c of what they do now."""
    match rule.candidate.terms.benefit:
        case MemberPrice() | FlashSale() | NthItem() | BuyGet() | BundlePrice() | PercentOff(cap=None):
            return True
    return False


def _cliques(clashing: Sequence[Sequence[bool]], savings: Sequence[int]) -> list[int]:
    """A clique for each rule: all of one clique clash with each other. Any such partition gives a bound; this one is greedy,
    those that save most first, so that they share cliques."""
    members: list[list[int]] = []
    own = [0] * len(clashing)
    for index in sorted(range(len(clashing)), key=lambda each: -savings[each]):
        row = clashing[index]
        number = next((at for at, each in enumerate(members) if all(row[other] for other in each)), len(members))
        if number == len(members):
            members.append([])
        members[number].append(index)
        own[index] = number
    return own
