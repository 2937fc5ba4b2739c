"""凑单: what is missing for the next tier of an offer, and what it would save."""

from collections.abc import Sequence
from typing import Final

from chalicelib.core.money import format_yuan
from chalicelib.coupons.offers.offer import NextTier
from chalicelib.coupons.offers.rule import Amounts, Rule
from chalicelib.coupons.offers.search import Best, after
from chalicelib.coupons.terms import Every, FreeShipping, Tiers

MOST_TOLD: Final = 5


def next_tiers(rules: Sequence[Rule], best: Best, amounts: Amounts) -> tuple[NextTier, ...]:
    """The tiers that come next, the nearest first: those that would lower the price by more than what they replace."""
    saved_by = {id(step.rule): step.saved for step in best.steps}
    found = []
    for rule in rules:
        base = _judged_on(rule, best, amounts)
        replaced = sum(step.saved for step in best.steps if step.rule is rule or step.rule.clashes(rule))
        tier = _next(rule, base, saved_by.get(id(rule), 0))
        if tier is not None and tier.saves > replaced:
            found.append(tier)
    found.sort(key=lambda tier: (tier.pieces > 0, tier.amount or tier.pieces, -tier.saves, tier.candidate.key))
    return tuple(found[:MOST_TOLD])


def _judged_on(rule: Rule, best: Best, amounts: Amounts) -> Amounts:
    """What is left when the rule's level begins, in the best order."""
    left = amounts
    for step in best.steps:
        if step.rule.level >= rule.level:
            break
        left = after(step, left)
    return left


def _next(rule: Rule, base: Amounts, saved: int) -> NextTier | None:
    missing_pieces = rule.missing_pieces
    threshold = _threshold(rule, rule.judged_amount(base))
    missing = max(0, threshold - rule.judged_amount(base))
    if missing <= 0 and missing_pieces <= 0:
        return None
    if missing > 0 and missing_pieces > 0:
        return None
    saves = _saving_at(rule, base, missing)
    if saves <= saved:
        return None
    if missing > 0:
        message = f"再买 {_yuan(missing)} 元可{_gain(rule, saves)}"
        return NextTier(rule.candidate, saves, amount=missing, message=message)
    return NextTier(
        rule.candidate, saves, pieces=missing_pieces, message=f"再买 {missing_pieces} 件可{_gain(rule, saves)}"
    )


def _threshold(rule: Rule, amount: int) -> int:
    """The next amount from which the offer saves more (0: there is none)."""
    terms = rule.candidate.terms
    steps = [terms.minimum_spend]
    match terms.benefit:
        case Tiers(tiers):
            steps += [max(tier.at_least, terms.minimum_spend) for tier in tiers]
        case Every(every, off, cap):
            whole = amount // every + 1
            if cap is None or whole * off <= cap or (whole - 1) * off < cap:
                steps.append(max(whole * every, terms.minimum_spend))
    return min((step for step in steps if step > amount), default=0)


def _saving_at(rule: Rule, base: Amounts, missing: int) -> int:
    """What the offer would take off with ``missing`` more of goods in scope, all conditions met."""
    more = list(base)
    if rule.judged:
        more[rule.judged[0]] += missing
    parts = rule.parts(more, more)
    return parts if isinstance(parts, int) else sum(parts)


def _gain(rule: Rule, saves: int) -> str:
    return "包邮" if isinstance(rule.candidate.terms.benefit, FreeShipping) else f"减 {_yuan(saves)} 元"


def _yuan(amount: int) -> str:
    """``23.50`` and ``40``, as shops write it."""
    return format_yuan(amount).removeprefix("¥")
