"""Sealed text: what is kept in tables, queues and logs of a value that only the shop itself may read.

AES-SIV (RFC 5297) gives the same token for the same text, context and key, so that a repeated request is recognised as the
same one, and a token that was not made with our key does not open. Two contexts give two tokens, so that nobody who sees
them can tell that two shoppers share an address.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from chalicelib.core.ids import digest

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

SECRET_BYTES: Final = 64
_SALT_BYTES: Final = 4
_TOKEN: Final = re.compile(r"sealed:v1:([a-z0-9]{1,16}):([A-Za-z0-9_-]{28,})")
_BLIND: Final = "blind"


class SealBroken(Exception):
    """This is no token of ours, or it was changed."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """A key by its id: ``secret`` is 64 random bytes that exist in clear in memory only."""

    key_id: str
    secret: bytes = field(repr=False)


class DataKeys(Protocol):
    """The shop's data keys, oldest first; there is always one. Raise ``Unavailable`` when they cannot be had now."""

    def current(self) -> DataKey:
        """The key that seals."""
        ...

    def first(self) -> DataKey:
        """The oldest key: what is looked up by its hash is hashed with it, whatever came later."""
        ...

    def find(self, key_id: str) -> DataKey | None:
        """A key, however old."""
        ...


class Sealer:
    """Seals and opens texts for one ``purpose``; a token of one purpose does not open for another."""

    def __init__(self, keys: DataKeys, purpose: str = "personal") -> None:
        self._keys = keys
        self._purpose = purpose
        self._ciphers: dict[str, AESSIV] = {}

    def for_purpose(self, purpose: str) -> "Sealer":
        """A sealer with the same keys for something else."""
        return Sealer(self._keys, purpose)

    def seal(self, text: str, context: str) -> str:
        """``text`` (not empty) as ``sealed:v1:<key id>:<base64>``; what is such a token already stays as it is."""
        if self._is_ours(text):
            return text
        key = self._keys.current()
        salt = bytes.fromhex(digest(context)[: 2 * _SALT_BYTES])
        sealed = salt + self._cipher(key).encrypt(text.encode(), [salt])
        return f"sealed:v1:{key.key_id}:{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"

    def open(self, token: str) -> str:
        """The text in a token. Raises ``SealBroken``."""
        from cryptography.exceptions import InvalidTag

        found = _TOKEN.fullmatch(token)
        key = self._keys.find(found[1]) if found else None
        if found is None or key is None:
            raise SealBroken("no token of ours")
        try:
            sealed = base64.urlsafe_b64decode(found[2] + "=" * (-len(found[2]) % 4))
            salt = sealed[:_SALT_BYTES]
            return self._cipher(key).decrypt(sealed[_SALT_BYTES:], [salt]).decode()
        except (InvalidTag, ValueError):
            raise SealBroken("the token was changed") from None

    def opened(self, document: Any) -> Any:
        """A JSON value with every text that is a token opened; what only looks like one stays as it is."""
        if isinstance(document, str):
            return self._or_as_it_is(document)
        if isinstance(document, dict):
            return {name: self.opened(value) for name, value in document.items()}
        return [self.opened(value) for value in document] if isinstance(document, list | tuple) else document

    def opened_within(self, text: str) -> str:
        """A text with the tokens in it opened."""
        return _TOKEN.sub(lambda found: self._or_as_it_is(found[0]), text)

    def blind(self, text: str) -> str:
        """32 hex characters by which a text is found again, and from which nobody without our key can guess it."""
        secret = _derived(self._keys.first(), _BLIND)
        return hmac.digest(secret, text.encode(), "sha256").hex()[:32]

    def _is_ours(self, text: str) -> bool:
        return is_sealed(text) and self._or_as_it_is(text) != text

    def _or_as_it_is(self, text: str) -> str:
        if not is_sealed(text):
            return text
        try:
            return self.open(text)
        except SealBroken:
            return text

    def _cipher(self, key: DataKey) -> "AESSIV":
        if key.key_id not in self._ciphers:
            # Imported on first use: a container that only searches seals nothing.
            from cryptography.hazmat.primitives.ciphers.aead import AESSIV

            self._ciphers[key.key_id] = AESSIV(_derived(key, self._purpose))
        return self._ciphers[key.key_id]


def is_sealed(text: str) -> bool:
    """Whether a text has the form of a token."""
    return _TOKEN.fullmatch(text) is not None


def _derived(key: DataKey, purpose: str) -> bytes:
    """One secret for each purpose (HMAC-SHA-512 as in HKDF's second step, RFC 5869)."""
    return hmac.digest(key.secret, f"zhaohui:{purpose}".encode(), hashlib.sha512)
