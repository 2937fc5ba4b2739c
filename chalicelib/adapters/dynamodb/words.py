"""The shop's words in the marketing table: the lexicon in chunks under the digest of its bytes, and what is blocked."""

from collections.abc import Sequence

import msgspec

from chalicelib.adapters.dynamodb.keys import (
    BLOCKED_WORDS,
    BODY,
    LEXICON_HEAD,
    PK,
    SK,
    lexicon_chunk_key,
    lexicon_partition,
)
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.core.ids import digest

CHUNK_BYTES = 350_000
"""An item has at most 400 KB."""
_VERSION = "ver"
_BEFORE = "old"


class DynamoLexiconStore:
    """``LexiconStore`` on DynamoDB. The version before the current one is kept for who is reading it just now."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def save(self, packed: bytes) -> None:
        version = digest(packed.hex())
        head = self._table.get(LEXICON_HEAD, consistent=True) or {}
        if head.get(_VERSION) == version:
            return
        for number, start in enumerate(range(0, len(packed), CHUNK_BYTES)):
            self._table.put({**lexicon_chunk_key(version, number), BODY: packed[start : start + CHUNK_BYTES]})
        self._table.put({**LEXICON_HEAD, _VERSION: version, _BEFORE: head.get(_VERSION)})
        if (abandoned := head.get(_BEFORE)) and abandoned != version:
            for item in list(self._table.query_all(lexicon_partition(abandoned))):
                self._table.delete({PK: item[PK], SK: item[SK]})

    def version(self) -> str | None:
        head = self._table.get(LEXICON_HEAD)
        return head[_VERSION] if head else None

    def load(self, version: str) -> bytes | None:
        # Consistent: the head may be seen before the chunks that were written before it.
        items = self._table.query_all(lexicon_partition(version), consistent=True)
        packed = b"".join(item[BODY] for item in items)
        return packed if digest(packed.hex()) == version else None


class DynamoBlockedWords:
    """``BlockedWords`` on DynamoDB, in one item."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def words(self) -> Sequence[str]:
        item = self._table.get(BLOCKED_WORDS, consistent=True)
        return msgspec.json.decode(item[BODY], type=tuple[str, ...]) if item else ()

    def replace(self, words: Sequence[str]) -> None:
        self._table.put({**BLOCKED_WORDS, BODY: msgspec.json.encode(sorted(words)).decode()})
