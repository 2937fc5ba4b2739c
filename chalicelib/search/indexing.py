"""The use cases of the index: follow the catalogue's changes, and build it anew."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chalicelib.catalog import Product, ProductChange
from chalicelib.core.errors import Unavailable
from chalicelib.search.analysed import Analysed
from chalicelib.search.blocks import Place
from chalicelib.search.document import Document, document_of
from chalicelib.search.duplicates import Duplicates
from chalicelib.search.found import Write, WriteFailure
from chalicelib.search.listings import Grouping
from chalicelib.search.model import IndexMissing, IndexUnavailable
from chalicelib.search.ports import ProductIndex
from chalicelib.search.semantic import TitleMeanings
from chalicelib.search.teaching import Teaching
from chalicelib.search.text import Analyser


@dataclass(frozen=True, slots=True)
class IndexingFailure:
    """A product that is not in the index as it should be, and whether trying again may help."""

    product_id: str
    reason: str
    is_retryable: bool


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """The version that is read now, how many products it holds, and those that could not be put into it."""

    version: str
    count: int
    failures: tuple[IndexingFailure, ...]


LOST_SHARE = 0.01
"""Products that may be gone again when a version is complete: taken off sale while it was built."""


@dataclass(frozen=True, slots=True)
class IndexState:
    """How many products readers can find (None: there is no index yet), what they were analysed with, and why the index
    must be rebuilt (None: it need not)."""

    count: int | None
    analysis: str | None
    rebuild_needed: str | None


class RebuildFailed(Unavailable):
    """The new version was given up; readers still see the old one."""


class _Counted:
    """Documents, counted as they go by."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents = documents
        self.count = 0

    def __iter__(self) -> Iterator[Document]:
        for document in self._documents:
            self.count += 1
            yield document


class Indexing:
    """Keeps the index equal to the catalogue."""

    def __init__(
        self,
        index: ProductIndex,
        analyser: Analyser,
        meanings: TitleMeanings | None = None,
        duplicates: Duplicates | None = None,
        teaching: Teaching | None = None,
    ) -> None:
        self._index = index
        self._analyser = analyser
        self._meanings = meanings
        self._duplicates = duplicates
        self._teaching = teaching

    def apply(self, changes: Sequence[ProductChange]) -> Sequence[IndexingFailure]:
        """Bring changes into the index in any order and as often as they come: the highest revision of a product wins.

        A product that is gone or off sale is deleted. Creates the index when there is none. Raises ``IndexUnavailable``
        when nothing could be done, ``AnalysisMismatch`` when the index must be rebuilt first.
        """
        if not changes:
            return ()
        writes = self._writes(changes)
        try:
            failures = self._index.apply(writes)
        except IndexMissing:
            self._index.ensure(self._analyser.signature)
            failures = self._index.apply(writes)
        if self._teaching:
            self._teaching.follow(len(changes))
        return [_failure(failure, changes) for failure in failures]

    def rebuild(self, products: Iterable[Product], revision: int) -> RebuildReport:
        """Fill a new version with ``products`` and let readers see it; the old one serves until then, and is kept.

        ``revision`` must not be above that of any change made after the reading of ``products`` began (with revisions of
        epoch milliseconds: the moment before it began), so that changes made meanwhile win. Raises ``RebuildFailed``
        when the new version lacks some, ``IndexUnavailable`` when some may succeed later; readers keep the old version then.
        """
        version = self.begin()
        grouping = Grouping()
        try:
            loaded, failures = self.load(version, grouping.watched(products), revision)
            if self._duplicates:
                self._load_again(version, self._duplicates.regrouped(grouping, revision))
            count = self.finish(version, loaded)
        except BaseException:
            self._index.drop(version)
            raise
        return RebuildReport(version, count, tuple(failures))

    def begin(self) -> str:
        """A new version to be filled with ``load`` and shown with ``finish``."""
        return self._index.create(self._analyser.signature)

    def load(self, version: str, products: Iterable[Product], revision: int) -> tuple[int, Sequence[IndexingFailure]]:
        """Put some of the catalogue into a version being built: how many it holds now of them, and what it cannot hold.

        Raises ``IndexUnavailable`` when some may succeed later, ``IndexMissing`` when another rebuild took its place.
        """
        documents = _Counted(self._documents(products, revision - 1))
        failures = [_failure(each) for each in self._index.load(version, documents)]
        if trying_again := next((failure for failure in failures if failure.is_retryable), None):
            raise IndexUnavailable(f"{len(failures)} products could not be indexed: {trying_again.reason}")
        return documents.count - len(failures), failures

    def group(self, version: str, after: Place | None, revision: int) -> Place | None:
        """Find the items that are listed several times, a page of ``version`` at a time; where to go on (None: that was the end).

        Raises as ``load``."""
        if self._duplicates is None:
            return None
        again, following = self._duplicates.in_blocks(version, after, revision)
        self._load_again(version, again)
        return following

    def finish(self, version: str, loaded: int) -> int:
        """Let readers see ``version``, filled and grouped before; how many it holds. Raises ``RebuildFailed``."""
        count = self._index.count(version)
        if loaded - count > max(1, loaded * LOST_SHARE):
            raise RebuildFailed(f"the new version holds {count} of {loaded} products")
        if self._teaching:
            self._teaching.teach(version)
        self._index.swap(version)
        return count

    def rollback(self) -> str:
        """Let readers see the version before the last rebuild again; its name. Raises ``IndexMissing`` when none is kept."""
        return self._index.rollback()

    def state(self) -> IndexState:
        """What readers see."""
        try:
            count = self._index.count()
        except IndexMissing:
            return IndexState(None, None, None)
        return IndexState(count, self._index.analysis(), self._index.outdated(self._analyser.signature))

    def _load_again(self, version: str, again: Iterable[Document]) -> None:
        """Whom a product shares an item with is known when its block has come by: those few are written twice."""
        failures = self._index.load(version, self._meanings.added(again) if self._meanings else again)
        if any(failure.is_retryable for failure in failures):
            raise IndexUnavailable(f"{len(failures)} products could not be indexed: {failures[0].reason}")

    def _documents(self, products: Iterable[Product], revision: int) -> Iterator[Document]:
        documents = (document_of(each, revision, self._analyser) for each in products if each.is_on_sale)
        yield from self._meanings.added(documents) if self._meanings else documents

    def _writes(self, changes: Sequence[ProductChange]) -> list[Write]:
        known = self._index.analysed([change.product_id for change in changes if change.product is not None])
        writes = [self._write(change, known.get(change.product_id)) for change in changes]
        writes = self._duplicates.settled(changes, writes) if self._duplicates else writes
        return self._meanings.added_to(writes) if self._meanings else writes

    def _write(self, change: ProductChange, known: Analysed | None) -> Write:
        product = change.product
        document = None
        if product is not None and product.is_on_sale:
            document = document_of(product, change.revision, self._analyser, known)
        return Write(change.product_id, change.revision, document)


def _failure(failure: WriteFailure, changes: Sequence[ProductChange] = ()) -> IndexingFailure:
    if changes and all(failure.object_id != change.product_id for change in changes):
        # A member of a touched group: only the change that touched it can come again.
        reason = f"{failure.object_id}, listed several times: {failure.reason}"
        return IndexingFailure(changes[0].product_id, reason, failure.is_retryable)
    return IndexingFailure(failure.object_id, failure.reason, failure.is_retryable)
