"""凑单: what is missing for the next tier of an offer, and what it would save."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chalicelib.core.money import format_yuan
from chalicelib.coupons.offers.left import Left, kept
from chalicelib.coupons.offers.next_pieces import Pieces, next_pieces
from chalicelib.coupons.offers.offer import NextTier
from chalicelib.coupons.offers.rule import Amounts, Rule, Stage
from chalicelib.coupons.offers.search import Best
from chalicelib.coupons.offers.steps import after
from chalicelib.coupons.terms import Every, FreeShipping, Gift, Tiers, in_words

MOST_TOLD: Final = 5


@dataclass(frozen=True, slots=True)
class _Missing:
    """Fen of goods, and pieces; None of the pieces' own kind."""

    amount: int
    pieces: int
    group: Pieces | None


def next_tiers(rules: Sequence[Rule], best: Best, amounts: Amounts) -> tuple[NextTier, ...]:
    """The tiers that come next, the nearest first: those that would lower the price by more than what they replace."""
    found = []
    for rule in rules:
        base = kept(_judged_on(rule, best, amounts))
        replaced = sum(step.saved for step in best.steps if step.rule is rule or step.rule.clashes(rule))
        tier = _next(rule, base, replaced)
        if tier is not None:
            found.append(tier)
    found.sort(key=lambda tier: (tier.pieces > 0, tier.amount or tier.pieces, -tier.gain, tier.candidate.key))
    return tuple(found[:MOST_TOLD])


def _judged_on(rule: Rule, best: Best, amounts: Amounts) -> Amounts:
    """What is left when the rule's level begins, in the best order."""
    left = amounts
    for step in best.steps:
        if step.rule.level >= rule.level:
            break
        left = after(step, left)
    return left


def _next(rule: Rule, base: Left, replaced: int) -> NextTier | None:
    missing = _missing(rule, base)
    if missing.amount <= 0 and missing.pieces <= 0:
        return None
    saves = _saving_at(rule, base, missing)
    is_worth_it = saves > replaced if saves is not None else not replaced
    if not is_worth_it:
        return None
    return NextTier(
        rule.candidate,
        saves or 0,
        amount=missing.amount,
        pieces=missing.pieces,
        message=f"再买 {_said(missing)}{_gain(rule, saves, missing)}",
        gain=(saves or 0) - replaced,
        wanted=missing.group.wanted if missing.group else (),
    )


def _missing(rule: Rule, base: Left) -> _Missing:
    judged = rule.judged_amount(base)
    group = next_pieces(rule, base) if rule.missing_pieces <= 0 else None
    pieces = group.missing if group else max(0, rule.missing_pieces)
    threshold = rule.minimum_spend if judged < rule.minimum_spend else 0 if pieces else _threshold(rule, judged)
    return _Missing(max(0, threshold - judged), pieces, group)


def _threshold(rule: Rule, amount: int) -> int:
    """The next amount from which the offer saves more (0: there is none)."""
    steps: list[int] = []
    match rule.candidate.terms.benefit:
        case Tiers(tiers):
            steps += [tier.at_least for tier in tiers]
        case Every(every, off, cap):
            whole = amount // every + 1
            if cap is None or whole * off <= cap or (whole - 1) * off < cap:
                steps.append(whole * every)
    return min((step for step in steps if step > amount), default=0)


def _saving_at(rule: Rule, base: Left, missing: _Missing) -> int | None:
    """What the offer would take off with what is missing; None when nobody can say: a gift, or goods without a price yet."""
    if isinstance(rule.candidate.terms.benefit, Gift):
        return None
    if missing.group is not None:
        return missing.group.saves
    more = list(base)
    # Prices and pieces save on what is there: what else is bought is not of it.
    if rule.judged and rule.stage >= Stage.ORDER:
        more[rule.judged[0]] += missing.amount
    parts = rule.parts(Left(more), Left(more))
    return parts if isinstance(parts, int) else sum(parts)


def _said(missing: _Missing) -> str:
    if missing.amount and missing.pieces:
        return f"{missing.pieces} 件且满 {_yuan(missing.amount)} 元"
    return f"{_yuan(missing.amount)} 元" if missing.amount else f"{missing.pieces} 件"


def _gain(rule: Rule, saves: int | None, missing: _Missing) -> str:
    benefit = rule.candidate.terms.benefit
    match benefit:
        case FreeShipping(cap=None):
            return "可包邮"
        case FreeShipping():
            return f"可减运费 {_yuan(saves or 0)} 元"
        case Gift(quantity=quantity):
            return f"可得赠品 {quantity} 件"
    if missing.group is not None:
        return f"可享{in_words(benefit)}"
    return f"可减 {_yuan(saves or 0)} 元"


def _yuan(amount: int) -> str:
    """``23.50`` and ``40``, as shops write it."""
    return format_yuan(amount).removeprefix("¥")
