"""What search needs from outside."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from chalicelib.catalog import Product
from chalicelib.search.analysed import Analysed
from chalicelib.search.blocks import Place
from chalicelib.search.dictionary import PackedDictionary
from chalicelib.search.document import Document
from chalicelib.search.found import Found, Write, WriteFailure
from chalicelib.search.model import QueryDay, Taste
from chalicelib.search.plan import Plan
from chalicelib.search.rules import Rule
from chalicelib.search.words.lexicon import Lexicon


class Segmenter(Protocol):
    """Cuts folded text into words. ``signature`` is its name and version (``rjieba/0.2.2``)."""

    signature: str

    def cut(self, text: str) -> Sequence[str]:
        """The words of ``text``, in order, nothing left out."""
        ...

    def lattice(self, text: str) -> Sequence[str]:
        """Every dictionary word inside ``text``, overlapping ones too; repetitions allowed."""
        ...


class SemanticEncoder(Protocol):
    """Texts as vectors whose cosine is their likeness. ``signature`` names model and version; every method may raise
    ``EncoderUnavailable``."""

    signature: str

    def encode_titles(self, titles: Sequence[str]) -> Sequence[Sequence[float]]:
        """One vector per title, in order, all of one size."""
        ...

    def encode_query(self, query: str) -> Sequence[float]:
        """The vector of a query, to be compared with those of titles."""
        ...


class Tastes(Protocol):
    """Shoppers' tastes."""

    def of(self, shopper_id: str, now: datetime) -> Taste:
        """The taste of a shopper, ``NEUTRAL`` for one who is unknown or switched personalisation off."""
        ...


class QueryCounts(Protocol):
    """What shoppers searched, summed per day; suggestions and hot searches are made of it."""

    def on(self, day: date) -> Iterable[QueryDay]:
        """The queries of one day of the shop's zone, in any order; a query may be left out once thousands were more frequent."""
        ...


class ProductLookup(Protocol):
    """The catalogue as it is now."""

    def get_many(self, product_ids: Sequence[str]) -> Mapping[str, Product]:
        """The products that exist, by id."""
        ...


class Lexicons(Protocol):
    """The shop's own words, at hand."""

    def current(self, now: datetime) -> Lexicon:
        """The words as last learnt, the same object until they are learnt anew; an empty lexicon before the first time."""
        ...

    def unwanted(self, now: datetime) -> Sequence[str]:
        """The blocked words, a few seconds old at most."""
        ...


class LexiconStore(Protocol):
    """One packed lexicon, replaced as a whole: a reader gets an old one or a new one, never halves of both."""

    def save(self, packed: bytes) -> None: ...

    def version(self) -> str | None:
        """What names the one stored now; None before the first."""
        ...

    def load(self, version: str) -> bytes | None:
        """The one so named; None when it was replaced meanwhile."""
        ...


class BlockedWords(Protocol):
    """Words that no suggestion may hold."""

    def words(self) -> Sequence[str]:
        """All of them, sorted."""
        ...

    def replace(self, words: Sequence[str]) -> None:
        """Block these and no others."""
        ...


class RuleBook(Protocol):
    """The merchandising rules of a shop, by id."""

    def create(self, rule: Rule) -> None:
        """Store a new rule. Raises ``RuleExists``."""
        ...

    def get(self, rule_id: str) -> Rule | None: ...

    def list(self, limit: int, cursor: str | None = None) -> tuple[Sequence[Rule], str | None]:
        """A page in the order of ids, and the cursor of the next one (None at the end)."""
        ...

    def all(self) -> Sequence[Rule]:
        """Every rule; a shop has tens of them, not thousands."""
        ...

    def replace(self, rule: Rule) -> None:
        """Store the next version of a rule. Raises ``RuleChanged`` unless the version before it is stored."""
        ...

    def put_many(self, rules: Sequence[Rule]) -> None:
        """Store rules of distinct ids, whatever was there before."""
        ...

    def delete(self, rule_id: str) -> bool:
        """Remove the rule; whether it was there."""
        ...

    def delete_many(self, rule_ids: Sequence[str]) -> None:
        """Remove rules, those that are there."""
        ...


class ProductIndex(Protocol):
    """A searchable copy of the catalogue. Readers see one version of it; a rebuild fills another and swaps.

    Every method may raise ``IndexUnavailable``. Documents and plans whose ``analysis`` is not the index's are
    refused with ``AnalysisMismatch``: tokens of two segmenters must never be mixed.
    """

    def search(self, plan: Plan, version: str | None = None) -> Found:
        """What ``plan`` finds in a version, by default the one being read. Raises ``IndexMissing`` before the first version
        exists, and ``DictionaryMismatch`` when the plan was made with words that the version does not keep."""
        ...

    def teach(self, dictionary: PackedDictionary, version: str | None = None) -> None:
        """Keep ``dictionary`` with a version (by default the one being read) for as long as it lives, instead of what was
        kept. Raises ``IndexMissing``."""
        ...

    def dictionary(self) -> PackedDictionary | None:
        """What the version being read keeps; None when it was taught nothing, or there is none."""
        ...

    def analysed(self, object_ids: Sequence[str]) -> Mapping[str, Analysed]:
        """What the version being read, if there is one, keeps of these products' analysis. One written a moment ago may be
        left out, or still be that of earlier words."""
        ...

    def apply(self, writes: Sequence[Write]) -> Sequence[WriteFailure]:
        """Store and delete in the version being read, the one being built and the one kept for a rollback; what failed
        in the first two, and why.

        A document is stored in those versions only that its ``analysis`` fits; fits it neither the one being read nor
        the one being built, ``AnalysisMismatch``. A write whose revision is not above the one the index has seen for the
        id, a deletion's included, changes nothing and is no failure.
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

    def in_blocks(self, version: str, after: Place | None, size: int) -> Sequence[Place]:
        """The next ``size`` places (block and id) of a version behind ``after``, in order; products of no block have none."""
        ...

    def swap(self, version: str) -> None:
        """Let readers see ``version`` from now on; the one they saw before is kept for ``rollback``, earlier ones go."""
        ...

    def rollback(self) -> str:
        """Let readers see the version kept by the last ``swap`` again, and keep the other; its name.

        Raises ``IndexMissing`` when none is kept.
        """
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

    def outdated(self, analysis: str) -> str | None:
        """Why the version being read must be built anew before documents of ``analysis`` fit; None when they do."""
        ...
