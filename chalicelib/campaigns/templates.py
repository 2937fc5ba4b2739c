"""Messages are Jinja2 in a sandbox. A variable that is missing is an error before the send, never an empty name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from chalicelib.campaigns.errors import TemplateInvalid
from chalicelib.campaigns.model import Message
from chalicelib.core.money import format_yuan
from chalicelib.coupons import OwnedCoupon
from chalicelib.coupons.terms import in_words

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

SHOPPER_VARIABLES: Final = {"name": "小昭", "unsubscribe_url": "https://shop.example/v1/unsubscribe/k1_c2FtcGxl"}
"""What a message may say of its recipient, with a sample value; a recipient who never gave it makes the send fail.

``unsubscribe_url`` is there when the shop has a public address; a message that does not say it gets a last line that does.
"""
COUPON_VARIABLES: Final = {
    "coupon_name": "回归礼券",
    "coupon_value": "¥20",
    "coupon_minimum": "¥100",
    "coupon_code": "23456789ABCDEF",
    "coupon_expires_on": "2026-12-31",
}
"""What a message of a campaign with a coupon may say besides."""


class TemplateFailed(Exception):
    """The message could not be rendered for this recipient."""


@dataclass(frozen=True, slots=True)
class Content:
    """What one recipient reads."""

    subject: str
    body: str


def check(message: Message, *, has_coupon: bool) -> None:
    """Raise ``TemplateInvalid`` naming the field of a text that does not compile or cannot be rendered for anyone."""
    samples = SHOPPER_VARIABLES | (COUPON_VARIABLES if has_coupon else {})
    for field, text in (("message.subject", message.subject), ("message.body", message.body)):
        _check(field, text, samples)


def _check(field: str, text: str, samples: Mapping[str, str]) -> None:
    from jinja2 import TemplateSyntaxError, meta

    try:
        unknown = meta.find_undeclared_variables(_environment().parse(text)) - samples.keys()
        if unknown:
            raise TemplateInvalid(
                f"{field} 使用了未知变量 {', '.join(sorted(unknown))} (unknown variables; known are {', '.join(samples)})",
                field=field,
            )
        _render(text, samples)
    except TemplateSyntaxError as error:
        raise TemplateInvalid(
            f"{field} 第 {error.lineno} 行有语法错误 (line {error.lineno}: {error.message})", field=field
        ) from None
    except TemplateFailed as error:
        raise TemplateInvalid(f"{field} 无法生成 (cannot be rendered: {error})", field=field) from None


def render(message: Message, values: Mapping[str, str]) -> Content:
    """The message with ``values`` filled in. Raises ``TemplateFailed``, as for a variable that is not among them."""
    # A line break in a subject could smuggle a header in.
    return Content(" ".join(_render(message.subject, values).split()), _render(message.body, values))


def with_way_out(body: str, unsubscribe_url: str | None) -> str:
    """The body with a last line that says how to unsubscribe, unless it says so itself."""
    if unsubscribe_url is None or unsubscribe_url in body:
        return body
    return f"{body.rstrip()}\n\n不想再收到这类邮件？点此退订：{unsubscribe_url}\n"


def variables(
    name: str | None, coupon: OwnedCoupon | None, zone: ZoneInfo, unsubscribe_url: str | None = None
) -> dict[str, str]:
    """The values of one recipient; what is not known is left out."""
    values = {"name": name} if name else {}
    if unsubscribe_url is not None:
        values["unsubscribe_url"] = unsubscribe_url
    if coupon is not None:
        values |= {
            "coupon_name": coupon.terms.name,
            "coupon_value": in_words(coupon.terms.benefit),
            "coupon_minimum": format_yuan(coupon.terms.minimum_spend),
            "coupon_code": coupon.code,
            "coupon_expires_on": _date(coupon.expires_at, zone),
        }
    return values


def _date(instant: datetime, zone: ZoneInfo) -> str:
    return instant.astimezone(zone).date().isoformat()


def _render(text: str, values: Mapping[str, str]) -> str:
    from jinja2 import TemplateError, TemplateSyntaxError

    try:
        return _environment().from_string(text).render(values)
    except TemplateSyntaxError:
        raise
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise TemplateFailed(f"{type(error).__name__}: {error}") from error


@cache
def _environment() -> "SandboxedEnvironment":
    # Imported on first use: most containers never render a message.
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)
    environment.globals.clear()
    return environment
