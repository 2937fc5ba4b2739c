"""Pages of an audience, each delivered as often as the queue likes and effective once."""

from dataclasses import replace
from typing import Final

from chalicelib.campaigns.dispatch import Dispatcher, Job
from chalicelib.campaigns.errors import CampaignNotFound, PageUnfinished, RunNotFound
from chalicelib.campaigns.model import Campaign, CampaignStatus
from chalicelib.campaigns.ports import Announcements, CampaignStores, Shoppers
from chalicelib.campaigns.runs import (
    AudiencePage,
    PageMessage,
    Run,
    RunStatus,
    frontier,
    tally_of,
    total_of,
)
from chalicelib.campaigns.sends import MessageSent, Send, SendState
from chalicelib.core.clock import Clock
from chalicelib.coupons import Coupons

PAGE_SHOPPERS: Final = 50
"""How many shoppers one message of the queue stands for: seconds of work, far from a worker's time limit."""


class Deliveries:
    """Walks the audience of a run page by page. A checkpoint moves only after the work before it is stored."""

    def __init__(
        self,
        stores: CampaignStores,
        shoppers: Shoppers,
        coupons: Coupons,
        dispatcher: Dispatcher,
        announcements: Announcements,
        clock: Clock,
        page_shoppers: int = PAGE_SHOPPERS,
    ) -> None:
        self._records = stores.records
        self._runs = stores.runs
        self._pages = stores.pages
        self._queue = stores.queue
        self._shoppers = shoppers
        self._coupons = coupons
        self._dispatcher = dispatcher
        self._announcements = announcements
        self._clock = clock
        self._page_shoppers = page_shoppers

    def deliver_page(self, message: PageMessage) -> None:
        """Settle every shopper of one page, then pass on to the next page, or close the run after the last.

        A paused campaign's pages wait: resuming asks for them again. Raises ``CampaignNotFound`` or ``RunNotFound`` for
        a message that no retry will help, ``PageUnfinished`` (``Unavailable``) for one to be delivered again.
        """
        campaign = self._records.get(message.campaign_id)
        if campaign is None:
            raise CampaignNotFound(f"there is no campaign {message.campaign_id!r}")
        run = self._runs.get(message.campaign_id, message.occurrence, message.run_id)
        if run is None:
            raise RunNotFound(f"campaign {message.campaign_id!r} has no run {message.run_id!r}")
        if campaign.status is CampaignStatus.PAUSED or run.status is not RunStatus.OPEN:
            return
        page = self._pages.get(run.run_id, message.shard, message.cursor) or self._read(run, message)
        if not page.is_settled:
            self._deliver(campaign, run, page)
        if page.next_cursor is None:
            self._complete(run)

    def _read(self, run: Run, message: PageMessage) -> AudiencePage:
        """The page as it is from now on, whoever joins or leaves the audience between two deliveries of it."""
        shoppers, next_cursor = self._shoppers.tagged(
            run.audience_tag, message.shard, self._page_shoppers, message.cursor or None
        )
        page = AudiencePage(message.run_id, message.shard, message.cursor, tuple(shoppers), next_cursor)
        return self._pages.open(page)

    def _deliver(self, campaign: Campaign, run: Run, page: AudiencePage) -> None:
        coupon = self._coupons.get(campaign.coupon_id) if campaign.coupon_id else None
        job = Job(campaign, run, coupon)
        sends = [self._dispatcher.settle(job, shopper_id) for shopper_id in page.shoppers]
        held = sum(send.is_open for send in sends)
        if held:
            raise PageUnfinished(f"{held} sends of this page are held by another worker", retry_after_seconds=60)
        self._announcements.announce([_event_of(send) for send in sends if send.state is SendState.SENT])
        if page.next_cursor is not None:
            self._queue.put([PageMessage(run.campaign_id, run.run_id, run.occurrence, page.shard, page.next_cursor)])
        self._pages.settle(replace(page, tally=tally_of(sends)))

    def _complete(self, run: Run) -> None:
        """Close the run if this was the last page of all shards and everyone is accounted for."""
        pages = self._pages.of(run.run_id)
        total = total_of(pages)
        if not frontier(run, pages) and total.is_balanced:
            self._runs.complete(run, total, self._clock.now())


def _event_of(send: Send) -> MessageSent:
    return MessageSent(
        send.send_id,
        send.shopper_id,
        send.campaign_id,
        send.run_id,
        send.channel,
        send.sent_at or send.decided_at,
        send.issue_id is not None,
    )
