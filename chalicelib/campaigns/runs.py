"""One occurrence of a campaign, walked page by page."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.campaigns.sends import Send, SendState
from chalicelib.core.ids import digest


class RunStatus(StrEnum):
    """``missed``: the launch came later than the campaign allows, so nothing was sent."""

    OPEN = "open"
    COMPLETED = "completed"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of shoppers. ``skipped`` counts by reason code, ``coupons`` those issued."""

    audience: int = 0
    sent: int = 0
    failed: int = 0
    unknown: int = 0
    coupons: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_balanced(self) -> bool:
        """Whether everyone in the audience is accounted for: audience = sent + skipped + failed."""
        return self.audience == self.sent + sum(self.skipped.values()) + self.failed

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.audience + other.audience,
            self.sent + other.sent,
            self.failed + other.failed,
            self.unknown + other.unknown,
            self.coupons + other.coupons,
            dict(Counter(self.skipped) + Counter(other.skipped)),
        )


def tally_of(sends: Iterable[Send]) -> Tally:
    """The tally of sends that no worker has anything to do with any more."""
    all_sends = list(sends)
    states = Counter(send.state for send in all_sends)
    return Tally(
        audience=len(all_sends),
        sent=states[SendState.SENT],
        failed=states[SendState.FAILED],
        unknown=states[SendState.UNKNOWN],
        coupons=sum(send.issue_id is not None for send in all_sends),
        skipped=dict(Counter(str(send.reason) for send in all_sends if send.state is SendState.SKIPPED)),
    )


@dataclass(frozen=True, slots=True)
class Run:
    """One occurrence. Its audience is walked in ``shards`` chains of pages; ``tally`` is final once it is completed."""

    run_id: str
    campaign_id: str
    occurrence: datetime
    audience_tag: str
    shards: int
    opened_at: datetime
    status: RunStatus = RunStatus.OPEN
    completed_at: datetime | None = None
    tally: Tally | None = None


@dataclass(frozen=True, slots=True)
class AudiencePage:
    """One page of a run, fixed when it is first read: every delivery of it decides on the same shoppers.

    ``tally`` is None until nobody has open work in it. ``next_cursor`` is None on the last page of a shard.
    """

    run_id: str
    shard: int
    cursor: str
    shoppers: tuple[str, ...]
    next_cursor: str | None
    tally: Tally | None = None

    @property
    def is_settled(self) -> bool:
        """Whether no later delivery can change its tally."""
        return self.tally is not None and self.tally.is_balanced


@dataclass(frozen=True, slots=True)
class PageMessage:
    """What the queue carries: deliver the page of this run's shard that begins after ``cursor``."""

    campaign_id: str
    run_id: str
    occurrence: datetime
    shard: int
    cursor: str = ""


def run_id_of(campaign_id: str, occurrence: str) -> str:
    """One per campaign and occurrence (RFC 3339)."""
    return digest(campaign_id, occurrence)


def frontier(run: Run, pages: Iterable[AudiencePage]) -> dict[int, str]:
    """For each shard whose chain has not been walked to its end: the cursor of the page to deliver next."""
    known = {(page.shard, page.cursor): page for page in pages}
    found: dict[int, str] = {}
    for shard in range(run.shards):
        cursor: str | None = ""
        while cursor is not None:
            page = known.get((shard, cursor))
            if page is None or page.tally is None:
                found[shard] = cursor
                break
            cursor = page.next_cursor
    return found


def total_of(pages: Iterable[AudiencePage]) -> Tally:
    """The tally of a run so far: pages that are still being delivered count with their audience only."""
    return sum((page.tally or Tally(audience=len(page.shoppers)) for page in pages), Tally())
