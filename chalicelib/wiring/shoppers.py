"""Events, profiles, identity, tags, privacy, webhooks."""

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from chalicelib.events import EventArchive, EventNames, Events
    from chalicelib.privacy import Privacy, UnsubscribeLinks
    from chalicelib.profiles import Finding, Identities, Profiles, TagBook, Tagging, TagRounds
    from chalicelib.webhooks import Webhooks, WebhookSources
from chalicelib.wiring.indexing import IndexingParts


class Shoppers(IndexingParts):
    """Events, profiles, identity, tags, privacy, webhooks."""

    @cached_property
    def event_archive(self) -> "EventArchive":
        from chalicelib.adapters.aws.event_archive import S3EventArchive

        return S3EventArchive(self._client("s3"), self.settings.archive_bucket)

    @cached_property
    def events(self) -> "Events":
        from chalicelib.adapters.aws.queues import SqsEventQueue
        from chalicelib.adapters.sealed_queue import SealedEventQueue
        from chalicelib.events import Events, Rejections

        queue = SealedEventQueue(SqsEventQueue(self._client("sqs"), self.settings.events_queue_url), self.sealer)
        rejections = Rejections(self.failures, self.sealer)
        return Events(self.event_log, queue, self.failures, rejections, self.clock, self.randomness)

    @cached_property
    def event_names(self) -> "EventNames":
        from chalicelib.adapters.dynamodb.name_tallies import DynamoNameTallies
        from chalicelib.events import EventNames

        tallies = DynamoNameTallies(self.marketing_table, self.settings.event_retention_days, self.settings.list_shards)
        return EventNames(tallies, self.clock, ZoneInfo(self.settings.shop_zone))

    @cached_property
    def finding(self) -> "Finding":
        from chalicelib.profiles import Finding

        return Finding(self.profile_records, self._found_by)

    @cached_property
    def profiles(self) -> "Profiles":
        from chalicelib.adapters.catalog_facts import CatalogFacts
        from chalicelib.adapters.logged_activities import LoggedActivities
        from chalicelib.adapters.query_interests import UnderstoodQueries
        from chalicelib.profiles import Profiles, Shopkeeping

        facts, history = CatalogFacts(self.products), LoggedActivities(self.event_log, self.clock)
        shop = Shopkeeping(timedelta(days=self.settings.dormant_after_days), ZoneInfo(self.settings.shop_zone))
        interests = UnderstoodQueries(lambda: (self.analyser, self.shop_dictionary), self.clock)
        records, registry = self.profile_records, self.tag_book.registry
        return Profiles(records, facts, history, self.clock, self.randomness, shop, interests, registry)

    @cached_property
    def identities(self) -> "Identities":
        from chalicelib.adapters.dynamodb.consents import DynamoConsentRecords
        from chalicelib.adapters.dynamodb.identities import DynamoIdentityRecords
        from chalicelib.profiles import Identities

        consents = DynamoConsentRecords(self.shoppers_table)
        records = DynamoIdentityRecords(self.shoppers_table, self.profile_records, consents)
        return Identities(records, self.profile_records, self.clock, self.randomness, lambda: self.profiles.shop)

    @cached_property
    def privacy(self) -> "Privacy":
        from chalicelib.adapters.dynamodb.consents import DynamoConsentRecords
        from chalicelib.privacy import Privacy

        return Privacy(DynamoConsentRecords(self.shoppers_table), self.clock)

    @cached_property
    def unsubscribe_links(self) -> "UnsubscribeLinks":
        from chalicelib.privacy import UnsubscribeLinks

        return UnsubscribeLinks(self.sealer, self.settings.public_url)

    @cached_property
    def webhook_sources(self) -> "WebhookSources":
        from chalicelib.adapters.dynamodb.webhooks import DynamoWebhookSources
        from chalicelib.webhooks import WebhookSources

        store = DynamoWebhookSources(self.marketing_table)
        sealer = self.sealer.for_purpose("webhooks")
        return WebhookSources(store, sealer, self.clock, self.randomness, self.settings.key_cache_seconds)

    @cached_property
    def webhooks(self) -> "Webhooks":
        from chalicelib.adapters.dynamodb.webhooks import DynamoDeliveries
        from chalicelib.webhooks import Webhooks

        deliveries = DynamoDeliveries(self.marketing_table, self.settings.event_retention_days)
        sealer = self.sealer.for_purpose("webhooks")
        return Webhooks(self.webhook_sources, deliveries, self.events, self.catalog, self.failures, sealer, self.clock)

    @cached_property
    def tag_book(self) -> "TagBook":
        from chalicelib.adapters.dynamodb.tag_definitions import DynamoTagDefinitions
        from chalicelib.profiles import TagBook

        definitions, seconds = DynamoTagDefinitions(self.marketing_table), self.settings.tag_cache_seconds
        return TagBook(definitions, self.clock, seconds, lambda _: self.tag_rounds.after_change())

    @cached_property
    def tagging(self) -> "Tagging":
        from chalicelib.profiles import Tagging

        return Tagging(self.profile_records, self.clock, lambda: self.profiles.shop)

    @cached_property
    def tag_rounds(self) -> "TagRounds":
        from chalicelib.adapters.dynamodb.tag_rounds import DynamoRoundRecords
        from chalicelib.profiles import TagRounds

        return TagRounds(DynamoRoundRecords(self.shoppers_table), self.tagging, self.tag_book.fresh, self.clock)
