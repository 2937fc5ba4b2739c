"""In-memory twin of the data keys."""

from chalicelib.core.ids import Randomness
from chalicelib.core.sealing import SECRET_BYTES, DataKey


class MemoryDataKeys:
    """``DataKeys`` in a list."""

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness
        self._keys: list[DataKey] = []
        self.rotate()

    def current(self) -> DataKey:
        return self._keys[-1]

    def first(self) -> DataKey:
        return self._keys[0]

    def find(self, key_id: str) -> DataKey | None:
        return next((key for key in self._keys if key.key_id == key_id), None)

    def rotate(self) -> str:
        self._keys.append(DataKey(f"k{len(self._keys) + 1}", self._randomness.token_bytes(SECRET_BYTES)))
        return self._keys[-1].key_id

    def ids(self) -> list[str]:
        return [key.key_id for key in self._keys]
