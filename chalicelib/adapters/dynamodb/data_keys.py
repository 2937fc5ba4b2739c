"""Data keys in the marketing table, wrapped: whoever reads the table alone opens nothing."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, Protocol

from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import DATA_KEYS, SK, data_key_key
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.core.clock import Clock, to_rfc3339
from chalicelib.core.ids import Randomness
from chalicelib.core.sealing import SECRET_BYTES, DataKey

_WRAPPED: Final = "w"
_READ_AGAIN: Final = timedelta(minutes=5)
"""How long until every container seals with a key that was made elsewhere."""
_ASK_AGAIN: Final = timedelta(seconds=5)
"""How often an unknown key id may make us look: shoppers can write any."""


class KeyWrapper(Protocol):
    """Makes secrets and locks them up."""

    def new(self) -> tuple[bytes, bytes]:
        """A fresh secret, in clear and wrapped. Raises ``Unavailable``."""
        ...

    def unwrap(self, wrapped: bytes) -> bytes:
        """The secret in clear. Raises ``Unavailable``."""
        ...


class LocalKeyWrapper:
    """``KeyWrapper`` of the laptop shop, which has no KMS: the key lies beside what it seals and dies with it."""

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness

    def new(self) -> tuple[bytes, bytes]:
        secret = self._randomness.token_bytes(SECRET_BYTES)
        return secret, secret

    def unwrap(self, wrapped: bytes) -> bytes:
        return wrapped


class DynamoDataKeys:
    """``DataKeys`` on DynamoDB. They are numbered; the last one seals, and none is ever thrown away."""

    def __init__(self, table: Table, wrapper: KeyWrapper, clock: Clock) -> None:
        self._table = table
        self._wrapper = wrapper
        self._clock = clock
        self._wrapped: dict[str, bytes] = {}
        self._open: dict[str, DataKey] = {}
        self._read_at: datetime | None = None

    def current(self) -> DataKey:
        return self._unwrapped(self._known()[-1])

    def first(self) -> DataKey:
        return self._unwrapped(self._known()[0])

    def find(self, key_id: str) -> DataKey | None:
        if key_id not in self._wrapped and self._is_older_than(_ASK_AGAIN):
            self._read()
        return self._unwrapped(key_id) if key_id in self._wrapped else None

    def rotate(self) -> str:
        """Make a new key that seals from now on, and return its id; of two at once one is made."""
        self._read()
        return self._make(len(self._wrapped) + 1)

    def ids(self) -> list[str]:
        """Every key's id, oldest first."""
        self._read()
        return list(self._wrapped)

    def _known(self) -> list[str]:
        if self._is_older_than(_READ_AGAIN):
            self._read()
        if not self._wrapped:
            self._make(1)
        return list(self._wrapped)

    def _is_older_than(self, age: timedelta) -> bool:
        return self._read_at is None or self._clock.now() - self._read_at > age

    def _read(self) -> None:
        items = self._table.query_all(DATA_KEYS, consistent=True)
        self._wrapped = {_id_of(item): item[_WRAPPED] for item in items}
        self._read_at = self._clock.now()

    def _make(self, number: int) -> str:
        _, wrapped = self._wrapper.new()
        item = {**data_key_key(number), _WRAPPED: wrapped, "at": to_rfc3339(self._clock.now())}
        # Where another container was faster, both use its key.
        with suppress(ConditionFailed):
            self._table.put(item, "attribute_not_exists(pk)")
        self._read()
        return list(self._wrapped)[-1]

    def _unwrapped(self, key_id: str) -> DataKey:
        if key_id not in self._open:
            self._open[key_id] = DataKey(key_id, self._wrapper.unwrap(self._wrapped[key_id]))
        return self._open[key_id]


def _id_of(item: Item) -> str:
    return f"k{int(item[SK])}"
