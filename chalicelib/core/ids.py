"""Randomness and digests: the only place that draws random numbers."""

import hashlib
import secrets
from typing import Protocol


class Randomness(Protocol):
    """A source of random bytes."""

    def token_bytes(self, count: int) -> bytes: ...


class SecureRandomness:
    """The operating system's source; fit for coupon codes and keys."""

    def token_bytes(self, count: int) -> bytes:
        return secrets.token_bytes(count)


class SeededRandomness:
    """Repeatable bytes for tests and the demo: SHA-256 of a seed and a counter."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._drawn = 0

    def token_bytes(self, count: int) -> bytes:
        drawn = b""
        while len(drawn) < count:
            self._drawn += 1
            drawn += hashlib.sha256(f"{self._seed}:{self._drawn}".encode()).digest()
        return drawn[:count]


def new_id(randomness: Randomness) -> str:
    """An opaque id of 32 hex characters (128 random bits)."""
    return randomness.token_bytes(16).hex()


def digest(*parts: str) -> str:
    """32 hex characters that depend on every part and on where one ends and the next begins."""
    return hashlib.sha256("".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()[:32]


def shard_of(key: str, shards: int) -> int:
    """The shard (0 to ``shards`` - 1) that ``key`` always falls into."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) % shards
