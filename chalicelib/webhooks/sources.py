"""Which platforms may tell us things: set up by the shop, secrets sealed, two of them valid while one replaces the other."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core.clock import Clock
from chalicelib.core.ids import Randomness
from chalicelib.core.sealing import Sealer
from chalicelib.webhooks.mapping import read_mapping
from chalicelib.webhooks.model import (
    MAX_ID_CHARACTERS,
    MAX_SECRETS,
    Scheme,
    Secret,
    SourceInvalid,
    SourceNotFound,
    WebhookSource,
)
from chalicelib.webhooks.ports import Sources
from chalicelib.webhooks.signatures import check_secret

OVERLAP = timedelta(hours=24)
"""How long the secret before stays valid, unless it is said."""
_HINT_CHARACTERS = 4


class WebhookSources:
    """The sources there are; a container remembers one for a few seconds."""

    def __init__(
        self, store: Sources, sealer: Sealer, clock: Clock, randomness: Randomness, cache_seconds: int = 30
    ) -> None:
        self._store = store
        self._sealer = sealer
        self._clock = clock
        self._randomness = randomness
        self._life = timedelta(seconds=cache_seconds)
        self._remembered: dict[str, tuple[datetime, WebhookSource]] = {}

    def get(self, source_id: str) -> WebhookSource:
        """Raises ``SourceNotFound``."""
        source = self._store.get(source_id)
        if source is None:
            raise SourceNotFound(f"there is no webhook source {source_id!r}")
        return source

    def known(self, source_id: str) -> WebhookSource:
        """As ``get``, of up to ``cache_seconds`` ago."""
        remembered = self._remembered.get(source_id)
        if remembered is None or remembered[0] <= self._clock.now():
            remembered = self._remembered[source_id] = (self._clock.now() + self._life, self.get(source_id))
        return remembered[1]

    def all(self) -> Sequence[WebhookSource]:
        return self._store.all()

    def put(
        self,
        source_id: str,
        scheme: Scheme,
        *,
        secret: str | None = None,
        client_id: str = "",
        user_prefix: str = "",
        mapping: Mapping[str, Any] | None = None,
    ) -> tuple[WebhookSource, str | None]:
        """Set a source up, or change all of it but its secrets, which stay unless ``secret`` says a new one (the one before is
        then valid for ``OVERLAP``). Answers the source, and the secret that was made here where none was given nor known: it is
        shown once. Raises ``SourceInvalid``.
        """
        _check_id(source_id)
        if scheme is Scheme.YOUZAN and not client_id:
            raise SourceInvalid("client_id is required: it is part of what the platform signs", field="client_id")
        if mapping is not None:
            read_mapping(mapping)
        before = self._store.get(source_id)
        secrets = before.secrets if before is not None and before.scheme is scheme else ()
        made = self._fresh() if secret is None and not secrets else None
        source = WebhookSource(source_id, scheme, secrets, client_id, user_prefix, mapping)
        return self._stored(source, secret or made, OVERLAP), made

    def rotate(
        self, source_id: str, secret: str | None, overlap: timedelta = OVERLAP
    ) -> tuple[WebhookSource, str | None]:
        """Begin a new secret (made here where none is given, and then answered); the one before is valid for ``overlap`` more."""
        source = self.get(source_id)
        made = None if secret else self._fresh()
        return self._stored(source, secret or made, overlap), made

    def delete(self, source_id: str) -> None:
        """Raises ``SourceNotFound``."""
        self._remembered.pop(source_id, None)
        if not self._store.delete(source_id):
            raise SourceNotFound(f"there is no webhook source {source_id!r}")

    def valid_secrets(self, source: WebhookSource) -> Sequence[str]:
        """The secrets in clear that may have signed now, newest first."""
        now = self._clock.now()
        return [self._sealer.open(each.sealed) for each in source.secrets if each.is_valid(now)]

    def _stored(self, source: WebhookSource, secret: str | None, overlap: timedelta) -> WebhookSource:
        now = self._clock.now()
        if secret is not None:
            check_secret(source.scheme, secret)
            newest = Secret(self._sealer.seal(secret, source.source_id), secret[-_HINT_CHARACTERS:], now)
            before = [
                replace(each, until=now + overlap if each.until is None else min(each.until, now + overlap))
                for each in source.secrets
                if each.is_valid(now)
            ]
            source = replace(source, secrets=(newest, *before)[:MAX_SECRETS])
        self._store.put(source)
        self._remembered.pop(source.source_id, None)
        return source

    def _fresh(self) -> str:
        return "whsec_" + base64.b64encode(self._randomness.token_bytes(32)).decode()


def _check_id(source_id: str) -> None:
    sound = source_id.isascii() and source_id.replace("-", "").replace("_", "").isalnum()
    if not sound or len(source_id) > MAX_ID_CHARACTERS:
        message = f"the name of a source has 1 to {MAX_ID_CHARACTERS} letters, digits, - and _"
        raise SourceInvalid(message, field="source")
