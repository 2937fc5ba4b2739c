"""What everything stands on: clients, tables, keys, failures, sealing, and the records that several capabilities read."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.core.clock import Clock, SystemClock
from chalicelib.core.ids import Randomness, SecureRandomness
from chalicelib.core.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.adapters.dynamodb.data_keys import DynamoDataKeys
    from chalicelib.adapters.dynamodb.event_log import DynamoEventLog
    from chalicelib.adapters.dynamodb.profiles import DynamoProfileRecords
    from chalicelib.adapters.dynamodb.table import Table
    from chalicelib.catalog import Catalog, Products
    from chalicelib.core.access import ApiKeys
    from chalicelib.core.failures import Failures
    from chalicelib.core.idempotency import IdempotencyRecords
    from chalicelib.core.key_cache import KeyCache
    from chalicelib.core.sealing import Sealer
    from chalicelib.search.ports import Tastes

ClientFactory = Callable[[str], Any]


def _boto3_client(service: str) -> Any:
    import boto3
    from botocore.config import Config

    # SES has no idempotency key: a retry inside the SDK could be a second mail to the same shopper.
    retries = {"total_max_attempts": 1} if service == "sesv2" else {"mode": "standard"}
    # Answer or fail well inside the API's own time limit; the SDK's default waits a minute.
    return boto3.client(service, config=Config(connect_timeout=2, read_timeout=5, retries=retries))  # type: ignore[call-overload, arg-type]


class Foundation:
    """What everything stands on: clients, tables, keys, failures, sealing, and the records that several capabilities read."""

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

    @cached_property
    def data_keys(self) -> "DynamoDataKeys":
        from chalicelib.adapters.dynamodb.data_keys import DynamoDataKeys, KeyWrapper, LocalKeyWrapper

        wrapper: KeyWrapper
        if self.settings.sealing_key == "local":
            if self.settings.stage != "laptop":
                raise ValueError("ZHAOHUI_SEALING_KEY must name a KMS key: local keeps the key beside what it seals")
            wrapper = LocalKeyWrapper(self.randomness)
        else:
            from chalicelib.adapters.aws.kms import KmsKeyWrapper

            wrapper = KmsKeyWrapper(self._client("kms"), self.settings.sealing_key)
        return DynamoDataKeys(self.marketing_table, wrapper, self.clock)

    @cached_property
    def sealer(self) -> "Sealer":
        from chalicelib.core.sealing import Sealer

        return Sealer(self.data_keys)

    @cached_property
    def products(self) -> "Products":
        from chalicelib.adapters.dynamodb.products import DynamoProducts

        return DynamoProducts(self.catalog_table, self.clock)

    @cached_property
    def catalog(self) -> "Catalog":
        from chalicelib.catalog import Catalog

        return Catalog(self.products)

    @cached_property
    def event_log(self) -> "DynamoEventLog":
        from chalicelib.adapters.dynamodb.event_log import DynamoEventLog

        return DynamoEventLog(self.events_table, self.settings.event_retention_days)

    @cached_property
    def profile_records(self) -> "DynamoProfileRecords":
        from chalicelib.adapters.dynamodb.profiles import DynamoProfileRecords

        return DynamoProfileRecords(self.shoppers_table, self.settings.list_shards, self._found_by)

    def _found_by(self, traits: "Mapping[str, Any]") -> frozenset[str]:
        from chalicelib.privacy import names_to_find

        return names_to_find(traits, self.sealer)

    @cached_property
    def tastes(self) -> "Tastes":
        from chalicelib.adapters.dynamodb.tastes import DynamoTastes

        return DynamoTastes(self.profile_records)
