"""The layer that serves ``/shop``: what it hands out, and what it never does."""

import io
import json
import re
from typing import Any

import pytest

from infra.local.shop_page import FOLDER, ShopPage

MOST_BYTES = 75_000
"""Half of what a shop's hero picture takes: eight kinds of parts, two colour schemes, no library."""
CONFIG = {"base_url": "http://127.0.0.1:8000", "search_key": "zh_search_1", "shoppers": []}
FILES = sorted(file.name for file in FOLDER.iterdir() if file.is_file())


def behind(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [])
    return [b"the API"]


def ask(path: str, method: str = "GET") -> tuple[str, dict[str, str], bytes]:
    answered: list[Any] = []
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.input": io.BytesIO()}
    body = b"".join(ShopPage(behind, lambda: CONFIG)(environ, lambda *given: answered.extend(given)))
    return answered[0], dict(answered[1]), body


@pytest.mark.parametrize("path", ["/shop", "/shop/", "/shop/index.html"])
def test_the_page_is_at_shop(path: str) -> None:
    status, headers, body = ask(path)
    assert status == "200 OK"
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Content-Length"] == str(len(body))
    assert body.startswith(b"<!doctype html>")


@pytest.mark.parametrize("path", ["/", "/shopping", "/v1/search", "/1/indexes/*/queries"])
def test_all_else_goes_through(path: str) -> None:
    assert ask(path)[2] == b"the API"


@pytest.mark.parametrize(
    "path", ["/shop/none.js", "/shop/../serve.py", "/shop/%2e%2e/serve.py", "/shop/..%2fserve.py", "/shop//etc/passwd"]
)
def test_nothing_outside_the_folder_is_served(path: str) -> None:
    assert ask(path)[0] == "404 Not Found"


def test_the_page_only_reads() -> None:
    assert ask("/shop", "POST")[0] == "405 Method Not Allowed"
    status, headers, body = ask("/shop", "HEAD")
    assert (status, body) == ("200 OK", b"")
    assert int(headers["Content-Length"]) > 0


def test_the_config_is_generated_and_never_kept() -> None:
    _, headers, body = ask("/shop/config.json")
    assert json.loads(body) == CONFIG
    assert headers["Cache-Control"] == "no-store"


def test_the_policy_lets_nothing_run_but_the_page_itself() -> None:
    policy = ask("/shop")[1]["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self';" in policy
    assert "connect-src 'self' http://127.0.0.1:8000;" in policy
    assert "unsafe" not in policy


def test_the_page_is_small_and_fetches_nothing_from_elsewhere() -> None:
    texts = {name: (FOLDER / name).read_text("utf-8") for name in FILES}
    assert sum(len(text.encode()) for text in texts.values()) < MOST_BYTES
    for name, text in texts.items():
        assert not re.search(r"""(?:src|href|from|import|url\()\s*=?\s*["'(]*(?:https?:)?//""", text), name
        assert "innerHTML" not in text.replace("without innerHTML", ""), name


def test_every_file_of_the_page_is_used() -> None:
    texts = "\n".join((FOLDER / name).read_text("utf-8") for name in FILES)
    used = set(re.findall(r"(?:/shop/|\./)([a-z]+\.[a-z]+)", texts)) | {"index.html"}
    assert set(FILES) == used - {"config.json"}
