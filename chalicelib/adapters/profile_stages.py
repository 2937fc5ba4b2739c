"""What coupon reports ask of profiles."""

from chalicelib.profiles.ports import ProfileRecords


class ProfileStages:
    """``Stages`` over profiles; who switched personalisation off is counted without one. Units: 1 mostly, for each coupon
    given."""

    def __init__(self, records: ProfileRecords) -> None:
        self._records = records

    def of(self, shopper_id: str) -> str:
        shopper = self._records.load(shopper_id)
        return shopper.profile.lifecycle.value if shopper.consents.is_personalised else ""
