"""Marks of an attempt as a storefront sends them."""

from typing import Annotated

import msgspec

from chalicelib.coupons.guards import Marks

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Part = Annotated[str, msgspec.Meta(max_length=200)]


class AddressBody(msgspec.Struct, forbid_unknown_fields=True):
    """A delivery address in parts. A phone number may be left out: it counts for nothing."""

    street: Text
    province: Part = ""
    city: Part = ""
    district: Part = ""
    phone: Part = ""


class MarksBody(msgspec.Struct, forbid_unknown_fields=True):
    """What tells attempts apart, each of it optional: only keyed digests are kept. ``payment`` is the provider's token or
    fingerprint of the instrument, never a card's number."""

    device: Text | None = None
    address: Text | AddressBody | None = None
    payment: Text | None = None
    ip: Text | None = None


def read_marks(body: MarksBody | None) -> Marks | None:
    """The marks that were sent."""
    if body is None:
        return None
    address = body.address
    if isinstance(address, AddressBody):
        address = " ".join(part for part in (address.province, address.city, address.district, address.street) if part)
    return Marks(body.device, address, body.payment, body.ip)
