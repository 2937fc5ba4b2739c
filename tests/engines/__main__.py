"""``python -m tests.engines``: fetch the engines' artefacts now, so that the tests need not wait for them."""

import sys

from tests.engines.artefacts import EngineMissing, fetch, find_jdk
from tests.engines.dynamodb_local import DYNAMODB_LOCAL
from tests.engines.opensearch import OPENSEARCH, OPENSEARCH_3


def main() -> int:
    """0 when every engine can run here, else 1 with the reasons."""
    missing = 0
    for engine in (OPENSEARCH, OPENSEARCH_3, DYNAMODB_LOCAL):
        try:
            jdk, jars = find_jdk(engine.oldest_java), fetch(engine, print)
            print(f"{engine.name} {engine.version}: {len(list(jars.glob('*.jar')))} jars in {jars}, Java {jdk.feature}")
        except EngineMissing as reason:
            missing += 1
            print(f"{engine.name} {engine.version}: {reason}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
