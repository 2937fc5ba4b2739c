"""Learning the shop's words by the clock, and having them at hand in every container."""

import zlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import msgspec

from chalicelib.catalog import Product
from chalicelib.search.ports import BlockedWords, LexiconStore, QueryCounts
from chalicelib.search.text import Analyser
from chalicelib.search.words.lexicon import Lexicon, Listing, Searched, learn
from chalicelib.search.words.trends import searched

WORDS_LIFE = timedelta(minutes=5)
BLOCKED_LIFE = timedelta(seconds=30)
EMPTY = Lexicon()


def pack(lexicon: Lexicon) -> bytes:
    """A lexicon as bytes."""
    return zlib.compress(msgspec.json.encode(lexicon), 6)


def unpack(packed: bytes) -> Lexicon:
    """The lexicon that ``pack`` packed."""
    return msgspec.json.decode(zlib.decompress(packed), type=Lexicon)


def listing_of_product(product: Product, analyser: Analyser) -> Listing:
    """What the lexicon learns of a product of the catalogue."""
    return Listing(
        tuple(analyser.words(product.title)),
        product.brand,
        product.category_path,
        product.sales_30d or 0,
    )


class Learning:
    """Learns the lexicon of the whole catalogue and the last week's searches, and stores it."""

    def __init__(self, store: LexiconStore, counts: QueryCounts, analyser: Analyser, min_shoppers: int) -> None:
        self._store = store
        self._counts = counts
        self._analyser = analyser
        self._min_shoppers = min_shoppers

    def searched(self, today: date) -> Sequence[Searched]:
        """The queries worth suggesting."""
        return searched(self._counts, today, self._min_shoppers, self._analyser.words)

    def refresh(self, products: Iterable[Product], today: date) -> int:
        """Learn and store; how many products were seen."""
        listings = [listing_of_product(each, self._analyser) for each in products if each.is_on_sale]
        self._store.save(pack(learn(listings, self.searched(today))))
        return len(listings)


class StoredLexicons:
    """``Lexicons`` from a store, read again every five minutes; before the first learning nothing is known."""

    def __init__(self, store: LexiconStore, blocked: BlockedWords) -> None:
        self._store = store
        self._blocked = BlockedCache(blocked)
        self._version: str | None = None
        self._lexicon = EMPTY
        self._until: datetime | None = None

    def current(self, now: datetime) -> Lexicon:
        if self._until is None or now >= self._until:
            self._until = now + WORDS_LIFE
            version = self._store.version()
            if version is not None and version != self._version:
                packed = self._store.load(version)
                if packed is not None:
                    self._version, self._lexicon = version, unpack(packed)
        return self._lexicon

    def unwanted(self, now: datetime) -> Sequence[str]:
        return self._blocked.of(now)


class BlockedCache:
    """The blocked words, read again every half minute."""

    def __init__(self, blocked: BlockedWords) -> None:
        self._blocked = blocked
        self._words: Sequence[str] = ()
        self._until: datetime | None = None

    def of(self, now: datetime) -> Sequence[str]:
        """The blocked words as of about ``now``."""
        if self._until is None or now >= self._until:
            self._words, self._until = tuple(self._blocked.words()), now + BLOCKED_LIFE
        return self._words
