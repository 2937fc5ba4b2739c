"""The two rules by which fen are made whole: half up for a share, largest remainder for shares that must sum up."""

from collections.abc import Sequence

from chalicelib.coupons.terms.checks import FULL


def share_of(amount: int, basis_points: int) -> int:
    """``basis_points`` of ``amount``, rounded half up to a whole minor unit (四舍五入到分)."""
    return (2 * amount * basis_points + FULL) // (2 * FULL)


def shares_of(amounts: Sequence[int], basis_points: int) -> list[int]:
    """``share_of`` each of some amounts, in one go."""
    return [(2 * amount * basis_points + FULL) // (2 * FULL) for amount in amounts]


def allocated(total: int, weights: Sequence[int]) -> list[int]:
    """``total`` in whole parts as the ``weights`` are to each other: each rounded down, what is left goes one by one to the
    largest remainders, the earlier first (Hare's quota). The parts sum to ``total``; none exceeds its weight when ``total`` does
    not exceed their sum. Weights are not negative and one is positive unless ``total`` is 0.
    """
    whole = sum(weights)
    if not total:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    missing = total - sum(parts)
    if missing:
        remainders = [total * weight % whole for weight in weights]
        for position in sorted(range(len(parts)), key=remainders.__getitem__, reverse=True)[:missing]:
            parts[position] += 1
    return parts
