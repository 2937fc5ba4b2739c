"""The error tree and the statuses the edge gives it."""

import pytest

from chalicelib.api.errors import Dialect, KeyMissing, ScopeMissing, error_body, error_headers, status_of
from chalicelib.core.errors import (
    Conflict,
    Impossible,
    InvalidRequest,
    NotFound,
    TooLarge,
    TooManyRequests,
    Unavailable,
    ZhaohuiError,
)


class CouponExpired(Impossible):
    """An error named after the fact, as capabilities define them."""


def test_an_errors_code_is_its_name() -> None:
    assert CouponExpired("too late").code == "coupon_expired"


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (InvalidRequest, 400),
        (KeyMissing, 401),
        (ScopeMissing, 403),
        (NotFound, 404),
        (Conflict, 409),
        (TooLarge, 413),
        (Impossible, 422),
        (CouponExpired, 422),
        (TooManyRequests, 429),
        (Unavailable, 503),
    ],
)
def test_every_kind_of_error_has_its_status(kind: type[ZhaohuiError], status: int) -> None:
    assert status_of(kind("because")) == status


def test_what_may_succeed_later_says_when() -> None:
    assert error_headers(TooManyRequests("slow down", retry_after_seconds=7)) == {"Retry-After": "7"}
    assert error_headers(Conflict("no")) == {}


def test_an_error_without_a_field_does_not_name_one() -> None:
    assert error_body("gone", "it is gone", None, 404, Dialect.ZHAOHUI) == {
        "error": {"code": "gone", "message": "it is gone"}
    }
