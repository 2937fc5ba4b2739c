"""Joins ports and adapters: the real objects, built once per container and only when they are first asked for.

Imports stand inside the properties on purpose: a container that only searches must not pay the start-up time of the
campaign code, and a worker without OpenSearch must not import its client (0.3 s).
"""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.core.clock import Clock, SystemClock
from chalicelib.core.ids import Randomness, SecureRandomness
from chalicelib.core.settings import Settings, read_settings

if TYPE_CHECKING:
    from chalicelib.adapters.dynamodb.table import Table
    from chalicelib.core.access import ApiKeys
    from chalicelib.core.failures import Failures
    from chalicelib.core.idempotency import IdempotencyRecords
    from chalicelib.core.key_cache import KeyCache

ClientFactory = Callable[[str], Any]


def _boto3_client(service: str) -> Any:
    import boto3
    from botocore.config import Config

    # Answer or fail well inside the API's own time limit; the SDK's default waits a minute.
    return boto3.client(service, config=Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard"}))  # type: ignore[call-overload]


class Services:
    """Every capability with its real collaborators. Tests and the laptop shop pass their own parts."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        randomness: Randomness | None = None,
        client: ClientFactory = _boto3_client,
    ) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self.randomness = randomness or SecureRandomness()
        self._client = client

    # -- tables ---------------------------------------------------------------------------------------------------

    @cached_property
    def dynamodb(self) -> Any:
        return self._client("dynamodb")

    def _table(self, name: str) -> "Table":
        from chalicelib.adapters.dynamodb.table import Table

        return Table(self.dynamodb, name)

    @cached_property
    def catalog_table(self) -> "Table":
        return self._table(self.settings.catalog_table)

    @cached_property
    def events_table(self) -> "Table":
        return self._table(self.settings.events_table)

    @cached_property
    def shoppers_table(self) -> "Table":
        return self._table(self.settings.shoppers_table)

    @cached_property
    def marketing_table(self) -> "Table":
        return self._table(self.settings.marketing_table)

    # -- core -----------------------------------------------------------------------------------------------------

    @cached_property
    def api_keys(self) -> "ApiKeys":
        from chalicelib.adapters.dynamodb.api_keys import DynamoApiKeys

        return DynamoApiKeys(self.marketing_table)

    @cached_property
    def key_cache(self) -> "KeyCache":
        from chalicelib.core.key_cache import KeyCache

        return KeyCache(self.api_keys, self.settings.key_cache_seconds)

    @cached_property
    def idempotency(self) -> "IdempotencyRecords":
        from chalicelib.adapters.dynamodb.idempotency import DynamoIdempotencyRecords

        return DynamoIdempotencyRecords(self.marketing_table)

    @cached_property
    def failures(self) -> "Failures":
        from chalicelib.adapters.dynamodb.failures import DynamoFailures

        return DynamoFailures(self.marketing_table, self.settings.event_retention_days)

    # -- catalog --------------------------------------------------------------------------------------------------

    # -- search ---------------------------------------------------------------------------------------------------

    # -- events, profiles, privacy --------------------------------------------------------------------------------

    # -- coupons, campaigns ---------------------------------------------------------------------------------------


_services: Services | None = None


def services() -> Services:
    """This container's services."""
    global _services
    if _services is None:
        _services = Services(read_settings())
    return _services


def install(replacement: Services | None) -> None:
    """Use ``replacement`` from now on (None: build anew from the environment). For the laptop shop and tests."""
    global _services
    _services = replacement
