"""For what, for whom and when a coupon counts."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec

from chalicelib.coupons.terms.checks import require, require_names

MAX_PLACES: Final = 20
MAX_VALID_DAYS: Final = 3_660
_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
LEVEL_SEPARATOR: Final = " > "


class Place(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Some of a shop's goods: what fits one name of every list that is not empty. A category is a path (``女装 > 连衣裙``) and
    holds everything below it."""

    shops: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def check(self, at: str) -> None:
        """Raises ``InvalidRequest`` naming the field below ``at``."""
        for name in Place.__struct_fields__:
            require_names(getattr(self, name), f"{at}.{name}")
        require(any(getattr(self, name) for name in Place.__struct_fields__), at, "names nothing")


class Audience(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Whom a coupon is for: all that is said must hold, one name of each list."""

    is_new: bool = False
    levels: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("levels", "segments", "tags"):
            require_names(getattr(self, name), f"audience.{name}")


class Hours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of each day in the shop's zone, ``HH:MM``, ``until`` not included; 22:00 to 02:00 goes over midnight."""

    since: str
    until: str

    def check(self, at: str) -> None:
        """Raises ``InvalidRequest`` naming the field below ``at``."""
        for name in ("since", "until"):
            require(_CLOCK.fullmatch(getattr(self, name)) is not None, f"{at}.{name}", "must be a time like 20:00")
        require(self.since != self.until, f"{at}.until", "must differ from since")

    def hold(self, local: datetime) -> bool:
        """Whether an instant of the shop's zone is within."""
        now = local.strftime("%H:%M")
        if self.since < self.until:
            return self.since <= now < self.until
        return now >= self.since or now < self.until


@dataclass(frozen=True, slots=True)
class Validity:
    """When an issued coupon may be used: ``valid_days`` from its issue, or in the period from ``starts_at`` to ``ends_at``."""

    valid_days: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def __post_init__(self) -> None:
        has_period = self.ends_at is not None
        require((self.valid_days is None) == has_period, "valid_days", "or ends_at is needed, and not both")
        require(has_period or self.starts_at is None, "starts_at", "needs ends_at beside it")
        require(
            self.valid_days is None or 0 < self.valid_days <= MAX_VALID_DAYS,
            "valid_days",
            f"must be between 1 and {MAX_VALID_DAYS}",
        )
        if self.starts_at and self.ends_at:
            require(self.starts_at < self.ends_at, "ends_at", "must be later than starts_at")

    def window(self, issued_at: datetime) -> tuple[datetime, datetime]:
        """From when until when (exclusive) a coupon issued at that instant may be used."""
        if self.ends_at is not None:
            return self.starts_at or issued_at, self.ends_at
        return issued_at, issued_at + timedelta(days=self.valid_days or 0)
