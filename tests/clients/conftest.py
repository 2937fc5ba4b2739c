"""Node with the real JavaScript clients."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
OLDEST_NODE = 18
INSTALL_SECONDS = 300


@pytest.fixture(scope="session")
def node() -> str:
    """Node, with the clients installed beside this file as the lock file says."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if not found or not npm:
        _missing("node and npm are not installed")
    version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.strip().removeprefix("v").partition(".")[0]) < OLDEST_NODE:
        _missing(f"node {OLDEST_NODE} or newer is needed, this is {version.strip()}")
    wanted = (HERE / "package-lock.json").read_text()
    installed = MODULES / ".installed"
    if not installed.exists() or installed.read_text() != wanted:
        done = subprocess.run(
            [npm, "ci", "--no-audit", "--no-fund"], cwd=HERE, capture_output=True, text=True, timeout=INSTALL_SECONDS
        )
        if done.returncode:
            _missing(f"npm ci failed: {done.stderr[-500:]}")
        installed.write_text(wanted)
    return found


def _missing(reason: str) -> None:
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(f"this run requires the real clients: {reason}", pytrace=False)
    pytest.skip(reason)
