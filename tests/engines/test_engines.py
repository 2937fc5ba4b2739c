"""The engines start once, end with whoever started them, and are missed loudly where they are required."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.engines.artefacts import EngineMissing, fetch, find_jdk
from tests.engines.dynamodb_local import DYNAMODB_LOCAL

ROOT = Path(__file__).parents[2]
HOLDER = """
import time
from tests.engines.dynamodb_local import dynamodb_local
with dynamodb_local() as url:
    print(url, flush=True)
    time.sleep(60)
"""


@pytest.mark.engine
def test_an_engine_ends_with_the_run_that_started_it_even_when_that_is_killed(dynamodb_local_url: str) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with holder:
        assert holder.stdout
        url = holder.stdout.readline().strip()
        assert url
        assert url != dynamodb_local_url
        assert _is_open(url)
        holder.send_signal(signal.SIGKILL)
    until = time.monotonic() + 10
    while _is_open(url) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _is_open(url)
    assert _is_open(dynamodb_local_url)


def _is_open(url: str) -> bool:
    address = urlsplit(url)
    with contextlib.suppress(OSError), socket.create_connection((address.hostname or "", address.port or 0), timeout=1):
        return True
    return False


def test_a_machine_without_java_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(EngineMissing, match="no JDK 17 or newer found"):
        find_jdk(17)


def test_a_machine_without_maven_is_told_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("ZHAOHUI_ENGINE_CACHE", str(tmp_path))
    with pytest.raises(EngineMissing, match="Maven"):
        fetch(DYNAMODB_LOCAL, print)


def test_what_was_fetched_needs_no_maven(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("ZHAOHUI_ENGINE_CACHE", str(tmp_path))
    DYNAMODB_LOCAL.jars.mkdir()
    assert fetch(DYNAMODB_LOCAL, print) == tmp_path / "dynamodb-local-2.6.1"


@pytest.mark.parametrize(
    ("given", "outcome"),
    [({}, "1 skipped"), ({"CI": "true"}, "1 error"), ({"ZHAOHUI_REQUIRE_ENGINES": "1"}, "1 error")],
    ids=["at home", "in CI", "where required"],
)
def test_a_missing_engine_skips_at_home_and_fails_where_it_is_required(given: Mapping[str, str], outcome: str) -> None:
    kept = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
    test = "tests/contracts/test_core_stores.py::test_a_key_comes_back_as_it_was_stored[dynamodb-local]"
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rs", test],
        cwd=ROOT,
        env={**kept, "PATH": "/nowhere", **given},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout.splitlines()[-1].startswith(outcome), ended.stdout
    assert "no JDK 17 or newer found" in ended.stdout
