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
    from chalicelib.coupons import Blocks, Bookkeeping, CodeDesk, CouponReports, Coupons
    from chalicelib.coupons.guards import Door, GuardBook, Hit
    from chalicelib.coupons.offers import BestOffers, GivingBack
    from chalicelib.coupons.till import Checkout, Till
    from chalicelib.segments import Segments
from chalicelib.wiring.shoppers import Shoppers


class Marketing(Shoppers):
    """Coupons, campaigns, and what brings failures back."""

    @cached_property
    def segments(self) -> "Segments":
        from chalicelib.adapters.dynamodb.segments import DynamoSegmentRecords
        from chalicelib.segments import Segments

        records, seconds = DynamoSegmentRecords(self.marketing_table), self.settings.rule_cache_seconds
        return Segments(records, self.profile_records, self.clock, lambda: self.profiles.shop, seconds)

    @cached_property
    def transactions(self) -> "Transactions":
        from chalicelib.adapters.dynamodb.transactions import Transactions

        return Transactions(self.dynamodb, self.randomness)

    @cached_property
    def coupon_ledger(self) -> "DynamoCouponLedger":
        from chalicelib.adapters.dynamodb.coupon_ledger import DynamoCouponLedger

        zone = ZoneInfo(self.settings.shop_zone)
        return DynamoCouponLedger(self.shoppers_table, self.marketing_table, self.transactions, zone)

    @cached_property
    def guard_book(self) -> "GuardBook":
        from chalicelib.adapters.dynamodb.guards import DynamoGuardRecords, DynamoGuardRules
        from chalicelib.coupons.guards import GuardBook

        records = DynamoGuardRecords(self.shoppers_table, self.marketing_table)
        return GuardBook(DynamoGuardRules(self.marketing_table), records, self.clock, self.settings.rule_cache_seconds)

    @cached_property
    def door(self) -> "Door":
        from chalicelib.adapters.coupon_claimants import ProfileClaimants
        from chalicelib.adapters.dynamodb.guards import DynamoGuardRecords
        from chalicelib.coupons.guards import Door, Doorkeeper

        claimants = ProfileClaimants(self.profile_records, self.segments)
        records = DynamoGuardRecords(self.shoppers_table, self.marketing_table)
        keeper = Doorkeeper(records, self.coupon_ledger, claimants, self.clock, self._guard_hit)
        zone, blind = ZoneInfo(self.settings.shop_zone), self.sealer.blind
        return Door(self.coupons, self.code_desk, self.guard_book, keeper, claimants, self.clock, zone, blind)

    def _guard_hit(self, hit: "Hit") -> None:
        from chalicelib.core.telemetry import count

        about = {"reason": hit.reason, "rule": hit.rule, "mode": hit.mode, "verb": hit.verb, "coupon": hit.coupon_id}
        count("CouponGuardHits", self.settings.stage, "a rule at the door said no", about)

    @cached_property
    def coupons(self) -> "Coupons":
        from chalicelib.adapters.coupon_claimants import ProfileIds
        from chalicelib.adapters.dynamodb.coupons import DynamoCouponTemplates
        from chalicelib.adapters.profile_recipients import ProfileRecipients
        from chalicelib.coupons import Coupons

        templates = DynamoCouponTemplates(self.marketing_table, self.transactions)
        zone = ZoneInfo(self.settings.shop_zone)
        ids, recipients = ProfileIds(self.profile_records), ProfileRecipients(self.profile_records, self.segments)
        return Coupons(templates, self.coupon_ledger, self.clock, self.randomness, zone, ids, recipients)

    @cached_property
    def coupon_reports(self) -> "CouponReports":
        from chalicelib.adapters.dynamodb.coupon_tallies import DynamoCouponTallies
        from chalicelib.adapters.dynamodb.coupons import DynamoCouponTemplates
        from chalicelib.coupons import CouponReports

        templates = DynamoCouponTemplates(self.marketing_table, self.transactions)
        tallies = DynamoCouponTallies(self.marketing_table, self.transactions)
        return CouponReports(tallies, templates, self.clock, ZoneInfo(self.settings.shop_zone))

    @cached_property
    def bookkeeping(self) -> "Bookkeeping":
        from chalicelib.adapters.dynamodb.coupon_books import DynamoCouponBooks
        from chalicelib.coupons import Bookkeeping

        books = DynamoCouponBooks(self.shoppers_table, self.marketing_table, self.transactions)
        return Bookkeeping(books, self.clock, self.randomness, ZoneInfo(self.settings.shop_zone))

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
            ProfileCustomers(self.profile_records, self.segments),
            SearchFillers(self.search.find),
            self.clock,
            ZoneInfo(self.settings.shop_zone),
            self.code_desk,
        )

    @cached_property
    def till(self) -> "Till":
        from chalicelib.adapters.coupon_claimants import ProfileIds
        from chalicelib.coupons.till import Till

        return Till(self.coupons, self.best_offers, ProfileIds(self.profile_records), self.clock)

    @cached_property
    def checkout(self) -> "Checkout":
        from chalicelib.adapters.dynamodb.coupon_orders import DynamoOrderHolds
        from chalicelib.coupons.till import Checkout

        holds = DynamoOrderHolds(self.marketing_table, self.coupon_ledger)
        return Checkout(self.coupons, self.coupon_ledger, holds, self.till, self.clock)

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
