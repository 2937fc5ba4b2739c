"""Coupons, campaigns, and what brings failures back."""

from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from chalicelib.adapters.dynamodb.coupon_ledger import DynamoCouponLedger
    from chalicelib.adapters.dynamodb.sends import DynamoOutbox
    from chalicelib.adapters.dynamodb.transactions import Transactions
    from chalicelib.campaigns import Campaigns, CampaignStores, Deliveries
    from chalicelib.core.replays import Replays
    from chalicelib.coupons import Blocks, CodeDesk, Coupons
    from chalicelib.coupons.offers import BestOffers, GivingBack
from chalicelib.wiring.shoppers import Shoppers


class Marketing(Shoppers):
    """Coupons, campaigns, and what brings failures back."""

    @cached_property
    def transactions(self) -> "Transactions":
        from chalicelib.adapters.dynamodb.transactions import Transactions

        return Transactions(self.dynamodb, self.randomness)

    @cached_property
    def coupon_ledger(self) -> "DynamoCouponLedger":
        from chalicelib.adapters.dynamodb.coupon_ledger import DynamoCouponLedger

        return DynamoCouponLedger(self.shoppers_table, self.marketing_table, self.transactions)

    @cached_property
    def coupons(self) -> "Coupons":
        from chalicelib.adapters.dynamodb.coupons import DynamoCouponTemplates
        from chalicelib.coupons import Coupons

        templates = DynamoCouponTemplates(self.marketing_table, self.transactions)
        zone = ZoneInfo(self.settings.shop_zone)
        return Coupons(templates, self.coupon_ledger, self.clock, self.randomness, zone)

    @cached_property
    def coupon_blocks(self) -> "Blocks":
        from chalicelib.adapters.dynamodb.coupon_stock import DynamoCouponStock
        from chalicelib.adapters.dynamodb.coupons import DynamoCouponTemplates
        from chalicelib.coupons import Blocks

        templates = DynamoCouponTemplates(self.marketing_table, self.transactions)
        return Blocks(DynamoCouponStock(self.marketing_table, self.transactions), templates, self.clock)

    @cached_property
    def code_desk(self) -> "CodeDesk":
        from chalicelib.adapters.dynamodb.coupon_codes import DynamoCouponCodes
        from chalicelib.adapters.dynamodb.coupons import DynamoCouponTemplates
        from chalicelib.coupons import CodeDesk

        templates = DynamoCouponTemplates(self.marketing_table, self.transactions)
        codes = DynamoCouponCodes(self.shoppers_table, self.marketing_table, self.coupon_ledger, self.transactions)
        return CodeDesk(self.coupons, templates, codes, self.clock, self.randomness)

    @cached_property
    def best_offers(self) -> "BestOffers":
        from chalicelib.adapters.offer_facts import CatalogAssortment, ProfileCustomers, SearchFillers
        from chalicelib.coupons.offers import BestOffers

        return BestOffers(
            self.coupons,
            CatalogAssortment(self.products),
            ProfileCustomers(self.profile_records),
            SearchFillers(self.search.find),
            self.clock,
            ZoneInfo(self.settings.shop_zone),
        )

    @cached_property
    def giving_back(self) -> "GivingBack":
        from chalicelib.coupons.offers import GivingBack

        return GivingBack(self.coupons)

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
