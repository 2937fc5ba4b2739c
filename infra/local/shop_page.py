"""The storefront page at ``/shop``: static files, and a generated ``config.json`` that holds nothing but public things."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from infra.local.gateway import JSON_TYPE, StartResponse

FOLDER = Path(__file__).parent / "storefront"
PREFIX = "/shop"
CONFIG = "config.json"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_NOT_FOUND = ("404 Not Found", "text/plain; charset=utf-8", "没有这个页面 no such file\n".encode())


class ShopPage:
    """A WSGI layer over ``application``: ``GET`` and ``HEAD`` below ``/shop`` are the page's, all else goes through.

    ``config`` is asked at each request: the address and the shoppers are known only once the shop is up.
    """

    def __init__(self, application: Any, config: Callable[[], Mapping[str, Any]]) -> None:
        self._application = application
        self._config = config

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path: str = environ["PATH_INFO"]
        if path != PREFIX and not path.startswith(f"{PREFIX}/"):
            answer: Iterable[bytes] = self._application(environ, start_response)
            return answer
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            status, kind, body = "405 Method Not Allowed", "text/plain", b""
        else:
            status, kind, body = self._read(path.removeprefix(PREFIX).strip("/") or "index.html")
        start_response(status, [*self._headers(), ("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _read(self, name: str) -> tuple[str, str, bytes]:
        if name == CONFIG:
            return "200 OK", JSON_TYPE, json.dumps(self._config(), ensure_ascii=False).encode()
        # One flat folder: whatever is not the name of a file in it, ``../`` included, is not found.
        files = {file.name: file for file in FOLDER.iterdir() if file.suffix in TYPES}
        file = files.get(name)
        return _NOT_FOUND if file is None else ("200 OK", TYPES[file.suffix], file.read_bytes())

    def _headers(self) -> list[tuple[str, str]]:
        """Nothing runs or is fetched but the page's own files and the shop's API; product pictures come from anywhere."""
        policy = {
            "default-src": "'none'",
            "script-src": "'self'",
            "style-src": "'self'",
            "img-src": "'self' http: https:",
            "connect-src": f"'self' {self._config()['base_url']}",
            "base-uri": "'none'",
            "form-action": "'self'",
            "frame-ancestors": "'none'",
        }
        return [
            ("Content-Security-Policy", "; ".join(f"{name} {value}" for name, value in policy.items())),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            # A laptop's shop forgets its keys when it stops, so nothing may be kept.
            ("Cache-Control", "no-store"),
        ]
