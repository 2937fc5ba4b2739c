"""The error tree. A capability raises a subclass named after the fact (``CouponExpired``); only ``api`` knows statuses.

ZhaohuiError
├── InvalidRequest          the caller sent something wrong; ``field`` names it
│   ├── TooLarge            more bytes than the contract allows
│   └── Impossible          well formed, but cannot be done as things are
├── Unproven                who sent this could not be proven
├── NotFound                no such thing
├── Conflict                the thing exists in another state, or another body was sent under the same key
└── Unavailable             try again after ``retry_after_seconds``
    └── TooManyRequests     the caller is asked to slow down
"""

import re


class ZhaohuiError(Exception):
    """Base of all errors that a caller may see.

    ``code`` is the class name in snake case (``coupon_expired``) and part of the public contract;
    ``field`` is the path of the offending value (``batch[3].event``), or None; ``reason`` tells cases of one code apart.
    """

    code: str = "error"
    reason: str | None = None

    def __init_subclass__(cls) -> None:
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class InvalidRequest(ZhaohuiError):
    """The caller sent something that no retry will make right."""


class TooLarge(InvalidRequest):
    """More bytes than the contract allows."""


class Impossible(InvalidRequest):
    """Well formed and understood, but it cannot be done as things are."""


class Unproven(ZhaohuiError):
    """Who sent this could not be proven."""


class NotFound(ZhaohuiError):
    """There is no such thing."""


class Conflict(ZhaohuiError):
    """The thing is in a state that does not allow this, or the same key came with another body."""


class Unavailable(ZhaohuiError):
    """Nothing was done; the same request may succeed after ``retry_after_seconds``."""

    def __init__(self, message: str, *, retry_after_seconds: int = 1, field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.retry_after_seconds = retry_after_seconds


class TooManyRequests(Unavailable):
    """The caller is asked to slow down."""
