"""AWS in this process: moto, one call at a time."""

import os
import threading
from functools import cache
from types import TracebackType
from typing import Any, Self

REGION = "us-east-1"


@cache
def _session() -> Any:
    """One for the process: a session of its own would read AWS's descriptions of its services again for each client."""
    import boto3

    return boto3.Session(region_name=REGION)


class OneAtATime:
    """A boto3 client whose calls wait for each other.

    moto has no locks: under threads its conditional writes oversell. One lock for all services makes the laptop's
    DynamoDB as atomic as the real one.
    """

    def __init__(self, client: Any, lock: "threading.RLock") -> None:  # type: ignore[valid-type]
        self._client = client
        self._lock = lock

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._client, name)
        if not callable(attribute) or name == "exceptions":
            return attribute

        def locked(*arguments: Any, **options: Any) -> Any:
            with self._lock:
                return attribute(*arguments, **options)

        return locked


class LocalCloud:
    """moto's services for as long as the block lasts; ``client`` makes clients for them."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._clients: dict[str, OneAtATime] = {}
        self._moto: Any = None

    def __enter__(self) -> Self:
        # Without this moto's stream ARNs carry an endpoint that its own stream service does not find.
        os.environ["AWS_ACCOUNT_ID_ENDPOINT_MODE"] = "disabled"
        os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
        from moto import mock_aws

        from infra.local.thrifty_moto import be_thrifty

        be_thrifty()
        self._moto = mock_aws()
        self._moto.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._moto.stop()

    def client(self, service: str) -> Any:
        """The one client of a service; safe to share between threads."""
        with self._lock:
            if service not in self._clients:
                client = _session().client(service)
                self._clients[service] = OneAtATime(client, self._lock)
            return self._clients[service]
