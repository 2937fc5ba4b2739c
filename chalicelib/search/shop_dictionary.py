"""The dictionary of the index that is searched, at hand in a container."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from chalicelib.search.dictionary import NOTHING_LEARNT, Dictionary, unpacked
from chalicelib.search.model import DictionaryMismatch
from chalicelib.search.ports import ProductIndex
from chalicelib.search.teaching import Teaching

KEPT = timedelta(minutes=10)
Answer = TypeVar("Answer")


class ShopDictionary:
    """Read again every ``KEPT``, and when the index refuses a plan made with it: another version is read since.

    ``teaching``: of an index inside this process, which is taught what changed before it is read again.
    """

    def __init__(self, index: ProductIndex, teaching: Teaching | None = None) -> None:
        self._index = index
        self._teaching = teaching
        self._lock = threading.Lock()
        self._dictionary = NOTHING_LEARNT
        self._read_at: datetime | None = None

    def at(self, now: datetime) -> Dictionary:
        """The dictionary, at most ``KEPT`` old. Raises ``IndexUnavailable``."""
        with self._lock:
            if self._read_at is None or now - self._read_at >= KEPT:
                if self._teaching:
                    self._teaching.follow(0)
                self._read(now)
            return self._dictionary

    def using(self, search: Callable[[Dictionary], Answer], now: datetime) -> Answer:
        """What ``search`` answers with the dictionary of the index. Searched again with the present one when another version of
        the index is read since; with none should it change once more. Raises what ``search`` raises, but no
        ``DictionaryMismatch``."""
        for dictionary in (self.at, self._again):
            try:
                return search(dictionary(now))
            except DictionaryMismatch:
                continue
        return search(NOTHING_LEARNT)

    def _again(self, now: datetime) -> Dictionary:
        with self._lock:
            self._read(now)
            return self._dictionary

    def _read(self, now: datetime) -> None:
        self._dictionary = unpacked(self._index.dictionary())
        self._read_at = now
