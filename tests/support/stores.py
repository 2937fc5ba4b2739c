"""DynamoDB for the tests: moto in this process, or DynamoDB Local, with the tables of ``infra/data.yaml``."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import boto3
from botocore.config import Config

from infra.local.cloud import REGION, LocalCloud
from infra.local.tables import TableNames, create_tables, delete_tables

# Tests want the answer, or the error, now; many threads may share one client.
QUICK = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1}, max_pool_connections=64)


@dataclass(frozen=True, slots=True)
class Store:
    """A DynamoDB with empty tables: its client, their names, and ``connect`` for other services (``dynamodbstreams``)."""

    kind: str
    client: Any
    names: TableNames
    connect: Callable[[str], Any]


@contextmanager
def moto_store() -> Iterator[Store]:
    """moto's DynamoDB in this process, one call at a time (it has no locks of its own)."""
    with LocalCloud() as cloud:
        client = cloud.client("dynamodb")
        yield Store("moto", client, create_tables(client, _prefix()), cloud.client)


@contextmanager
def local_store(url: str) -> Iterator[Store]:
    """Fresh tables in the DynamoDB Local at ``url``."""

    def connect(service: str) -> Any:
        return local_client(service, url)

    client = connect("dynamodb")
    names = create_tables(client, _prefix())
    yield Store("dynamodb-local", client, names, connect)
    delete_tables(client, names)


@lru_cache
def local_client(service: str, url: str) -> Any:
    """A client of the DynamoDB Local at ``url``; it takes any key and region."""
    return boto3.client(  # type: ignore[call-overload]
        service,
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=QUICK,
    )


def _prefix() -> str:
    return f"test-{uuid.uuid4().hex[:12]}"
