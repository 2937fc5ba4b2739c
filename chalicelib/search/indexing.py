"""The use cases of the index: follow the catalogue's changes, and build it anew."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chalicelib.catalog import Product, ProductChange
from chalicelib.core.errors import Unavailable
from chalicelib.search.document import Document, document_of
from chalicelib.search.model import IndexMissing
from chalicelib.search.plan import Write, WriteFailure
from chalicelib.search.ports import ProductIndex
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


class RebuildFailed(Unavailable):
    """The new version was given up; readers still see the old one."""


class Indexing:
    """Keeps the index equal to the catalogue."""

    def __init__(self, index: ProductIndex, analyser: Analyser) -> None:
        self._index = index
        self._analyser = analyser

    def apply(self, changes: Sequence[ProductChange]) -> Sequence[IndexingFailure]:
        """Bring changes into the index in any order and as often as they come: the highest revision of a product wins.

        A product that is gone or off sale is deleted. Creates the index when there is none. Raises ``IndexUnavailable``
        when nothing could be done, ``AnalysisMismatch`` when the index must be rebuilt first.
        """
        if not changes:
            return ()
        writes = [self._write(change) for change in changes]
        try:
            failures = self._index.apply(writes)
        except IndexMissing:
            self._index.ensure(self._analyser.signature)
            failures = self._index.apply(writes)
        return [_failure(failure) for failure in failures]

    def rebuild(self, products: Iterable[Product], revision: int) -> RebuildReport:
        """Fill a new version with ``products`` and let readers see it; the old one serves until then.

        ``revision`` must not be above that of any change made after the reading of ``products`` began (with revisions of
        epoch milliseconds: the moment before it began), so that changes made meanwhile win. Raises ``RebuildFailed``
        when some product may succeed later; then readers keep the old version.
        """
        version = self._index.create(self._analyser.signature)
        try:
            failures = tuple(_failure(each) for each in self._index.load(version, self._documents(products, revision)))
            if any(failure.is_retryable for failure in failures):
                raise RebuildFailed(f"{len(failures)} products could not be indexed: {failures[0].reason}")
            self._index.swap(version)
        except BaseException:
            self._index.drop(version)
            raise
        return RebuildReport(version, self._index.count(), failures)

    def _documents(self, products: Iterable[Product], revision: int) -> Iterator[Document]:
        for product in products:
            if product.is_on_sale:
                yield document_of(product, revision, self._analyser)

    def _write(self, change: ProductChange) -> Write:
        product = change.product
        document = None
        if product is not None and product.is_on_sale:
            document = document_of(product, change.revision, self._analyser)
        return Write(change.product_id, change.revision, document)


def _failure(failure: WriteFailure) -> IndexingFailure:
    return IndexingFailure(failure.object_id, failure.reason, failure.is_retryable)
