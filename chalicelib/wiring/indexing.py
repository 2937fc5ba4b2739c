"""What fills the index: indexing, rebuilds, overhauls, temporary indexes."""

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.search import (
        Indexes,
        Indexing,
        Overhauls,
        Rebuilds,
        Stages,
    )
from chalicelib.wiring.searching import Searching


class IndexingParts(Searching):
    """What fills the index: indexing, rebuilds, overhauls, temporary indexes."""

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
