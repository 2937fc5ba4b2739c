"""One send to one shopper: the decision, why, and how far it got."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from chalicelib.campaigns.model import CapRing
from chalicelib.core.ids import digest
from chalicelib.coupons import FREE, Coupon, OwnedCoupon, Passage
from chalicelib.privacy import Channel


class SendState(StrEnum):
    """``pending`` and ``sending`` are open work; ``unknown`` waits for a person; the rest is settled."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    SKIPPED = "skipped"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a shopper is sent something or not: the code is for machines, ``REASON_TEXTS`` for people."""

    PASSED = "passed"
    TOO_LATE = "too_late"
    SHOPPER_GONE = "shopper_gone"
    LEFT_AUDIENCE = "left_audience"
    NO_CONSENT = "no_consent"
    PERSONALISATION_OFF = "personalisation_off"
    CAPPED = "capped"
    NO_ADDRESS = "no_address"
    COUPON_SOLD_OUT = "coupon_sold_out"
    COUPON_LIMIT_REACHED = "coupon_limit_reached"
    COUPON_UNAVAILABLE = "coupon_unavailable"
    MESSAGE_INCOMPLETE = "message_incomplete"
    ADDRESS_REJECTED = "address_rejected"
    OUTCOME_UNKNOWN = "outcome_unknown"


REASON_TEXTS: Final = {
    Reason.PASSED: "符合全部条件",
    Reason.TOO_LATE: "已超过最晚发送时间",
    Reason.SHOPPER_GONE: "找不到该用户的档案",
    Reason.LEFT_AUDIENCE: "已不在目标人群中",
    Reason.NO_CONSENT: "未同意接收该渠道的营销信息",
    Reason.PERSONALISATION_OFF: "已关闭个性化推荐",
    Reason.CAPPED: "近期已收到过营销信息，达到频次上限",
    Reason.NO_ADDRESS: "没有可用的联系方式",
    Reason.COUPON_SOLD_OUT: "优惠券已发完",
    Reason.COUPON_LIMIT_REACHED: "已达到该优惠券的每人限领数量",
    Reason.COUPON_UNAVAILABLE: "优惠券已暂停发放或已结束",
    Reason.MESSAGE_INCOMPLETE: "信息模板缺少该用户的变量",
    Reason.ADDRESS_REJECTED: "联系方式被服务商拒绝",
    Reason.OUTCOME_UNKNOWN: "未收到服务商的回执，等待人工确认",
}


@dataclass(frozen=True, slots=True)
class Send:
    """The record of one send. ``detail`` says more where the reason alone does not (the missing variable).

    ``lease_until`` is how long the worker that is sending may take; ``version`` rises with every move.
    """

    send_id: str
    campaign_id: str
    run_id: str
    occurrence: datetime
    shopper_id: str
    channel: Channel
    state: SendState
    reason: Reason
    decided_at: datetime
    detail: str | None = None
    issue_id: str | None = None
    attempts: int = 0
    lease_until: datetime | None = None
    sent_at: datetime | None = None
    provider_id: str | None = None
    version: int = 1

    @property
    def reason_text(self) -> str:
        """The reason in Chinese."""
        return REASON_TEXTS[self.reason] + (f"：{self.detail}" if self.detail else "")

    @property
    def is_open(self) -> bool:
        """Whether a worker still has something to do."""
        return self.state in (SendState.PENDING, SendState.SENDING)

    def is_leased(self, now: datetime) -> bool:
        """Whether a worker may be sending this at the moment."""
        return self.state is SendState.SENDING and self.lease_until is not None and now < self.lease_until

    def claimed(self, now: datetime, lease: timedelta) -> "Send":
        """Being sent by the worker that writes this."""
        return self._moved(SendState.SENDING, attempts=self.attempts + 1, lease_until=now + lease)

    def released(self) -> "Send":
        """Certainly not sent: to be tried again."""
        return self._moved(SendState.PENDING, lease_until=None)

    def sent(self, now: datetime, provider_id: str) -> "Send":
        """The provider has it."""
        return self._moved(SendState.SENT, sent_at=now, provider_id=provider_id, lease_until=None)

    def failed(self, reason: Reason, detail: str) -> "Send":
        """Never to be sent."""
        return self._moved(SendState.FAILED, reason=reason, detail=detail, lease_until=None)

    def skipped(self, reason: Reason) -> "Send":
        """Taken back before it was sent."""
        return self._moved(SendState.SKIPPED, reason=reason, lease_until=None)

    def unknown(self) -> "Send":
        """Perhaps sent, perhaps not: left to a person."""
        return self._moved(SendState.UNKNOWN, reason=Reason.OUTCOME_UNKNOWN, lease_until=None)

    def _moved(self, state: SendState, **changes: object) -> "Send":
        return replace(self, state=state, version=self.version + 1, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Admission:
    """What is stored at once when a shopper passes the gate: the send, the cap ring after it, and the coupon if any."""

    send: Send
    ring: CapRing
    coupon: Coupon | None = None
    owned: OwnedCoupon | None = None
    passage: Passage = FREE


@dataclass(frozen=True, slots=True)
class MessageSent:
    """The event that a message went out; ``message_id`` is the send id, so that telling it twice is telling it once."""

    message_id: str
    shopper_id: str
    campaign_id: str
    run_id: str
    channel: Channel
    sent_at: datetime
    has_coupon: bool


def send_id_of(campaign_id: str, shopper_id: str, occurrence: str, step: str = "message") -> str:
    """One per campaign, step, shopper and occurrence (RFC 3339): what makes a repeated delivery a repetition."""
    return digest(campaign_id, step, shopper_id, occurrence)
