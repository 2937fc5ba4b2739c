"""``Lexicons`` of an index inside the process: learnt from its own documents, anew when they have changed."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from chalicelib.adapters.embedded.product_index import EmbeddedProductIndex
from chalicelib.search import Lexicon, Searched, learn, listing_of

LEAST_LIFE = timedelta(seconds=2)
MOST_LIFE = timedelta(minutes=1)
"""What is searched changes too, though no product does."""
PATIENCE = 20
"""Learning takes at most a twentieth of the time."""


class EmbeddedLexicons:
    """``searched`` gives the queries worth suggesting at an instant, ``unwanted`` the blocked words."""

    def __init__(
        self,
        index: EmbeddedProductIndex,
        searched: Callable[[datetime], Sequence[Searched]],
        unwanted: Callable[[datetime], Sequence[str]],
    ) -> None:
        self._index = index
        self._searched = searched
        self._unwanted = unwanted
        self._lexicon = Lexicon()
        self._seen: object = None
        self._fresh_until: datetime | None = None
        self._valid_until: datetime | None = None

    def current(self, now: datetime) -> Lexicon:
        if self._fresh_until and now < self._fresh_until:
            return self._lexicon
        state = self._index.state()
        if state != self._seen or self._valid_until is None or now >= self._valid_until:
            began = time.perf_counter()
            self._lexicon = learn(map(listing_of, self._index.documents()), self._searched(now))
            took = timedelta(seconds=time.perf_counter() - began)
            self._seen = state
            self._valid_until = now + max(MOST_LIFE, PATIENCE * took)
            self._fresh_until = now + max(LEAST_LIFE, PATIENCE * took)
        return self._lexicon

    def unwanted(self, now: datetime) -> Sequence[str]:
        return self._unwanted(now)
