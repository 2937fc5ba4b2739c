"""What came of a campaign, all runs together."""

from dataclasses import dataclass

from chalicelib.campaigns.runs import Tally
from chalicelib.coupons import Redemptions


@dataclass(frozen=True, slots=True)
class Report:
    """``tally`` sums the runs (``open_runs`` of them are still under way), ``redemptions`` its coupons used so far."""

    campaign_id: str
    runs: int
    open_runs: int
    missed_runs: int
    tally: Tally
    redemptions: Redemptions
