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
from chalicelib.search.blocks import Place
from chalicelib.search.indexing import Indexing, IndexingFailure, RebuildFailed
from chalicelib.search.model import IndexMissing

PAGE_SIZE = 200
"""Products of a page: about a second of work, far inside a worker's minute."""


class RebuildNotFound(NotFound):
    """There is no rebuild of that id."""


class RebuildEnded(Conflict):
    """The rebuild is done or was given up: start another."""


class RebuildPhase(StrEnum):
    """What its next page does: put products into the new version, find those listed several times in it, let readers see it."""

    LOAD = "load"
    GROUP = "group"
    SHOW = "show"


class RebuildStatus(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Rebuild:
    """How far a rebuild is. ``page`` counts the pages done; ``after`` is where the catalogue is read on, ``grouped`` where the
    version is, by block and id. ``loaded``: products put into ``version``; ``refused``: those that could not be; ``count``: what
    the version held when readers got it."""

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
    phase: RebuildPhase = RebuildPhase.LOAD
    grouped: Place | None = None


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
        failures: Sequence[IndexingFailure] = ()
        try:
            if rebuild.phase is RebuildPhase.LOAD:
                reached, failures = self._loaded(rebuild)
            else:
                reached = self._grouped(rebuild) if rebuild.phase is RebuildPhase.GROUP else self._shown(rebuild)
        except (IndexMissing, RebuildFailed) as error:
            reached = replace(rebuild, status=RebuildStatus.FAILED, reason=error.message)
        self._records.replace(rebuild, replace(reached, changed_at=self._clock.now()))
        return failures

    def _loaded(self, rebuild: Rebuild) -> tuple[Rebuild, Sequence[IndexingFailure]]:
        # Made here, not where rebuilds are started: only workers may make indexes. What a dead one made, the next clears away.
        version = rebuild.version or self._indexing.begin()
        products, after = self._products.page(rebuild.after, PAGE_SIZE)
        loaded, failures = self._indexing.load(version, products, _revision(rebuild))
        reached = replace(
            rebuild,
            version=version,
            page=rebuild.page + 1,
            after=after,
            phase=RebuildPhase.GROUP if after is None else RebuildPhase.LOAD,
            loaded=rebuild.loaded + loaded,
            refused=rebuild.refused + len(failures),
        )
        return reached, failures

    def _grouped(self, rebuild: Rebuild) -> Rebuild:
        assert rebuild.version is not None
        following = self._indexing.group(rebuild.version, rebuild.grouped, _revision(rebuild))
        phase = RebuildPhase.SHOW if following is None else RebuildPhase.GROUP
        return replace(rebuild, page=rebuild.page + 1, phase=phase, grouped=following)

    def _shown(self, rebuild: Rebuild) -> Rebuild:
        """A page of its own, and harmless to do again: a worker that dies behind it has not undone what readers see."""
        assert rebuild.version is not None
        count = self._indexing.finish(rebuild.version, rebuild.loaded)
        return replace(rebuild, page=rebuild.page + 1, status=RebuildStatus.DONE, count=count)


def _revision(rebuild: Rebuild) -> int:
    return int(rebuild.started_at.timestamp() * 1000)
