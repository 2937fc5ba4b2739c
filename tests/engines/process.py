"""One engine as a child process on a free port of the loopback, ended with its block."""

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.engines.artefacts import Engine, Jdk

START_SECONDS = 120
STOP_SECONDS = 20


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def java_command(engine: Engine, jdk: Jdk, jars: Path, options: Sequence[str], arguments: Sequence[str]) -> list[str]:
    """The call of ``engine``'s launcher, run from source."""
    native = ["--enable-native-access=ALL-UNNAMED"] if jdk.feature >= 22 else []
    launcher = str(engine.folder / engine.launcher)
    return [str(jdk.java), "-XX:+UseSerialGC", *native, *options, "-cp", f"{jars}/*", launcher, *arguments]


@contextmanager
def running(name: str, command: Sequence[str], is_ready: Callable[[], bool]) -> Iterator[None]:
    """Run ``command`` until the block ends. Raises ``RuntimeError`` with its last words when it does not become ready.

    The launchers also end when their standard input does: an engine cannot outlive this process, even a killed one.
    A session of its own keeps Ctrl-C from ending the engine under tests that still clean up.
    """
    with tempfile.TemporaryFile() as log:
        child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, "DDB_LOCAL_TELEMETRY": "0"},
        )
        try:
            trouble = _trouble_until_ready(child, is_ready)
            if trouble:
                log.seek(0)
                raise RuntimeError(f"{name} {trouble}:\n{log.read().decode(errors='replace')[-3000:]}")
            yield
        finally:
            _stop(child)


def _trouble_until_ready(child: "subprocess.Popen[bytes]", is_ready: Callable[[], bool]) -> str:
    until = time.monotonic() + START_SECONDS
    while not is_ready():
        if child.poll() is not None:
            return f"ended with {child.returncode}"
        if time.monotonic() > until:
            return f"did not answer within {START_SECONDS} s"
        time.sleep(0.05)
    return ""


def _stop(child: "subprocess.Popen[bytes]") -> None:
    if child.stdin:
        child.stdin.close()
    child.terminate()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
