"""Who claims a coupon: the surviving shopper of an id, and what offers may know of them. One read for both."""

from chalicelib.adapters.offer_facts import customer_of
from chalicelib.coupons.guards import Claimant
from chalicelib.profiles.ports import ProfileRecords
from chalicelib.segments.ports import Memberships


class ProfileClaimants:
    """``Claimants`` over profiles."""

    def __init__(self, records: ProfileRecords, memberships: Memberships) -> None:
        self._records = records
        self._memberships = memberships

    def of(self, shopper_id: str) -> Claimant:
        shopper = self._records.load(shopper_id)
        return Claimant((shopper.shopper_id, *shopper.merged_from), customer_of(shopper, self._memberships))


class ProfileIds:
    """``ShopperIds`` over profiles."""

    def __init__(self, records: ProfileRecords) -> None:
        self._records = records

    def of(self, shopper_id: str) -> tuple[str, ...]:
        shopper = self._records.load(shopper_id)
        return (shopper.shopper_id, *shopper.merged_from)
