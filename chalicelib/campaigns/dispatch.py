"""One shopper of one run: decide once, then carry the decision out at most once."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.campaigns.errors import AlreadyDecided, CapRingMoved, SendMoved
from chalicelib.campaigns.model import Campaign, CapRing, OnUnknown
from chalicelib.campaigns.policy import Recipient, judge, second_thought
from chalicelib.campaigns.ports import (
    ConsentBook,
    Mail,
    Mailer,
    MailOutcomeUnknown,
    MailRejected,
    Outbox,
    Shoppers,
)
from chalicelib.campaigns.runs import Run
from chalicelib.campaigns.sends import Admission, Reason, Send, SendState, send_id_of
from chalicelib.campaigns.templates import Content, TemplateFailed, render, variables, with_way_out
from chalicelib.core.clock import Clock, to_rfc3339
from chalicelib.core.errors import Unavailable
from chalicelib.coupons import (
    FREE,
    Coupon,
    CouponDailyLimitReached,
    CouponExpired,
    CouponLimitReached,
    CouponPaused,
    Coupons,
    CouponSoldOut,
    Issue,
    OwnedCoupon,
    Passage,
)
from chalicelib.privacy import Purpose, UnsubscribeLinks, Unsubscription
from chalicelib.profiles import ProfileNotFound, Shopper

_ADMISSION_TRIES: Final = 5
LEASE: Final = timedelta(seconds=60)
"""How long a worker may take between claiming a send and knowing its outcome; the mailer gives up long before."""


@dataclass(frozen=True, slots=True)
class Job:
    """What all sends of a page share: the campaign as it is now, the run, and the coupon template if there is one."""

    campaign: Campaign
    run: Run
    coupon: Coupon | None


class Dispatcher:
    """Settles the send of one shopper, however often and by however many workers it is asked to."""

    def __init__(
        self,
        outbox: Outbox,
        shoppers: Shoppers,
        consents: ConsentBook,
        coupons: Coupons,
        mailer: Mailer,
        clock: Clock,
        zone: ZoneInfo,
        links: UnsubscribeLinks | None = None,
    ) -> None:
        self._outbox = outbox
        self._shoppers = shoppers
        self._consents = consents
        self._coupons = coupons
        self._mailer = mailer
        self._clock = clock
        self._zone = zone
        self._links = links

    def settle(self, job: Job, shopper_id: str) -> Send:
        """The send of this shopper, carried as far as it goes now; open still when another worker holds it.

        Raises ``Unavailable`` when a store or the provider cannot be reached; nothing is lost by calling again.
        """
        occurrence = job.run.occurrence
        send_id = send_id_of(job.campaign.campaign_id, shopper_id, to_rfc3339(occurrence))
        known = self._outbox.find(shopper_id, occurrence, send_id)
        if known is not None and not known.is_open:
            return known
        recipient = Recipient(shopper_id, self._shopper(shopper_id), self._consents.consents_of(shopper_id))
        if known is not None:
            return self._carry_out(job, known, recipient)
        decided, owned = self._decide(job, recipient, send_id)
        return self._carry_out(job, decided, recipient, owned) if decided.is_open else decided

    def _shopper(self, shopper_id: str) -> Shopper | None:
        try:
            shopper = self._shoppers.get(shopper_id)
        except ProfileNotFound:
            return None
        # Merged since the page was read: the survivor has a place of their own in the audience.
        return shopper if shopper.shopper_id == shopper_id else None

    def _decide(self, job: Job, recipient: Recipient, send_id: str) -> tuple[Send, OwnedCoupon | None]:
        for _ in range(_ADMISSION_TRIES):
            ring = self._outbox.ring_of(recipient.shopper_id)
            reason = judge(job.campaign, job.run.occurrence, recipient, ring, self._clock.now())
            if reason is not Reason.PASSED:
                return self._outbox.decide(self._decision(job, recipient, send_id, reason)), None
            try:
                return self._admit(job, recipient, send_id, ring)
            except CapRingMoved:
                # Another campaign was faster: the cap is asked again.
                continue
            except AlreadyDecided:
                break
            except CouponSoldOut:
                reason = Reason.COUPON_SOLD_OUT
            except (CouponLimitReached, CouponDailyLimitReached):
                reason = Reason.COUPON_LIMIT_REACHED
            except (CouponPaused, CouponExpired):
                reason = Reason.COUPON_UNAVAILABLE
            return self._outbox.decide(self._decision(job, recipient, send_id, reason)), None
        decided = self._outbox.find(recipient.shopper_id, job.run.occurrence, send_id)
        if decided is None:
            raise Unavailable("others keep sending to this shopper, try again")
        return decided, None

    def _admit(self, job: Job, recipient: Recipient, send_id: str, ring: CapRing) -> tuple[Send, OwnedCoupon | None]:
        owned = self._prepared_coupon(job, recipient, send_id)
        send = self._decision(job, recipient, send_id, Reason.PASSED, owned)
        try:
            self._content(job, recipient, owned)
        except TemplateFailed as missing:
            # Found out before anything is taken from the stock or the cap.
            return self._outbox.decide(_incomplete(send, missing)), None
        after = ring.with_send(self._clock.now())
        self._outbox.admit(Admission(send, after, job.coupon, owned, self._within_limits(job, recipient, owned)))
        return send, owned

    def _within_limits(self, job: Job, recipient: Recipient, owned: OwnedCoupon | None) -> Passage:
        if job.coupon is None or owned is None or recipient.shopper is None:
            return FREE
        return self._coupons.within_limits(job.coupon, (owned.shopper_id, *recipient.shopper.merged_from), owned)

    def _prepared_coupon(self, job: Job, recipient: Recipient, send_id: str) -> OwnedCoupon | None:
        if job.coupon is None:
            return None
        issue = Issue(send_id, "campaign", job.campaign.name, job.campaign.source)
        return self._coupons.prepare(job.coupon, recipient.shopper_id, issue)

    def _decision(
        self, job: Job, recipient: Recipient, send_id: str, reason: Reason, owned: OwnedCoupon | None = None
    ) -> Send:
        return Send(
            send_id=send_id,
            campaign_id=job.campaign.campaign_id,
            run_id=job.run.run_id,
            occurrence=job.run.occurrence,
            shopper_id=recipient.shopper_id,
            channel=job.campaign.channel,
            state=SendState.PENDING if reason is Reason.PASSED else SendState.SKIPPED,
            reason=reason,
            decided_at=self._clock.now(),
            issue_id=owned.issue_id if owned else None,
        )

    def _carry_out(self, job: Job, send: Send, recipient: Recipient, owned: OwnedCoupon | None = None) -> Send:
        """Go on from where a send stands, whoever brought it there; ``owned`` is its coupon if it is at hand."""
        if send.is_leased(self._clock.now()):
            return send
        if send.state is SendState.SENDING and job.campaign.on_unknown is OnUnknown.HOLD:
            return self._move(send.unknown())
        reason = second_thought(job.campaign, send.occurrence, recipient, self._clock.now())
        if reason is not None:
            # What may have gone out already cannot be called skipped.
            return self._move(send.unknown() if send.state is SendState.SENDING else send.skipped(reason))
        if owned is None and send.issue_id is not None:
            owned = self._coupons.owned(send.shopper_id, send.issue_id)
        return self._send(job, send, recipient, owned)

    def _send(self, job: Job, send: Send, recipient: Recipient, owned: OwnedCoupon | None) -> Send:
        try:
            content = self._content(job, recipient, owned)
        except TemplateFailed as missing:
            return self._move(send.failed(Reason.MESSAGE_INCOMPLETE, str(missing)))
        if recipient.email is None:
            return self._move(send.failed(Reason.NO_ADDRESS, "地址已被删除"))
        url = self._unsubscribe_url(job, recipient)
        mail = Mail(recipient.email, content.subject, with_way_out(content.body, url), send.send_id, url)
        claimed = send.claimed(self._clock.now(), LEASE)
        try:
            self._outbox.move(claimed)
        except SendMoved:
            return self._as_it_is(send)
        return self._hand_over(job, claimed, mail)

    def _hand_over(self, job: Job, claimed: Send, mail: Mail) -> Send:
        try:
            provider_id = self._mailer.send(mail)
        except MailRejected as refused:
            return self._move(claimed.failed(Reason.ADDRESS_REJECTED, str(refused)))
        except MailOutcomeUnknown:
            # With retry the lease runs out first: the provider may still be at work.
            return self._move(claimed.unknown()) if job.campaign.on_unknown is OnUnknown.HOLD else claimed
        except Unavailable:
            self._move(claimed.released())
            raise
        return self._move(claimed.sent(self._clock.now(), provider_id))

    def _content(self, job: Job, recipient: Recipient, owned: OwnedCoupon | None) -> Content:
        values = variables(recipient.name, owned, self._zone, self._unsubscribe_url(job, recipient))
        return render(job.campaign.message, values)

    def _unsubscribe_url(self, job: Job, recipient: Recipient) -> str | None:
        if self._links is None:
            return None
        campaign = job.campaign
        withdrawn = Unsubscription(recipient.shopper_id, campaign.channel, Purpose.MARKETING, campaign.campaign_id)
        return self._links.url(withdrawn)

    def _move(self, send: Send) -> Send:
        try:
            self._outbox.move(send)
        except SendMoved:
            return self._as_it_is(send)
        return send

    def _as_it_is(self, send: Send) -> Send:
        """The send as another worker left it."""
        return self._outbox.find(send.shopper_id, send.occurrence, send.send_id) or send


def _incomplete(send: Send, missing: TemplateFailed) -> Send:
    """The decision instead of ``send`` when its message cannot be rendered: no coupon, nothing to carry out."""
    return replace(send, state=SendState.FAILED, reason=Reason.MESSAGE_INCOMPLETE, detail=str(missing), issue_id=None)
