"""The best offer for a cart: who may count, the search, and the account of it."""

from collections.abc import Sequence
from typing import Final

from chalicelib.core.errors import TooLarge
from chalicelib.coupons.offers.cart import MAX_CANDIDATES, Candidate, Cart, Context
from chalicelib.coupons.offers.eligibility import refusal
from chalicelib.coupons.offers.left import Left
from chalicelib.coupons.offers.next_tiers import next_tiers
from chalicelib.coupons.offers.offer import Applied, LinePrice, NotApplied, Offer
from chalicelib.coupons.offers.reasons import Reason
from chalicelib.coupons.offers.rule import Amounts, Rule, rules_of
from chalicelib.coupons.offers.search import BUDGET, Best, best_of
from chalicelib.coupons.offers.steps import Step

MAX_SEARCHED: Final = 30
"""Offers that are searched among. Of more, those that would save most on their own are."""


def best_offer(cart: Cart, candidates: Sequence[Candidate], context: Context, budget: int = BUDGET) -> Offer:
    """The lowest price for ``cart``: which candidates count, in which order, and why the others do not.

    Exact within ``MAX_SEARCHED`` candidates that may count and ``budget`` (see ``Offer.at_most_missed``). Raises ``TooLarge``
    over ``MAX_CANDIDATES`` candidates.
    """
    if len(candidates) > MAX_CANDIDATES:
        raise TooLarge(f"at most {MAX_CANDIDATES} offers are compared", field="coupons")
    amounts = Left([*[line.amount for line in cart.lines], cart.shipping])
    rules, reasons = _admitted(cart, candidates, context)
    searched, left_out = _most_promising(rules, amounts)
    best = best_of(searched, amounts, budget)
    missed = min(best.at_most_missed + sum(rule.saving(amounts, amounts) for rule in left_out), sum(best.left))
    reasons |= {id(rule.candidate): reason for rule in rules if (reason := _why_not(rule, best, amounts))}
    reasons |= {id(rule.candidate): Reason.TOO_MANY for rule in left_out}
    left_over = tuple(NotApplied(each, reasons[id(each)]) for each in candidates if id(each) in reasons)
    return _account(cart, best, left_over, searched, amounts, missed)


def _admitted(cart: Cart, candidates: Sequence[Candidate], context: Context) -> tuple[list[Rule], dict[int, Reason]]:
    """The rules of those that may count, and why the others may not. Of coupons that promise the same, where only one can
    count, it is the one that expires first."""
    reasons: dict[int, Reason] = {}
    may_count = []
    for candidate in sorted(candidates, key=lambda each: (each.expires_at, each.key)):
        reason = refusal(candidate, cart, context)
        if reason is None:
            may_count.append(candidate)
        else:
            reasons[id(candidate)] = reason
    rules: list[Rule] = []
    for rule in rules_of(may_count, cart):
        if any(rule.is_same_as(one) for one in rules):
            reasons[id(rule.candidate)] = Reason.SAME_AS_ANOTHER
        else:
            rules.append(rule)
    return rules, reasons


def _most_promising(rules: Sequence[Rule], amounts: Amounts) -> tuple[list[Rule], list[Rule]]:
    """The rules that are searched among, and those that are left out: searched are the best of each group, then whatever would
    save most on its own, of equals the one that expires first. What takes and gives nothing on the whole cart never will, and
    is no loss."""
    if len(rules) <= MAX_SEARCHED:
        return list(rules), []
    worth = {id(rule): (rule.saving(amounts, amounts), rule.worth * rule.is_given(amounts)) for rule in rules}
    ranked = sorted((rule for rule in rules if any(worth[id(rule)])), key=lambda rule: worth[id(rule)], reverse=True)
    # Mostly one of a group counts: a hundred coupons of one must not push free shipping out.
    first = {id(rule) for rule in {rule.group: rule for rule in reversed(ranked)}.values()}
    ranked.sort(key=lambda rule: id(rule) not in first)
    idle = [rule for rule in rules if not any(worth[id(rule)])]
    chosen = {id(rule) for rule in [*ranked, *idle][:MAX_SEARCHED]}
    return [rule for rule in rules if id(rule) in chosen], ranked[MAX_SEARCHED:]


def _why_not(rule: Rule, best: Best, amounts: Amounts) -> Reason | None:
    if any(step.rule is rule for step in best.steps):
        return None
    unmet = rule.unmet(amounts)
    if unmet is not None:
        return unmet
    if not rule.saving(amounts, amounts) and not rule.is_given(amounts):
        return Reason.NOTHING_TO_TAKE_OFF
    if any(step.rule.clashes(rule) for step in best.steps):
        return Reason.NOT_STACKABLE
    return Reason.BETTER_WITHOUT if rule.unmet(best.left) is None else Reason.BELOW_MINIMUM_SPEND


def _account(
    cart: Cart,
    best: Best,
    left_over: tuple[NotApplied, ...],
    searched: Sequence[Rule],
    amounts: Amounts,
    missed: int,
) -> Offer:
    applied = tuple(_applied(step, cart) for step in best.steps)
    saved = sum(each.saved for each in applied)
    lines = tuple(
        LinePrice(
            line.line_id,
            line.amount,
            best.left[position],
            {each.candidate.key: part for each in applied if (part := each.by_line.get(line.line_id))},
        )
        for position, line in enumerate(cart.lines)
    )
    return Offer(
        currency=cart.currency,
        goods=cart.goods,
        shipping=cart.shipping,
        saved=saved,
        payable=cart.goods + cart.shipping - saved,
        shipping_payable=best.left[-1],
        lines=lines,
        applied=applied,
        not_applied=left_over,
        next_tiers=next_tiers(searched, best, amounts),
        at_most_missed=missed,
    )


def _applied(step: Step, cart: Cart) -> Applied:
    parts = dict(zip(step.rule.taken, step.parts, strict=True))
    on_shipping = parts.pop(len(cart.lines), 0)
    by_line = {cart.lines[position].line_id: part for position, part in parts.items() if part}
    return Applied(step.rule.candidate, step.saved, by_line, on_shipping)
