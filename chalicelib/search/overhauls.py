"""Overhauls of a whole catalogue (emptied, replaced by what was staged, cleared of what passes filters), in pages that a worker
can do again after the one before it died.

An overhaul happens at the moment it was asked for, however long it takes: a product that changed since then is left alone, and
a later overhaul waits for it.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from chalicelib.catalog import Product, Products
from chalicelib.core.clock import Clock
from chalicelib.core.errors import Conflict, NotFound, Unavailable
from chalicelib.search.document import filtered_by
from chalicelib.search.filtering import meets
from chalicelib.search.plan import Filter

PAGE_SIZE = 200
"""Products of a page: a second or two of work, far inside a worker's minute."""
PATIENCE = timedelta(hours=1)
"""A worker repeats a page that failed for minutes; what did not move for so long needs an operator."""
AT_ONCE = 2
"""Pages done while the caller waits: all there are of a small shop."""


class OverhaulNotFound(NotFound):
    """There is no overhaul of that id."""


class OverhaulEnded(Conflict):
    """There is nothing to go on with."""


class OverhaulPhase(StrEnum):
    """What its next page does: put staged products into the catalogue, take others out, or nothing more. ``GIVEN_UP``: it stood
    still for so long that a later one no longer waited."""

    FILL = "fill"
    SWEEP = "sweep"
    DONE = "done"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Overhaul:
    """``overhaul_id`` is the epoch's milliseconds when it was asked for, a revision of products too. ``stage`` holds what the
    catalogue will be; without one, what passes ``filters`` goes. ``page`` counts the steps taken, ``after`` is where the next
    begins; ``stored`` and ``removed`` count products that changed."""

    overhaul_id: int
    phase: OverhaulPhase
    started_at: datetime
    changed_at: datetime
    stage: str | None = None
    filters: tuple[Filter, ...] = ()
    page: int = 0
    after: str | None = None
    stored: int = 0
    removed: int = 0

    @property
    def is_running(self) -> bool:
        return self.phase in (OverhaulPhase.FILL, OverhaulPhase.SWEEP)


class OverhaulRecords(Protocol):
    """What is known of overhauls. Whoever stores a running one also has its next page done, by some worker, some time."""

    def add(self, overhaul: Overhaul) -> bool:
        """Store a new one; False when its id is taken."""
        ...

    def get(self, overhaul_id: int) -> Overhaul | None: ...

    def replace(self, before: Overhaul, after: Overhaul) -> bool:
        """Store ``after`` if the record is still at ``before``'s page; whether it was."""
        ...

    def running(self) -> Sequence[Overhaul]:
        """Those of the latest twenty that are not done."""
        ...


class Stages(Protocol):
    """Products set aside under the name of a stage until they become the catalogue; kept for two days."""

    def put_many(self, stage: str, products: Sequence[Product]) -> None: ...

    def delete_many(self, stage: str, product_ids: Sequence[str]) -> None: ...

    def get_many(self, stage: str, product_ids: Sequence[str]) -> Mapping[str, Product]: ...

    def page(self, stage: str, after: str | None, limit: int) -> tuple[Sequence[Product], str | None]:
        """A page in the order of ids, and where to go on (None: that was the end)."""
        ...


class Overhauls:
    """Starts overhauls and does their pages."""

    def __init__(self, records: OverhaulRecords, products: Products, stages: Stages, clock: Clock) -> None:
        self._records = records
        self._products = products
        self._stages = stages
        self._clock = clock

    def start(self, stage: str | None = None, filters: Sequence[Filter] = ()) -> Overhaul:
        """Have the catalogue become what ``stage`` holds, or have what passes ``filters`` taken out of it."""
        now = self._clock.now()
        phase = OverhaulPhase.SWEEP if stage is None else OverhaulPhase.FILL
        # Behind every change there was: a product may have got its revision in this millisecond.
        overhaul = Overhaul(int(now.timestamp() * 1000) + 1, phase, now, now, stage, tuple(filters))
        while not self._records.add(overhaul):
            overhaul = replace(overhaul, overhaul_id=overhaul.overhaul_id + 1)
        # A worker would do these as well, should this one not come to it.
        with suppress(Unavailable):
            for page in range(AT_ONCE):
                self.step(overhaul.overhaul_id, page)
        return overhaul

    def get(self, overhaul_id: int) -> Overhaul:
        """Raises ``OverhaulNotFound``."""
        overhaul = self._records.get(overhaul_id)
        if overhaul is None:
            raise OverhaulNotFound(f"there is no overhaul {overhaul_id}")
        return overhaul

    def running(self) -> Sequence[Overhaul]:
        """Those of the latest that are not done, the newest first."""
        return self._records.running()

    def resume(self, overhaul_id: int) -> Overhaul:
        """Have the next page of an overhaul done whose worker gave up. Raises ``OverhaulNotFound`` and ``OverhaulEnded``."""
        overhaul = self.get(overhaul_id)
        resumed = replace(overhaul, changed_at=self._clock.now())
        if not overhaul.is_running or not self._records.replace(overhaul, resumed):
            raise OverhaulEnded("the overhaul is done, or goes on by itself")
        return resumed

    def since(self) -> int:
        """What is written now must get a revision of at least this, or an overhaul on its way takes it for older than itself."""
        return max((each.overhaul_id for each in self._records.running()), default=0)

    def step(self, overhaul_id: int, page: int) -> None:
        """Take step ``page``, once however often it is asked for. Raises ``Unavailable`` when it should be tried again."""
        overhaul = self._records.get(overhaul_id)
        if overhaul is None or overhaul.page != page or not overhaul.is_running:
            return
        now = self._clock.now()
        if self._is_behind(overhaul, now):
            # Stored as it is, it asks for its next step again.
            reached = overhaul
        else:
            reached = self._filled(overhaul) if overhaul.phase is OverhaulPhase.FILL else self._swept(overhaul)
        self._records.replace(overhaul, replace(reached, page=page + 1, changed_at=now))

    def _is_behind(self, overhaul: Overhaul, now: datetime) -> bool:
        """Whether an earlier one is on its way. One that stands still is given up: going on later it would undo this one."""
        earlier = [each for each in self._records.running() if each.overhaul_id < overhaul.overhaul_id]
        stale = [each for each in earlier if now - each.changed_at > PATIENCE]
        for each in stale:
            self._records.replace(each, replace(each, phase=OverhaulPhase.GIVEN_UP, page=each.page + 1, changed_at=now))
        return len(stale) < len(earlier)

    def _filled(self, overhaul: Overhaul) -> Overhaul:
        assert overhaul.stage is not None
        products, after = self._stages.page(overhaul.stage, overhaul.after, PAGE_SIZE)
        stored = self._products.settle({each.product_id: each for each in products}, overhaul.overhaul_id)
        phase = OverhaulPhase.SWEEP if after is None else OverhaulPhase.FILL
        return replace(overhaul, phase=phase, after=after, stored=overhaul.stored + stored)

    def _swept(self, overhaul: Overhaul) -> Overhaul:
        products, after = self._products.page(overhaul.after, PAGE_SIZE)
        going = [each.product_id for each in products if meets(*filtered_by(each), overhaul.filters)]
        kept = self._stages.get_many(overhaul.stage, going) if overhaul.stage and going else {}
        removed = self._products.settle(dict.fromkeys(each for each in going if each not in kept), overhaul.overhaul_id)
        phase = OverhaulPhase.DONE if after is None else OverhaulPhase.SWEEP
        return replace(overhaul, phase=phase, after=after, removed=overhaul.removed + removed)
