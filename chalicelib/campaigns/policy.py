"""The one gate that every marketing message passes, in this order: the first check that fails is the reason."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.campaigns.model import Campaign, CapRing
from chalicelib.campaigns.sends import Reason
from chalicelib.privacy import Consents, Purpose
from chalicelib.profiles import Shopper


@dataclass(frozen=True, slots=True)
class Recipient:
    """What the gate asks of a shopper; ``shopper`` is None when there is no profile any more."""

    shopper_id: str
    shopper: Shopper | None
    consents: Consents

    @property
    def email(self) -> str | None:
        return self.shopper.traits.email if self.shopper else None

    @property
    def name(self) -> str | None:
        return self.shopper.traits.name if self.shopper else None


def judge(campaign: Campaign, occurrence: datetime, recipient: Recipient, ring: CapRing, now: datetime) -> Reason:
    """``PASSED``, or why not. Stock is asked last, by the transaction that takes it."""
    if campaign.is_too_late(occurrence, now):
        return Reason.TOO_LATE
    if recipient.shopper is None:
        return Reason.SHOPPER_GONE
    if not recipient.shopper.has_tag(campaign.audience_tag):
        return Reason.LEFT_AUDIENCE
    refused = refusal(campaign, recipient)
    if refused is not None:
        return refused
    if ring.is_full(campaign.cap, now):
        return Reason.CAPPED
    return Reason.PASSED if recipient.email else Reason.NO_ADDRESS


def second_thought(campaign: Campaign, occurrence: datetime, recipient: Recipient, now: datetime) -> Reason | None:
    """Why a send that passed the gate is not to be carried out after all, when it is resumed later; None: go on."""
    return Reason.TOO_LATE if campaign.is_too_late(occurrence, now) else refusal(campaign, recipient)


def refusal(campaign: Campaign, recipient: Recipient) -> Reason | None:
    """What the shopper refused, if anything."""
    if not recipient.consents.allows(campaign.channel, Purpose.MARKETING):
        return Reason.NO_CONSENT
    if not recipient.consents.is_personalised:
        return Reason.PERSONALISATION_OFF
    return None
