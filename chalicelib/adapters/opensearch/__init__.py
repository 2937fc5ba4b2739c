"""``ProductIndex`` on OpenSearch: a domain without plugins is enough."""

from chalicelib.adapters.opensearch.connection import connect
from chalicelib.adapters.opensearch.product_index import OpenSearchProductIndex

__all__ = ["OpenSearchProductIndex", "connect"]
