"""A coupon that nobody used says that it ends soon: once, in good time."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Reminder:
    """That the shopper of one coupon is to be told ``at`` an instant that it ends."""

    shopper_id: str
    issue_id: str
    at: datetime
