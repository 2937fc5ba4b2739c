"""What a storefront tells of an attempt, and the keyed digests that are all we keep of it."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

from chalicelib.core.errors import InvalidRequest
from chalicelib.coupons.guards.addresses import as_compared
from chalicelib.coupons.passage import MarkKind
from chalicelib.coupons.terms import require

_MOST_CHARACTERS: Final = 500
_LEAST_OF_AN_ADDRESS: Final = 4
_HOUSE_BITS: Final = 64
"""One connection is given a whole IPv6 network of this prefix: single addresses of it tell nobody apart."""


class Mark(StrEnum):
    """What is told of an attempt, or known: the shopper."""

    DEVICE = "device"
    ADDRESS = "address"
    PAYMENT = "payment"
    IP = "ip"
    SHOPPER = "shopper"


KEPT: Final = (Mark.DEVICE, Mark.ADDRESS, Mark.PAYMENT)
"""What is remembered of a shopper, and may be counted for good: an IP address is anybody's tomorrow."""
COUNTED: Final = {Mark(kind.value): kind for kind in MarkKind if kind is not MarkKind.REFERRER}


@dataclass(frozen=True, slots=True)
class Marks:
    """Marks in clear, as they are sent; nothing of them is stored or logged. Raises ``InvalidRequest`` naming the field."""

    device: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    payment: str | None = field(default=None, repr=False)
    ip: str | None = field(default=None, repr=False)

    def digests(self, blind: Callable[[str], str]) -> Mapping[Mark, str]:
        """A keyed digest of each mark that was sent."""
        told = {mark: getattr(self, mark) for mark in Mark if mark is not Mark.SHOPPER}
        return {mark: blind(f"mark:{mark}:{_FORMS[mark](text)}") for mark, text in told.items() if text is not None}


def _plain(text: str, name: str) -> str:
    told = unicodedata.normalize("NFKC", text).strip()
    require(0 < len(told) <= _MOST_CHARACTERS, f"marks.{name}", f"must have 1 to {_MOST_CHARACTERS} characters")
    return told


def _address(text: str) -> str:
    told = as_compared(_plain(text, "address"))
    require(len(told) >= _LEAST_OF_AN_ADDRESS, "marks.address", "is too short to be an address")
    return told


def _payment(text: str) -> str:
    return re.sub(r"[\s-]+", "", _plain(text, "payment")).casefold()


def _ip(text: str) -> str:
    try:
        address: IPv4Address | IPv6Address = ip_address(_plain(text, "ip"))
    except ValueError:
        raise InvalidRequest("marks.ip must be an IPv4 or IPv6 address", field="marks.ip") from None
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Network((address.packed, _HOUSE_BITS), strict=False))


_FORMS: Final[Mapping[Mark, Callable[[str], str]]] = {
    Mark.DEVICE: lambda text: _plain(text, "device"),
    Mark.ADDRESS: _address,
    Mark.PAYMENT: _payment,
    Mark.IP: _ip,
}
