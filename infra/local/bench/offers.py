"""How long the best offer takes, and what taking the largest saving first would have cost the shopper."""

import time
from collections.abc import Sequence
from random import Random
from statistics import quantiles
from zoneinfo import ZoneInfo

from rich.table import Table

from chalicelib.coupons.offers import Candidate, Cart, Context, Customer, best_offer
from chalicelib.coupons.offers.eligibility import refusal
from chalicelib.coupons.offers.rule import rule_of
from chalicelib.coupons.offers.steps import Step, after
from infra.local.bench.carts import NOON, drawn_cart, drawn_offers

SIZES = ((5, 5), (20, 10), (50, 30))
STACKING: tuple[tuple[str, tuple[str | None, ...]], ...] = (
    ("one of each kind", (None,)),
    ("and a platform's", (None, None, "platform")),
    ("five groups", (None, "a", "b", "c", "d")),
)
CONTEXT = Context(NOON, ZoneInfo("Asia/Shanghai"), Customer(orders=0))


def table(rounds: int) -> Table:
    """Milliseconds of CPU per cart; how many answers are known to be the lowest price; how often greedy is dearer."""
    heads = ("lines", "offers", "stacking", "p50 ms", "p95 ms", "exact", "greedy dearer", "by fen, mean")
    shown = Table(*heads, title=f"best offer, {rounds} made carts each")
    for name, groups in STACKING:
        for lines, offers in SIZES:
            shown.add_row(str(lines), str(offers), name, *_measured(lines, offers, groups, rounds))
    return shown


def _measured(lines: int, offers: int, groups: tuple[str | None, ...], rounds: int) -> list[str]:
    random = Random(f"{lines} {offers} {groups}")
    spent, exact, losses = [], 0, []
    for _ in range(rounds):
        cart, candidates = drawn_cart(random, lines), drawn_offers(random, offers, groups)
        began = time.process_time()
        offer = best_offer(cart, candidates, CONTEXT)
        spent.append((time.process_time() - began) * 1_000)
        exact += offer.is_exact
        losses.append(offer.saved - greedy(cart, candidates))
    dearer = [loss for loss in losses if loss > 0]
    mean = sum(dearer) / len(dearer) if dearer else 0
    centiles = quantiles(spent, n=20)
    shares = (exact / rounds, len(dearer) / rounds)
    return [f"{centiles[9]:.1f}", f"{centiles[18]:.1f}", f"{shares[0]:.0%}", f"{shares[1]:.0%}", f"{mean:,.0f}"]


def greedy(cart: Cart, candidates: Sequence[Candidate]) -> int:
    """What is saved when the offer that saves most is taken, then the next that may join it, level by level."""
    rules = [rule_of(each, cart) for each in candidates if refusal(each, cart, CONTEXT) is None]
    left: Sequence[int] = [*(line.amount for line in cart.lines), cart.shipping]
    steps: list[Step] = []
    for level in sorted({rule.level for rule in rules}):
        base = left
        while True:
            open_rules = [
                rule
                for rule in rules
                if rule.level == level and not any(step.rule is rule or step.rule.clashes(rule) for step in steps)
            ]
            best = max(open_rules, key=lambda rule: rule.saving(left, base), default=None)
            if best is None or not best.saving(left, base):
                break
            steps.append(Step(best, best.shares(left, base), base))
            left = after(steps[-1], left)
    return sum(step.saved for step in steps)
