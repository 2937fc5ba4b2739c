"""The shop's API as the command line calls it, over HTTP: small, with the retries that the API's contract asks for."""

import json
import time
from typing import Any

import urllib3

TRIES = 5
DEFAULT_URL = "http://127.0.0.1:8000"


class CallRefused(Exception):
    """The shop answered with an error; ``status`` and ``answer`` are what it said."""

    def __init__(self, method: str, path: str, status: int, answer: Any) -> None:
        problem = answer.get("error", answer) if isinstance(answer, dict) else answer
        message = problem.get("message", problem) if isinstance(problem, dict) else problem
        super().__init__(f"{method} {path} was answered {status}: {message}")
        self.status = status
        self.answer = answer


class ShopClient:
    """Calls one shop with one key."""

    def __init__(self, base_url: str, key: str) -> None:
        self._base = base_url.rstrip("/")
        self._key = key
        self._pool = urllib3.PoolManager(timeout=urllib3.Timeout(60.0), retries=False)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        text: str | None = None,
    ) -> Any:
        """The decoded answer to ``body``, sent as JSON, or to ``text``, sent as it is.

        429 and 503 are tried again after what they ask. Raises ``CallRefused``."""
        sent = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json", **(headers or {})}
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        data = data if text is None else text.encode()
        for attempt in range(TRIES):
            answer = self._pool.request(method, self._base + path, body=data, headers=sent)
            if answer.status not in (429, 503) or attempt == TRIES - 1:
                break
            time.sleep(float(answer.headers.get("Retry-After", "1")))
        decoded = json.loads(answer.data) if answer.data else None
        if answer.status >= 400:
            raise CallRefused(method, path, answer.status, decoded)
        return decoded
