"""Which size a shopper wears, when what they chose says so clearly enough."""

from collections import defaultdict
from collections.abc import Mapping

MIN_WEIGHT = 8.5
"""Just above one purchase by way of the cart (5 + 3): the first pair may be a gift."""
MIN_SHARE = 0.6
"""Of everything chosen in a system of sizes: who buys for a whole family has no size."""


def fitting(weights: Mapping[str, float]) -> dict[str, float]:
    """At most one size of each system (``鞋 42``: the word in front) and its weight."""
    systems: dict[str, dict[str, float]] = defaultdict(dict)
    for size, weight in weights.items():
        systems[size.partition(" ")[0]][size] = weight
    worn = {}
    for sizes in systems.values():
        size, weight = max(sizes.items(), key=lambda entry: (entry[1], entry[0]))
        if weight >= MIN_WEIGHT and weight >= MIN_SHARE * sum(sizes.values()):
            worn[size] = weight
    return worn
