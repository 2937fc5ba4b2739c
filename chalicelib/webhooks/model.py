"""A shop platform that tells us things, what it delivered, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.core.errors import InvalidRequest, NotFound, Unproven

MAX_ID_CHARACTERS = 64
MAX_SECRETS = 2
"""Secrets of one source that are valid at the same time."""


class SourceNotFound(NotFound):
    """There is no webhook source of that name."""


class SourceInvalid(InvalidRequest):
    """The source cannot be set up like this; the field says where."""


class SignatureRefused(Unproven):
    """No secret of the source made the signature, or it is too old or missing."""


class PayloadInvalid(InvalidRequest):
    """The signature is right, but the body is not what the platform's mapping reads."""


class Scheme(StrEnum):
    """How a platform signs."""

    STANDARD = "standard"
    SHOPIFY = "shopify"
    WOOCOMMERCE = "woocommerce"
    YOUZAN = "youzan"


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret as it is stored: ``sealed`` opens to the text the platform was given; ``hint`` is shown instead of it.

    It is valid until ``until`` (None: until it is replaced).
    """

    sealed: str
    hint: str
    since: datetime
    until: datetime | None = None

    def is_valid(self, now: datetime) -> bool:
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class WebhookSource:
    """One platform's account with us, newest secret first.

    ``client_id`` is what 有赞 signs with. ``user_prefix`` stands before the platform's customer ids, where they are not the
    ids the shop itself uses. ``mapping`` replaces the one that ships for the scheme.
    """

    source_id: str
    scheme: Scheme
    secrets: tuple[Secret, ...]
    client_id: str = ""
    user_prefix: str = ""
    mapping: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came in, its signature proven: ``key`` tells deliveries of a source apart, ``headers`` have lower-case names."""

    source_id: str
    key: str
    headers: Mapping[str, str]
    body: bytes


class Status(StrEnum):
    """What became of a delivery. ``waiting``: its order is not known yet; ``kept``: it could not be used, see the failures;
    ``ignored``: nothing of it is for us, and the failures say so."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    WAITING = "waiting"
    IGNORED = "ignored"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a delivery; ``extra`` is what the platform wants to read in it."""

    key: str
    status: Status
    events: int = 0
    products: int = 0
    reason: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
