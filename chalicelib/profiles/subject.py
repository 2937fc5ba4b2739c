"""A shopper as rules see them: which words there are, and what each finds in the profile."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from functools import cached_property
from typing import Any

from chalicelib.privacy import Channel, Consents, Purpose
from chalicelib.profiles.affinity import HALF_LIFE_SECONDS, Kind
from chalicelib.profiles.dimensions import Known, may_change_at, statement_of
from chalicelib.profiles.habits import Device, Habits
from chalicelib.profiles.lifecycle import dormant_from, lifecycle_of
from chalicelib.profiles.model import Lifecycle, Profile, Tag, Traits
from chalicelib.profiles.vocabulary import COUNTERS
from chalicelib.rules import DailyCounts, DaysSince, Fact, Fading, Quantity, Steady, Within
from chalicelib.rules.calendar import DaysToAnniversary, YearsSince

ALIKE = 0.3219280948873623
"""Favourites within 25% (this is its logarithm to the base 2) are equals, and the first by name is chosen: else two
equals would take turns at every event."""

MOST_TOLD = 1e12
"""A number that somebody said of themselves and that is larger is none."""

_CHANNELS = frozenset(channel.value for channel in Channel)
_KIND_OF: Mapping[str, Kind] = {kind.value: kind for kind in Kind}
_LATEST: Mapping[str, str] = {
    "seen": "last_seen",
    "viewed": "last_view",
    "searched": "last_search",
    "added_to_cart": "last_cart",
    "ordered": "last_order",
}


@dataclass
class ShopperSubject:
    """A shopper for rules. ``tags`` are those that rules may look at.

    A tag's own rule sees tags set by hand only: rules that look at each other's results could go round in circles.
    """

    profile: Profile
    traits: Traits
    tags: Mapping[str, Tag]
    consents: Consents
    dormant_after: timedelta
    zone: tzinfo
    _within: dict[tuple[str, int], Within] = field(default_factory=dict)
    _by_day: dict[str, DailyCounts] = field(default_factory=dict)

    def fact(self, name: str, now: datetime) -> Fact:
        head, _, rest = name.partition(".")
        match head:
            case "trait":
                return Fact(self.traits.get(rest))
            case "tag":
                return Fact(self.tags[rest].value if rest in self.tags else None)
            case "consent":
                return Fact(self._allows(rest) or None)
            case "lifecycle":
                stage = lifecycle_of(self.profile, now, self.dormant_after)
                until = None if stage is Lifecycle.DORMANT else dormant_from(self.profile, self.dormant_after)
                return Fact(stage.value, until)
            case "province" | "city" | "district":
                return self._dimension(f"basic.{head}", now)
            case "dimension":
                return self._dimension(rest, now)
            case "open_cart":
                return Fact(self._has_open_cart() or None)
            case "expiring_coupon":
                return self._expiring_coupon(now)
        raise LookupError(name)

    def number(self, name: str, now: datetime) -> Quantity | None:
        if name.startswith("trait."):
            return _steady(self.traits.get(name.removeprefix("trait.")))
        if name.startswith("active_days_"):
            return self._days_within("active", int(name.removeprefix("active_days_")))
        if name in self._numbers:
            value = self._numbers[name]
            return None if value is None else Steady(value)
        return _CALENDAR[name](self)

    def count(self, event: str, within_days: int | None) -> Quantity:
        if event == "reviewed":
            return Steady(self.profile.habits.ratings)
        counter = COUNTERS[event][0]
        if within_days is None:
            return Steady(getattr(self.profile.counters, counter))
        return self._days_within(counter, within_days)

    def spent(self, within_days: int | None) -> Quantity:
        return Steady(self.profile.counters.spend) if within_days is None else self._days_within("spend", within_days)

    def latest(self, event: str) -> datetime | None:
        instant: datetime | None = getattr(self.profile.recency, _LATEST[event])
        return instant

    def earliest(self, event: str) -> datetime | None:
        return self.profile.recency.first_seen

    def liking(self, kind: str, names: Collection[str], words: Collection[str]) -> Quantity | None:
        liked_kind = _KIND_OF[kind]
        liked: float | None = None
        for name, score in self.profile.affinities.scores.get(liked_kind, {}).items():
            if (liked is None or score > liked) and (name in names or _has_one_of(words, name)):
                liked = score
        return None if liked is None else Fading(liked, HALF_LIFE_SECONDS[liked_kind])

    def favourite(self, kind: str) -> tuple[str, Quantity] | None:
        liked_kind = _KIND_OF[kind]
        scores = self.profile.affinities.scores.get(liked_kind)
        if not scores:
            return None
        most = max(scores.values())
        name = min(name for name, score in scores.items() if score >= most - ALIKE)
        return name, Fading(most, HALF_LIFE_SECONDS[liked_kind])

    @property
    def born(self) -> date | None:
        """The birthday that was told, as far as it is a day."""
        told = self.traits.get("birthday") or self.traits.get("birth_date")
        try:
            return date.fromisoformat(told[:10]) if isinstance(told, str) else None
        except ValueError:
            return None

    def _dimension(self, path: str, now: datetime) -> Fact:
        known = Known(self.profile, self.traits, now, self.zone)
        said = statement_of(path, known, may_infer=self.consents.is_personalised)
        value = list(said.value) if said and isinstance(said.value, tuple) else said.value if said else None
        return Fact(value, may_change_at(path, known))

    def _allows(self, channel: str) -> bool:
        return channel in _CHANNELS and self.consents.allows(Channel(channel), Purpose.MARKETING)

    def _has_open_cart(self) -> bool:
        cart, order = self.profile.recency.last_cart, self.profile.recency.last_order
        return self.profile.counters.carts > 0 and cart is not None and (order is None or cart > order)

    def _expiring_coupon(self, now: datetime) -> Fact:
        """Until the coupon ends, or an order came after the reminder: whoever just bought is left alone."""
        told, order = self.profile.reminded, self.profile.recency.last_order
        if told.at is None or told.until is None or now >= told.until or (order is not None and order >= told.at):
            return Fact(None)
        return Fact(True, told.until)

    def _days_within(self, name: str, days: int) -> Within:
        if (name, days) not in self._within:
            if name not in self._by_day:
                self._by_day[name] = self._counted(name)
            self._within[name, days] = Within(self._by_day[name], days)
        return self._within[name, days]

    def _counted(self, name: str) -> DailyCounts:
        days = self.profile.days.counts
        if name == "active":
            return DailyCounts(dict.fromkeys(days, 1), self.zone)
        return DailyCounts({day: count for day, counts in days.items() if (count := getattr(counts, name))}, self.zone)

    @cached_property
    def _numbers(self) -> Mapping[str, float | None]:
        """The numbers that time does not change; None where there is nothing to divide by."""
        counters, habits = self.profile.counters, self.profile.habits
        return {
            "spend": counters.spend,
            "refunded": counters.refunded,
            "discount": counters.discount,
            "average_order": _share(counters.spend, counters.orders),
            "discounted_share": _share(counters.discounted, counters.orders),
            # An order that was paid back whole no longer counts as one: it is added again.
            "refund_share": _share(counters.refunds, counters.orders + counters.refunds),
            "cancelled_share": _share(counters.cancellations, counters.orders + counters.cancellations),
            "carts_per_order": _share(counters.carts, counters.orders),
            "views_per_order": _share(counters.views, counters.orders),
            "searches_per_view": _share(counters.searches, counters.views),
            "ratings": habits.ratings,
            "average_stars": _share(habits.stars, habits.ratings),
            "dwells": habits.dwells,
            "average_dwell_seconds": _share(habits.dwell_seconds, habits.dwells),
            "looks": habits.looks,
            "novelty_share": _share(habits.novelties, habits.looks),
            "bargain_share": _share(habits.bargains, habits.looks),
            "weekend_order_share": _share(sum(habits.buy_days[5:]), sum(habits.buy_days)),
            "brands_liked": len(self.profile.affinities.scores.get(Kind.BRAND, {})),
            "categories_liked": len(self.profile.affinities.scores.get(Kind.CATEGORY, {})),
            "brand_share": self._brand_share(),
            **_shares_of(habits),
        }

    def _brand_share(self) -> float | None:
        scores = self.profile.affinities.scores.get(Kind.BRAND)
        if not scores:
            return None
        most = max(scores.values())
        return float(1 / sum(2 ** (score - most) for score in scores.values()))


def _has_one_of(words: Collection[str], name: str) -> bool:
    for word in words:  # noqa: SIM110 - asked for every name of every shopper: a generator costs twice as much
        if word in name:
            return True
    return False


def _shares_of(habits: Habits) -> dict[str, float | None]:
    parts, devices = sum(habits.parts), sum(habits.devices.values())
    return {
        **{f"part_share_{place}": _share(count, parts) for place, count in enumerate(habits.parts)},
        **{f"device_share_{device}": _share(habits.devices.get(device, 0), devices) for device in Device},
    }


def _age(subject: ShopperSubject) -> Quantity | None:
    if subject.born is not None:
        return YearsSince(subject.born, subject.zone)
    return _steady(subject.traits.get("age"))


def _steady(told: Any) -> Quantity | None:
    is_number = isinstance(told, int | float) and not isinstance(told, bool)
    return Steady(told) if is_number and abs(told) <= MOST_TOLD else None


def _days_to_birthday(subject: ShopperSubject) -> Quantity | None:
    return None if subject.born is None else DaysToAnniversary(subject.born, subject.zone)


def _days_known(subject: ShopperSubject) -> Quantity | None:
    first = subject.profile.recency.first_seen
    return None if first is None else DaysSince(first)


_CALENDAR: Mapping[str, Callable[[ShopperSubject], Quantity | None]] = {
    "age": _age,
    "days_to_birthday": _days_to_birthday,
    "days_known": _days_known,
}


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
