"""The adapters of ``ProductIndex`` as fixtures for its contract."""

from collections.abc import Iterator

import pytest

from chalicelib.adapters.embedded import EmbeddedProductIndex
from chalicelib.adapters.opensearch import OpenSearchProductIndex, connect
from chalicelib.core.ids import SecureRandomness, new_id
from chalicelib.search import ProductIndex

ENGINES = {"opensearch": "opensearch_url", "opensearch3": "opensearch3_url"}
KINDS = ["embedded", *(pytest.param(kind, marks=pytest.mark.engine) for kind in ENGINES)]


def made(kind: str, request: pytest.FixtureRequest) -> Iterator[ProductIndex]:
    """An index without any version; what it leaves in the engine is removed."""
    name = f"t{new_id(SecureRandomness())[:8]}"
    if kind == "embedded":
        yield EmbeddedProductIndex(name)
        return
    with connect(request.getfixturevalue(ENGINES[kind])) as client:
        yield OpenSearchProductIndex(client, name, SecureRandomness(), refresh=True)
        client.indices.delete(index=f"{name}-*")
