"""Joins ports and adapters: the real objects, built once per container and only when they are first asked for.

Imports stand inside the properties on purpose: a container that only searches must not pay the start-up time of the
campaign code, and a worker without OpenSearch must not import its client (0.3 s).
"""

from chalicelib.core.settings import read_settings
from chalicelib.wiring.coupon_operations import CouponOperations


class Services(CouponOperations):
    """Every capability with its real collaborators. Tests and the laptop shop pass their own parts."""


_services: Services | None = None


def services() -> Services:
    """This container's services."""
    global _services
    if _services is None:
        _services = Services(read_settings())
    return _services


def install(replacement: Services | None) -> None:
    """Use ``replacement`` from now on (None: build anew from the environment). For the laptop shop and tests."""
    global _services
    _services = replacement
