"""``ProductIndex`` inside the process, for the laptop shop, for tests, and for shops small enough to live in a Lambda."""

import heapq
import threading
from collections.abc import Iterable, Mapping, Sequence

from chalicelib.adapters.embedded.answering import found
from chalicelib.adapters.embedded.version import IndexVersion
from chalicelib.search import (
    Analysed,
    AnalysisMismatch,
    DictionaryMismatch,
    Document,
    Found,
    IndexMissing,
    PackedDictionary,
    Place,
    Plan,
    Write,
    WriteFailure,
)


class EmbeddedProductIndex:
    """All versions of one index. A lock makes each call atomic: the laptop's server searches and indexes in threads."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.RLock()
        self._versions: dict[str, IndexVersion] = {}
        self._live: str | None = None
        self._before: str | None = None
        self._created = 0
        self._changes = 0

    def search(self, plan: Plan, version: str | None = None) -> Found:
        with self._lock:
            searched = self._read() if version is None else self._version(version)
            _check(searched, plan.analysis)
            _check_words(searched, plan.dictionary)
            return found(searched, plan)

    def teach(self, dictionary: PackedDictionary, version: str | None = None) -> None:
        with self._lock:
            (self._read() if version is None else self._version(version)).dictionary = dictionary

    def dictionary(self) -> PackedDictionary | None:
        with self._lock:
            return self._versions[self._live].dictionary if self._live else None

    def analysed(self, object_ids: Sequence[str]) -> Mapping[str, Analysed]:
        with self._lock:
            version = self._versions[self._live] if self._live else None
            known = [version.documents[number] for number in version.numbers_of(object_ids)] if version else []
        return {each.object_id: Analysed(each.wording, each.views, each.meaning) for each in known}

    def apply(self, writes: Sequence[Write]) -> Sequence[WriteFailure]:
        with self._lock:
            self._changes += 1
            self._read()
            versions = [version for name, version in self._versions.items() if name != self._before]
            for write in writes:
                if write.document is not None and all(each.analysis != write.document.analysis for each in versions):
                    _check(self._read(), write.document.analysis)
                for version in self._versions.values():
                    if write.document is None or write.document.analysis == version.analysis:
                        version.put(write.object_id, write.revision, write.document)
        return ()

    def ensure(self, analysis: str) -> None:
        with self._lock:
            if self._live is None:
                self.swap(self.create(analysis))

    def create(self, analysis: str) -> str:
        with self._lock:
            self._created += 1
            name = f"{self._name}-{self._created}"
            self._versions[name] = IndexVersion(analysis)
            return name

    def load(self, version: str, documents: Iterable[Document]) -> Sequence[WriteFailure]:
        for document in documents:
            # One document at a time, so that a rebuild does not hold up searches.
            with self._lock:
                _put(self._version(version), Write(document.object_id, document.revision, document))
        return ()

    def in_blocks(self, version: str, after: Place | None, size: int) -> Sequence[Place]:
        with self._lock:
            every = self._version(version).documents.values()
            places = ((each.block, each.object_id) for each in every if each.block is not None)
            return heapq.nsmallest(size, (place for place in places if after is None or place > after))

    def swap(self, version: str) -> None:
        with self._lock:
            self._version(version)
            if version == self._live:
                return
            self._changes += 1
            self._before, self._live = self._live, version
            self._versions = {name: self._versions[name] for name in self._versions if name in (version, self._before)}

    def rollback(self) -> str:
        with self._lock:
            if self._before is None:
                raise IndexMissing(f"no earlier version of the index {self._name} is kept")
            self.swap(self._before)
            return self._live or ""

    def drop(self, version: str) -> None:
        with self._lock:
            if version not in (self._live, self._before):
                self._versions.pop(version, None)

    def count(self, version: str | None = None) -> int:
        with self._lock:
            return len((self._read() if version is None else self._version(version)).documents)

    def documents(self) -> list[Document]:
        """The documents being read; none before there is an index."""
        with self._lock:
            return list(self._versions[self._live].documents.values()) if self._live else []

    def state(self) -> int:
        """A number that changes whenever the documents may have."""
        return self._changes

    def analysis(self) -> str | None:
        with self._lock:
            return self._versions[self._live].analysis if self._live else None

    def outdated(self, analysis: str) -> str | None:
        built_with = self.analysis()
        if built_with in (None, analysis):
            return None
        return f"it was analysed with {built_with}, this version makes {analysis}"

    def _read(self) -> IndexVersion:
        if self._live is None:
            raise IndexMissing(f"the index {self._name} does not exist")
        return self._versions[self._live]

    def _version(self, name: str) -> IndexVersion:
        if name not in self._versions:
            raise IndexMissing(f"the index version {name} does not exist")
        return self._versions[name]


def _check(version: IndexVersion, analysis: str) -> None:
    if version.analysis != analysis:
        raise AnalysisMismatch(f"the index was analysed with {version.analysis}, this came from {analysis}")


def _check_words(version: IndexVersion, words: str | None) -> None:
    kept = version.dictionary.version if version.dictionary else None
    if words not in (None, kept):
        raise DictionaryMismatch(f"the index keeps the dictionary {kept}, this was understood with {words}")


def _put(version: IndexVersion, write: Write) -> None:
    if write.document is not None:
        _check(version, write.document.analysis)
    version.put(write.object_id, write.revision, write.document)
