"""A campaign as a marketer writes it down. Times are UTC; cron lines are read in the shop's own zone."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from chalicelib.core.errors import InvalidRequest
from chalicelib.privacy import Channel

MAX_CAP_DAYS: Final = 90
MAX_CAP_SENDS: Final = 100
MAX_LATEST_START_SECONDS: Final = 7 * 86_400
MAX_SUBJECT_CHARACTERS: Final = 500
MAX_BODY_CHARACTERS: Final = 20_000


class CampaignType(StrEnum):
    """What a campaign is for."""

    RECALL = "recall"


class CampaignStatus(StrEnum):
    """A draft was never started; a paused one keeps its open runs waiting."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"


class OnUnknown(StrEnum):
    """After a lost answer of the provider: leave the send to a person (``hold``), or send again (``retry``)."""

    HOLD = "hold"
    RETRY = "retry"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When runs open: a five-field ``cron`` line in the shop's zone, one instant ``at``, or neither (by hand only)."""

    cron: str | None = None
    at: datetime | None = None

    def __post_init__(self) -> None:
        _require(self.cron is None or self.at is None, "schedule", "has both cron and at")


@dataclass(frozen=True, slots=True)
class Message:
    """Subject and body, both Jinja2 templates over the variables of ``templates.py``."""

    subject: str
    body: str

    def __post_init__(self) -> None:
        _require(
            0 < len(self.subject.strip()) <= MAX_SUBJECT_CHARACTERS,
            "message.subject",
            f"must have 1 to {MAX_SUBJECT_CHARACTERS} characters",
        )
        _require(
            0 < len(self.body.strip()) <= MAX_BODY_CHARACTERS,
            "message.body",
            f"must have 1 to {MAX_BODY_CHARACTERS} characters",
        )


@dataclass(frozen=True, slots=True)
class FrequencyCap:
    """At most ``sends`` messages of all campaigns to one shopper in any ``days`` times 24 hours."""

    sends: int = 1
    days: int = 7

    def __post_init__(self) -> None:
        _require(0 < self.sends <= MAX_CAP_SENDS, "cap.sends", f"must be between 1 and {MAX_CAP_SENDS}")
        _require(0 < self.days <= MAX_CAP_DAYS, "cap.days", f"must be between 1 and {MAX_CAP_DAYS}")


@dataclass(frozen=True, slots=True)
class CapRing:
    """When a shopper was sent something, oldest first; ``version`` rises with every send, 0: never yet."""

    shopper_id: str
    sent_at: tuple[datetime, ...] = ()
    version: int = 0

    def is_full(self, cap: FrequencyCap, now: datetime) -> bool:
        """Whether one more at ``now`` would break ``cap``. The window rolls: midnight means nothing to it."""
        since = now - timedelta(days=cap.days)
        return sum(at > since for at in self.sent_at) >= cap.sends

    def with_send(self, now: datetime) -> "CapRing":
        """The ring after a send at ``now``, without what no cap can still see."""
        since = now - timedelta(days=MAX_CAP_DAYS)
        recent = tuple(at for at in self.sent_at if at > since)
        return replace(self, sent_at=(*recent, now)[-MAX_CAP_SENDS:], version=self.version + 1)


@dataclass(frozen=True, slots=True)
class Campaign:
    """Who (``audience_tag``) gets what (``message``, perhaps a coupon) when (``schedule``), and within which limits.

    A send later than ``latest_start_seconds`` after its occurrence is dropped. ``next_launch_at`` is None for what is not
    active or has no occurrence ahead.
    """

    campaign_id: str
    name: str
    audience_tag: str
    message: Message
    created_at: datetime
    schedule: Schedule = field(default_factory=Schedule)
    type: CampaignType = CampaignType.RECALL
    channel: Channel = Channel.EMAIL
    coupon_id: str | None = None
    cap: FrequencyCap = field(default_factory=FrequencyCap)
    latest_start_seconds: int = 6 * 3_600
    on_unknown: OnUnknown = OnUnknown.HOLD
    status: CampaignStatus = CampaignStatus.DRAFT
    next_launch_at: datetime | None = None
    version: int = 1

    def __post_init__(self) -> None:
        _require(0 < len(self.campaign_id) <= 128, "id", "must have 1 to 128 characters")
        _require("#" not in self.campaign_id, "id", "must not contain #")
        _require(0 < len(self.name.strip()) <= 100, "name", "must have 1 to 100 characters")
        _require(0 < len(self.audience_tag) <= 128, "audience.tag", "must have 1 to 128 characters")
        _require(self.channel is Channel.EMAIL, "channel", "must be email: no other channel can be sent yet")
        _require(
            0 < self.latest_start_seconds <= MAX_LATEST_START_SECONDS,
            "latest_start_seconds",
            f"must be between 1 and {MAX_LATEST_START_SECONDS}",
        )

    @property
    def is_active(self) -> bool:
        return self.status is CampaignStatus.ACTIVE

    @property
    def source(self) -> str:
        """What its coupons name as their source."""
        return f"campaign/{self.campaign_id}"

    def is_too_late(self, occurrence: datetime, now: datetime) -> bool:
        """Whether a send of ``occurrence`` is to be dropped at ``now``."""
        return now > occurrence + timedelta(seconds=self.latest_start_seconds)


def _require(holds: bool, name: str, message: str) -> None:
    if not holds:
        raise InvalidRequest(f"{name} {message}", field=name)
