"""A rebuild of the index in pages, each of which a worker can do again after the one before it died."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from chalicelib.catalog import Products
from chalicelib.core.clock import Clock
from chalicelib.core.errors import Conflict, NotFound
from chalicelib.core.ids import Randomness, new_id
from chalicelib.search.indexing import Indexing, IndexingFailure, RebuildFailed
from chalicelib.search.model import IndexMissing

PAGE_SIZE = 200
"""Products of a page: about a second of work, far inside a worker's minute."""


class RebuildNotFound(NotFound):
    """There is no rebuild of that id."""


class RebuildEnded(Conflict):
    """The rebuild is done or was given up: start another."""


class RebuildStatus(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Rebuild:
    """How far a rebuild is. ``page`` counts the pages done, ``after`` is where the catalogue is read on. ``loaded``: products
    put into ``version``; ``refused``: those that could not be; ``count``: what the version held when readers got it."""

    rebuild_id: str
    started_at: datetime
    changed_at: datetime
    status: RebuildStatus = RebuildStatus.RUNNING
    version: str | None = None
    page: int = 0
    after: str | None = None
    loaded: int = 0
    refused: int = 0
    count: int | None = None
    reason: str | None = None
    resumed: int = 0


class RebuildRecords(Protocol):
    """What is known of rebuilds. Whoever stores a running one also has its next page done, by some worker, some time."""

    def add(self, rebuild: Rebuild) -> None: ...

    def get(self, rebuild_id: str) -> Rebuild | None: ...

    def replace(self, before: Rebuild, after: Rebuild) -> bool:
        """Store ``after`` if the record is still at ``before``'s page and still running; whether it was."""
        ...


class Rebuilds:
    """Starts rebuilds, does their pages, and takes them back."""

    def __init__(
        self, records: RebuildRecords, products: Products, indexing: Indexing, clock: Clock, randomness: Randomness
    ) -> None:
        self._records = records
        self._products = products
        self._indexing = indexing
        self._clock = clock
        self._randomness = randomness

    def start(self) -> Rebuild:
        """A new rebuild; one that is running elsewhere loses its version and fails at its next page."""
        now = self._clock.now()
        rebuild = Rebuild(new_id(self._randomness), now, now)
        self._records.add(rebuild)
        return rebuild

    def get(self, rebuild_id: str) -> Rebuild:
        """Raises ``RebuildNotFound``."""
        rebuild = self._records.get(rebuild_id)
        if rebuild is None:
            raise RebuildNotFound(f"there is no rebuild {rebuild_id!r}")
        return rebuild

    def resume(self, rebuild_id: str) -> Rebuild:
        """Have the next page of a rebuild done whose worker gave up. Raises ``RebuildNotFound`` and ``RebuildEnded``."""
        rebuild = self.get(rebuild_id)
        resumed = replace(rebuild, resumed=rebuild.resumed + 1, changed_at=self._clock.now())
        if rebuild.status is not RebuildStatus.RUNNING or not self._records.replace(rebuild, resumed):
            raise RebuildEnded(f"the rebuild is {self.get(rebuild_id).status}")
        return resumed

    def step(self, rebuild_id: str, page: int) -> Sequence[IndexingFailure]:
        """Do page ``page`` of a rebuild, once however often it is asked for; the products that could not be indexed.

        Raises ``Unavailable`` when the page should be tried again.
        """
        rebuild = self._records.get(rebuild_id)
        if rebuild is None or rebuild.page != page or rebuild.status is not RebuildStatus.RUNNING:
            return ()
        # Made here, not where rebuilds are started: only workers may make indexes. What a dead one made, the next clears away.
        version = rebuild.version or self._indexing.begin()
        products, after = self._products.page(rebuild.after, PAGE_SIZE)
        revision = int(rebuild.started_at.timestamp() * 1000)
        try:
            loaded, failures = self._indexing.load(version, products, revision)
            reached = replace(
                rebuild,
                version=version,
                page=page + 1,
                after=after,
                loaded=rebuild.loaded + loaded,
                refused=rebuild.refused + len(failures),
                changed_at=self._clock.now(),
            )
            if after is None:
                count = self._indexing.finish(version, self._products.all(), revision, reached.loaded)
                reached = replace(reached, status=RebuildStatus.DONE, count=count)
        except (IndexMissing, RebuildFailed) as error:
            failed = replace(rebuild, status=RebuildStatus.FAILED, reason=error.message, changed_at=self._clock.now())
            self._records.replace(rebuild, failed)
            return ()
        self._records.replace(rebuild, reached)
        return failures
