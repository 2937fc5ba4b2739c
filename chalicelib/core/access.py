"""API keys: who may call what. A key is shown once, at creation; only its hash is kept."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from chalicelib.core.ids import Randomness


class Scope(StrEnum):
    """What a key may do. ``admin`` may do everything."""

    SEARCH = "search"
    WRITE = "write"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is stored: ``key_hash`` is the SHA-256 of the secret, in hex."""

    key_hash: str
    scope: Scope
    name: str
    created_at: datetime
    revoked_at: datetime | None = None

    def allows(self, scope: Scope) -> bool:
        """Whether this key, unless revoked, may call a route of ``scope``."""
        return self.revoked_at is None and self.scope in (scope, Scope.ADMIN)


class ApiKeys(Protocol):
    """The store of keys."""

    def find(self, key_hash: str) -> ApiKey | None: ...
    def put(self, key: ApiKey) -> None: ...
    def all(self) -> list[ApiKey]: ...


def hash_key(secret: str) -> str:
    """How a key is looked up. Keys are 128 random bits, so a fast hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_key(scope: Scope, name: str, now: datetime, randomness: Randomness) -> tuple[str, ApiKey]:
    """A fresh secret, to be shown once, and the record to store."""
    secret = f"zh_{scope}_{randomness.token_bytes(16).hex()}"
    return secret, ApiKey(hash_key(secret), scope, name, now)
