"""A real OpenSearch node: the server and the modules that a domain without plugins has."""

import contextlib
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.engines.artefacts import Announce, Engine, fetch, find_jdk
from tests.engines.process import free_port, java_command, running

OPENSEARCH = Engine("opensearch", "2.19.6", Path(__file__).parent, "OpenSearchNode.java", oldest_java=17)
OPENSEARCH_3 = Engine("opensearch", "3.8.0", Path(__file__).parent, "OpenSearchNode.java", oldest_java=21)
HEAP = "512m"


@contextmanager
def opensearch(announce: Announce = print, engine: Engine = OPENSEARCH) -> Iterator[str]:
    """The address of an empty node that ends with the block. Raises ``EngineMissing``."""
    jdk, jars, port = find_jdk(engine.oldest_java), fetch(engine, announce), free_port()
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="zhaohui-opensearch-", ignore_cleanup_errors=True) as home:
        options = [f"-Xms{HEAP}", f"-Xmx{HEAP}"]
        command = java_command(engine, jdk, jars, options, [home, f"http.port={port}"])
        with running(f"OpenSearch {engine.version}", command, lambda: _is_ready(url)):
            yield url


def _is_ready(url: str) -> bool:
    with (
        contextlib.suppress(OSError),
        urllib.request.urlopen(f"{url}/_cluster/health?wait_for_status=yellow&timeout=2s", timeout=5),
    ):
        return True
    return False
