"""API keys: who may call what. A key is shown once, at creation; only its hash is kept."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from chalicelib.core.ids import Randomness

SIGNATURE_CHARACTERS = 64


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


def parent_of(secured: str, keys: Iterable[ApiKey]) -> tuple[ApiKey, str] | None:
    """The search key that ``secured`` was made from and its parameters (a query string), or None when nobody's.

    As Algolia: base64(hex(HMAC-SHA256(secret, parameters)) + parameters). HMAC begins by hashing a secret of more than 64 bytes,
    so that the hash we keep of a search key is all it takes to check what was signed with it.
    """
    try:
        plain = base64.b64decode(secured, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    signature, parameters = plain[:SIGNATURE_CHARACTERS].encode(), plain[SIGNATURE_CHARACTERS:]
    for key in keys:
        if key.scope is Scope.SEARCH and key.revoked_at is None:
            expected = hmac.new(bytes.fromhex(key.key_hash), parameters.encode(), hashlib.sha256).hexdigest()
            if hmac.compare_digest(expected.encode(), signature):
                return key, parameters
    return None


def new_key(scope: Scope, name: str, now: datetime, randomness: Randomness) -> tuple[str, ApiKey]:
    """A fresh secret, to be shown once, and the record to store."""
    # Long enough for secured keys to be made of it (see ``parent_of``).
    secret_bytes = 32 if scope is Scope.SEARCH else 16
    secret = f"zh_{scope}_{randomness.token_bytes(secret_bytes).hex()}"
    return secret, ApiKey(hash_key(secret), scope, name, now)
