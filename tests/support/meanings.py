"""A semantic encoder that needs no model: texts are alike that share characters."""

import threading
import zlib
from collections.abc import Sequence

from chalicelib.search import EncoderUnavailable

SIZE = 64


class CharacterEncoder:
    """Each character points into one of 64 directions. ``alike`` characters point into that of another one."""

    def __init__(self, alike: dict[str, str] | None = None, signature: str = "characters/1") -> None:
        self.signature = signature
        self.titles: list[str] = []
        self.queries: list[str] = []
        self._alike = alike or {}

    def encode_titles(self, titles: Sequence[str]) -> list[Sequence[float]]:
        self.titles += titles
        return [self._vector(title) for title in titles]

    def encode_query(self, query: str) -> Sequence[float]:
        self.queries.append(query)
        return self._vector(query)

    def _vector(self, text: str) -> list[float]:
        vector = [0.0] * SIZE
        for character in text:
            vector[zlib.crc32(self._alike.get(character, character).encode()) % SIZE] += 1.0
        return vector


class BrokenEncoder(CharacterEncoder):
    """Cannot encode anything."""

    def encode_titles(self, titles: Sequence[str]) -> list[Sequence[float]]:
        raise EncoderUnavailable("no model here")

    def encode_query(self, query: str) -> Sequence[float]:
        raise EncoderUnavailable("no model here")


class WaitingEncoder(CharacterEncoder):
    """Encodes no query before ``go`` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def encode_query(self, query: str) -> Sequence[float]:
        self.go.wait(10)
        return super().encode_query(query)
