"""What search needs from outside."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.search.document import Document
from chalicelib.search.model import Taste
from chalicelib.search.plan import Found, Plan, Write, WriteFailure


class Segmenter(Protocol):
    """Cuts folded text into words. ``signature`` is its name and version (``rjieba/0.2.2``)."""

    signature: str

    def cut(self, text: str) -> Sequence[str]:
        """The words of ``text``, in order, nothing left out."""
        ...

    def lattice(self, text: str) -> Sequence[str]:
        """Every dictionary word inside ``text``, overlapping ones too; repetitions allowed."""
        ...


class Tastes(Protocol):
    """Shoppers' tastes."""

    def of(self, shopper_id: str, now: datetime) -> Taste:
        """The taste of a shopper, ``NEUTRAL`` for one who is unknown or switched personalisation off."""
        ...


class ProductIndex(Protocol):
    """A searchable copy of the catalogue. Readers see one version of it; a rebuild fills another and swaps.

    Every method may raise ``IndexUnavailable``. Documents and plans whose ``analysis`` is not the index's are
    refused with ``AnalysisMismatch``: tokens of two segmenters must never be mixed.
    """

    def search(self, plan: Plan) -> Found:
        """What ``plan`` finds. Raises ``IndexMissing`` before the first version exists."""
        ...

    def apply(self, writes: Sequence[Write]) -> Sequence[WriteFailure]:
        """Store and delete in the version being read and in those being built; what failed, and why.

        A write whose revision is not above the one the index has seen for the id, a deletion's included, changes
        nothing and is no failure.
        """
        ...

    def ensure(self, analysis: str) -> None:
        """Make a first, empty version to be read when there is none; harmless when repeated or raced."""
        ...

    def create(self, analysis: str) -> str:
        """A new empty version for documents of ``analysis``; its name. Nobody reads it yet, ``apply`` writes to it."""
        ...

    def load(self, version: str, documents: Iterable[Document]) -> Sequence[WriteFailure]:
        """Fill a version being built, in bulk, by the same rule of revisions."""
        ...

    def swap(self, version: str) -> None:
        """Let readers see ``version`` from now on; the one they saw before is gone."""
        ...

    def drop(self, version: str) -> None:
        """Give up a version being built."""
        ...

    def count(self, version: str | None = None) -> int:
        """How many documents a version (by default the one being read) holds."""
        ...

    def analysis(self) -> str | None:
        """What the version being read was analysed with; None before there is one."""
        ...
