"""What coupon reports ask of profiles and segments."""

from chalicelib.coupons.books.ports import Recipient
from chalicelib.coupons.model import Coupon
from chalicelib.profiles.ports import ProfileRecords
from chalicelib.segments.ports import Memberships


class ProfileRecipients:
    """``Recipients`` over profiles; who switched personalisation off is counted without stage and segments. Units: 1 mostly,
    for each coupon given."""

    def __init__(self, records: ProfileRecords, memberships: Memberships) -> None:
        self._records = records
        self._memberships = memberships

    def of(self, coupon: Coupon, shopper_id: str) -> Recipient:
        shopper = self._records.load(shopper_id)
        if not shopper.consents.is_personalised:
            return Recipient()
        counted = coupon.counted_segments([each.segment_id for each in self._memberships.known()])
        mine = self._memberships.of(shopper) if counted else frozenset[str]()
        return Recipient(shopper.profile.lifecycle.value, tuple(each for each in counted if each in mine))
