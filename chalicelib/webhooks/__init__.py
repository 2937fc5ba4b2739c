"""Owns what shop platforms tell by webhook: proves who sent it, reads it by a mapping that is data, and applies it once."""

from chalicelib.webhooks.mapping import PlatformMapping, Shelved, Told, read_mapping
from chalicelib.webhooks.model import (
    Delivery,
    PayloadInvalid,
    Receipt,
    Scheme,
    Secret,
    SignatureRefused,
    SourceInvalid,
    SourceNotFound,
    Status,
    WebhookSource,
)
from chalicelib.webhooks.platforms import shipped
from chalicelib.webhooks.ports import Deliveries, Door, Shelf, Sources
from chalicelib.webhooks.service import RECEIVING, Webhooks
from chalicelib.webhooks.signatures import prove
from chalicelib.webhooks.sources import OVERLAP, WebhookSources

__all__ = [
    "OVERLAP",
    "RECEIVING",
    "Deliveries",
    "Delivery",
    "Door",
    "PayloadInvalid",
    "PlatformMapping",
    "Receipt",
    "Scheme",
    "Secret",
    "Shelf",
    "Shelved",
    "SignatureRefused",
    "SourceInvalid",
    "SourceNotFound",
    "Sources",
    "Status",
    "Told",
    "WebhookSource",
    "WebhookSources",
    "Webhooks",
    "prove",
    "read_mapping",
    "shipped",
]
