"""Owns products (SPU with their SKUs), categories and prices, and reads shops' catalogue feeds."""

from chalicelib.catalog.feeds import FORMATS, Feed, FeedUnreadable, detect, open_feed, read_records
from chalicelib.catalog.model import (
    LEVEL_SEPARATOR,
    MAX_CATEGORY_LEVELS,
    Product,
    ProductChange,
    ProductNotFound,
    ProductRepeated,
    ProductTooLarge,
    Sku,
)
from chalicelib.catalog.ports import Products
from chalicelib.catalog.rows import Fate, ImportReport, Row, RowResult
from chalicelib.catalog.service import Catalog, check_size
from chalicelib.catalog.shape import decode_product, encode_product, product_document, read_product
from chalicelib.catalog.sizes import size_of, sizes_by_choice, sizes_in_stock

__all__ = [
    "FORMATS",
    "LEVEL_SEPARATOR",
    "MAX_CATEGORY_LEVELS",
    "Catalog",
    "Fate",
    "Feed",
    "FeedUnreadable",
    "ImportReport",
    "Product",
    "ProductChange",
    "ProductNotFound",
    "ProductRepeated",
    "ProductTooLarge",
    "Products",
    "Row",
    "RowResult",
    "Sku",
    "check_size",
    "decode_product",
    "detect",
    "encode_product",
    "open_feed",
    "product_document",
    "read_product",
    "read_records",
    "size_of",
    "sizes_by_choice",
    "sizes_in_stock",
]
