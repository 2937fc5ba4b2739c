"""What the stores of the shop's words promise, kept by the twins, by moto and by DynamoDB Local alike."""

import pytest

from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.dynamodb.words import CHUNK_BYTES, DynamoBlockedWords, DynamoLexiconStore
from chalicelib.adapters.memory.words import MemoryBlockedWords, MemoryLexiconStore
from chalicelib.core.ids import SeededRandomness
from chalicelib.search.ports import BlockedWords, LexiconStore
from tests.support.stores import Store


@pytest.fixture
def lexicons(store_or_twin: Store | None) -> LexiconStore:
    return DynamoLexiconStore(_table(store_or_twin)) if store_or_twin else MemoryLexiconStore()


@pytest.fixture
def blocked(store_or_twin: Store | None) -> BlockedWords:
    return DynamoBlockedWords(_table(store_or_twin)) if store_or_twin else MemoryBlockedWords()


def _table(store: Store) -> Table:
    return Table(store.client, store.names.marketing)


def _current(lexicons: LexiconStore) -> bytes | None:
    version = lexicons.version()
    return lexicons.load(version) if version else None


def test_there_is_no_lexicon_before_the_first(lexicons: LexiconStore) -> None:
    assert lexicons.version() is None
    assert lexicons.load("none") is None


def test_a_lexicon_comes_back_as_it_was_saved_however_long(lexicons: LexiconStore) -> None:
    packed = SeededRandomness("words").token_bytes(2 * CHUNK_BYTES + 7)
    lexicons.save(packed)
    assert _current(lexicons) == packed


def test_the_last_one_saved_is_read(lexicons: LexiconStore) -> None:
    for packed in (b"one", b"two", b"three"):
        lexicons.save(packed)
        assert _current(lexicons) == packed


def test_another_lexicon_has_another_version(lexicons: LexiconStore) -> None:
    lexicons.save(b"one")
    before = lexicons.version()
    lexicons.save(b"two")
    assert lexicons.version() != before


def test_nothing_is_blocked_at_first(blocked: BlockedWords) -> None:
    assert list(blocked.words()) == []


def test_blocking_replaces_what_was_blocked(blocked: BlockedWords) -> None:
    blocked.replace(["香烟", "sk-ii"])
    assert list(blocked.words()) == ["sk-ii", "香烟"]
    blocked.replace([])
    assert list(blocked.words()) == []
