"""The shop's words in memory, for tests."""

from collections.abc import Sequence


class MemoryLexiconStore:
    """``LexiconStore`` in memory."""

    def __init__(self) -> None:
        self._saved: list[bytes] = []

    def save(self, packed: bytes) -> None:
        self._saved.append(packed)

    def version(self) -> str | None:
        return str(len(self._saved)) if self._saved else None

    def load(self, version: str) -> bytes | None:
        return self._saved[-1] if version == self.version() else None


class MemoryBlockedWords:
    """``BlockedWords`` in memory."""

    def __init__(self, words: Sequence[str] = ()) -> None:
        self._words = tuple(sorted(words))

    def words(self) -> Sequence[str]:
        return self._words

    def replace(self, words: Sequence[str]) -> None:
        self._words = tuple(sorted(words))
