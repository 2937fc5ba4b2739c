"""DynamoDB Local, AWS's own engine: conditions, transactions, streams and limits as in production."""

import contextlib
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.engines.artefacts import Announce, Engine, fetch, find_jdk
from tests.engines.process import free_port, java_command, running

DYNAMODB_LOCAL = Engine("dynamodb-local", "2.6.1", Path(__file__).parent, "LoopbackServer.java", oldest_java=17)
HEAP = "512m"


@contextmanager
def dynamodb_local(announce: Announce = print) -> Iterator[str]:
    """The address of an empty, in-memory DynamoDB that ends with the block. Raises ``EngineMissing``."""
    jdk, jars, port = find_jdk(DYNAMODB_LOCAL.oldest_java), fetch(DYNAMODB_LOCAL, announce), free_port()
    url = f"http://127.0.0.1:{port}"
    options = [f"-Xmx{HEAP}", "-XX:TieredStopAtLevel=1", f"-Djava.library.path={jars}"]
    # One database whatever key and region a client uses; without the switch it reports its use to AWS.
    arguments = ["-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port)]
    with running("DynamoDB Local", java_command(DYNAMODB_LOCAL, jdk, jars, options, arguments), lambda: _is_ready(url)):
        yield url


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError as refused:
        # It answers an unsigned request with 400: it is there.
        with contextlib.closing(refused):
            return True
    except OSError:
        return False
