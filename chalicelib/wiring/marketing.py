"""Coupons, campaigns, and what brings failures back."""

from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from chalicelib.adapters.dynamodb.coupons import DynamoCouponLedger
    from chalicelib.adapters.dynamodb.sends import DynamoOutbox
    from chalicelib.adapters.dynamodb.transactions import Transactions
    from chalicelib.campaigns import Campaigns, CampaignStores, Deliveries
    from chalicelib.core.replays import Replays
    from chalicelib.coupons import Coupons
from chalicelib.wiring.shoppers import Shoppers


class Marketing(Shoppers):
    """Coupons, campaigns, and what brings failures back."""

    @cached_property
    def transactions(self) -> "Transactions":
        from chalicelib.adapters.dynamodb.transactions import Transactions

        return Transactions(self.dynamodb, self.randomness)

    @cached_property
    def coupon_ledger(self) -> "DynamoCouponLedger":
        from chalicelib.adapters.dynamodb.coupons import DynamoCouponLedger

        return DynamoCouponLedger(self.shoppers_table, self.marketing_table, self.transactions)

    @cached_property
    def coupons(self) -> "Coupons":
        from chalicelib.adapters.dynamodb.coupons import DynamoCouponTemplates
        from chalicelib.coupons import Coupons

        templates = DynamoCouponTemplates(self.marketing_table, self.transactions)
        return Coupons(templates, self.coupon_ledger, self.clock, self.randomness)

    @cached_property
    def outbox(self) -> "DynamoOutbox":
        from chalicelib.adapters.dynamodb.sends import DynamoOutbox

        return DynamoOutbox(self.shoppers_table, self.coupon_ledger, self.transactions)

    @cached_property
    def campaign_stores(self) -> "CampaignStores":
        from chalicelib.adapters.aws.page_queue import SqsPageQueue
        from chalicelib.adapters.dynamodb.campaigns import DynamoAudiencePages, DynamoCampaignRecords, DynamoRuns
        from chalicelib.campaigns import CampaignStores

        return CampaignStores(
            DynamoCampaignRecords(self.marketing_table),
            DynamoRuns(self.marketing_table),
            DynamoAudiencePages(self.marketing_table),
            self.outbox,
            SqsPageQueue(self._client("sqs"), self.settings.campaigns_queue_url),
        )

    @cached_property
    def campaigns(self) -> "Campaigns":
        from chalicelib.campaigns import Campaigns

        return Campaigns(
            self.campaign_stores, self.profiles, self.coupons, self.clock, ZoneInfo(self.settings.shop_zone)
        )

    @cached_property
    def deliveries(self) -> "Deliveries":
        from chalicelib.adapters.aws.announcements import EventAnnouncements
        from chalicelib.adapters.aws.mail import SesMailer
        from chalicelib.adapters.aws.queues import SqsEventQueue
        from chalicelib.campaigns import Deliveries, Dispatcher

        mailer = SesMailer(self._client("sesv2"), self.settings.mail_from, self.sealer)
        announcements = EventAnnouncements(SqsEventQueue(self._client("sqs"), self.settings.events_queue_url))
        zone = ZoneInfo(self.settings.shop_zone)
        dispatcher = Dispatcher(
            self.outbox, self.profiles, self.privacy, self.coupons, mailer, self.clock, zone, self.unsubscribe_links
        )
        return Deliveries(self.campaign_stores, self.profiles, self.coupons, dispatcher, announcements, self.clock)

    @cached_property
    def replays(self) -> "Replays":
        from chalicelib.adapters import returns
        from chalicelib.core.replays import Replays, Taker

        sqs = self._client("sqs")
        ways: dict[str, Taker] = {
            "record_events": returns.QueueReturn(sqs, self.settings.events_queue_url, returns.recordable),
            "accept_events": lambda failure: self.events.take_back(failure.body),
            "deliver_campaign": returns.QueueReturn(sqs, self.settings.campaigns_queue_url, returns.deliverable),
            "project_profiles": returns.ProjectionReturn(self.profiles.recover, self.identities.link),
            "link_identities": returns.LinkReturn(self.identities.link),
            "index_products": returns.ProductReturn(self.products, self.clock),
            "webhooks": lambda failure: self.webhooks.replay(failure),
        }
        return Replays(self.failures, ways, self.clock)
