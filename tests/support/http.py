"""A bare HTTP client for tests: status, headers, decoded JSON; never raises for an error answer."""

import json
from dataclasses import dataclass
from typing import Any

import urllib3


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: Any


class Http:
    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._pool = urllib3.PoolManager(timeout=20.0, retries=False)

    def close(self) -> None:
        """Let go of kept-alive connections: the server waits for them when it stops."""
        self._pool.clear()

    def __call__(
        self, method: str, path: str, body: Any = None, key: str | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """``body`` is sent as it is when it is bytes, else as JSON; ``key`` goes into Algolia's header."""
        sent = dict(headers or {})
        if key:
            sent["X-Algolia-API-Key"] = key
        data = body if body is None or isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        answer = self._pool.request(method, self.base_url + path, body=data, headers=sent)
        decoded = json.loads(answer.data) if answer.data else None
        return Answer(answer.status, {name.lower(): value for name, value in answer.headers.items()}, decoded)
