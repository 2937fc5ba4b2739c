"""Keys remembered for a few seconds, so that a search does not read its key from the table every time."""

from datetime import datetime, timedelta

from chalicelib.core.access import ApiKey, ApiKeys

_MOST_REMEMBERED = 1_000


class KeyCache:
    """Looks keys up at most once per ``seconds`` and container; a revoked key works at most that much longer."""

    def __init__(self, keys: ApiKeys, seconds: int) -> None:
        self._keys = keys
        self._life = timedelta(seconds=seconds)
        self._known: dict[str, tuple[datetime, ApiKey | None]] = {}
        self._all: tuple[datetime, list[ApiKey]] | None = None

    def find(self, key_hash: str, now: datetime) -> ApiKey | None:
        """The key with that hash, or None."""
        known = self._known.get(key_hash)
        if known is not None and known[0] > now:
            return known[1]
        if len(self._known) >= _MOST_REMEMBERED:
            # Guessed keys must not fill the container's memory.
            self._known.clear()
        key = self._keys.find(key_hash)
        self._known[key_hash] = (now + self._life, key)
        return key

    def all(self, now: datetime) -> list[ApiKey]:
        """Every key."""
        if self._all is None or self._all[0] <= now:
            self._all = (now + self._life, self._keys.all())
        return self._all[1]
