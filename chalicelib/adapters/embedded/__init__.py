"""A search engine inside the process: BM25 as Lucene computes it, facets and filters, in plain Python."""

from chalicelib.adapters.embedded.product_index import EmbeddedProductIndex

__all__ = ["EmbeddedProductIndex"]
