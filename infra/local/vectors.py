"""A file of vectors between an encoder and who asks it: judging a ranking again must not encode 17,628 titles again."""

import hashlib
import sqlite3
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from chalicelib.search import SemanticEncoder

FILE = Path.home() / ".cache" / "zhaohui" / "vectors.sqlite"
_AT_ONCE = 64


class RememberingEncoder:
    """Answers as ``encoder`` does, from the file when it was asked before."""

    def __init__(self, encoder: SemanticEncoder, connection: sqlite3.Connection) -> None:
        self.signature = encoder.signature
        self._encoder = encoder
        self._connection = connection
        connection.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, floats BLOB NOT NULL)")

    def encode_titles(self, titles: Sequence[str]) -> list[Sequence[float]]:
        known = {title: self._known("title", title) for title in titles}
        missing = [title for title, vector in known.items() if vector is None]
        for first in range(0, len(missing), _AT_ONCE):
            some = missing[first : first + _AT_ONCE]
            for title, vector in zip(some, self._encoder.encode_titles(some), strict=True):
                known[title] = vector
                self._keep("title", title, vector)
            self._connection.commit()
        return [vector for title in titles if (vector := known[title]) is not None]

    def encode_query(self, query: str) -> Sequence[float]:
        vector = self._known("query", query)
        if vector is None:
            vector = self._encoder.encode_query(query)
            self._keep("query", query, vector)
            self._connection.commit()
        return vector

    def _known(self, kind: str, text: str) -> Sequence[float] | None:
        row = self._connection.execute("SELECT floats FROM vectors WHERE key = ?", (self._key(kind, text),)).fetchone()
        return None if row is None else array("f", row[0])

    def _keep(self, kind: str, text: str, vector: Sequence[float]) -> None:
        row = (self._key(kind, text), array("f", vector).tobytes())
        self._connection.execute("INSERT OR REPLACE INTO vectors VALUES (?, ?)", row)

    def _key(self, kind: str, text: str) -> bytes:
        return hashlib.sha256("\0".join((self.signature, kind, text)).encode()).digest()


@contextmanager
def remembering(encoder: SemanticEncoder, path: Path = FILE) -> Iterator[RememberingEncoder]:
    """``encoder`` with the file ``path`` before it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Queries are encoded in a thread of their own, one at a time and never beside titles.
    connection = sqlite3.connect(path, timeout=60, check_same_thread=False)
    try:
        yield RememberingEncoder(encoder, connection)
        connection.commit()
    finally:
        connection.close()
