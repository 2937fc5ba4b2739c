"""The client, and its errors as the core's."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from opensearchpy import OpenSearch, RequestsAWSV4SignerAuth, RequestsHttpConnection
from opensearchpy.exceptions import ConnectionError, OpenSearchException, TransportError

from chalicelib.search import IndexMissing, IndexUnavailable

_TIMEOUT_SECONDS = 5


def connect(endpoint: str) -> OpenSearch:
    """A client for ``endpoint``. Requests to AWS are signed with the function's role; a plain address gets none."""
    if urlsplit(endpoint).hostname is None:
        raise ValueError("ZHAOHUI_OPENSEARCH_ENDPOINT must be the URL of a domain")
    options: dict[str, Any] = {"hosts": [endpoint], "timeout": _TIMEOUT_SECONDS, "max_retries": 1}
    if region := _aws_region(endpoint):
        import boto3

        auth = RequestsAWSV4SignerAuth(boto3.Session().get_credentials(), region, "es")
        return OpenSearch(**options, http_auth=auth, connection_class=RequestsHttpConnection, http_compress=True)
    return OpenSearch(**options)


def _aws_region(endpoint: str) -> str | None:
    # search-shop-abc.eu-west-1.es.amazonaws.com
    parts = (urlsplit(endpoint).hostname or "").split(".")
    return parts[-4] if parts[-3:] == ["es", "amazonaws", "com"] and len(parts) > 3 else None


@contextmanager
def translated() -> Iterator[None]:
    """Errors of the engine as ``IndexMissing`` or ``IndexUnavailable``; what we asked wrongly stays a bug."""
    try:
        yield
    except ConnectionError:
        raise IndexUnavailable("the search engine does not answer", retry_after_seconds=1) from None
    except TransportError as error:
        if error.status_code == 404:
            raise IndexMissing("the search index does not exist") from None
        if error.status_code in (408, 429, 500, 502, 503, 504):
            raise IndexUnavailable("the search engine is overloaded", retry_after_seconds=1) from error
        raise
    except OpenSearchException as error:
        raise IndexUnavailable("the search engine gave no readable answer", retry_after_seconds=1) from error
