"""How somebody shops: when, from where, with which device, how long they look, how content they are: sums, and one latest."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from enum import StrEnum

HOURS_PER_PART = 4
MOST_SECONDS = 1_800
"""A page that stayed open longer was left alone: half an hour of it counts."""


class Device(StrEnum):
    """Where an event came from."""

    MINI_PROGRAM = "mini_program"
    APP = "app"
    MOBILE = "mobile"
    DESKTOP = "desktop"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event came from: ``parts`` are province, city and district, empty where unknown."""

    at: datetime
    parts: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Habits:
    """``parts`` counts events by the six four-hour parts of the shop's day (0: midnight to four); ``devices`` by device.

    ``dwell_seconds`` over ``dwells`` pages; ``stars`` (1 to 5 each) over ``ratings`` reviews. ``looks`` counts the products
    touched, ``novelties`` and ``bargains`` those that were new or reduced. ``buy_days`` (Monday first) and ``buy_parts``
    count the orders that stand. ``place`` is the latest one.
    """

    parts: tuple[int, ...] = (0,) * (24 // HOURS_PER_PART)
    devices: Mapping[Device, int] = field(default_factory=dict)
    dwell_seconds: int = 0
    dwells: int = 0
    stars: int = 0
    ratings: int = 0
    looks: int = 0
    novelties: int = 0
    bargains: int = 0
    buy_days: tuple[int, ...] = (0,) * 7
    buy_parts: tuple[int, ...] = (0,) * (24 // HOURS_PER_PART)
    place: Place | None = None

    def at(self, instant: datetime, zone: tzinfo, device: Device | None) -> "Habits":
        """These habits after one more event."""
        parts = _counted(self.parts, instant.astimezone(zone).hour // HOURS_PER_PART)
        devices = self.devices if device is None else {**self.devices, device: self.devices.get(device, 0) + 1}
        return replace(self, parts=parts, devices=devices)

    def stayed(self, seconds: int) -> "Habits":
        """These habits after a page was looked at for ``seconds``."""
        return replace(self, dwell_seconds=self.dwell_seconds + min(seconds, MOST_SECONDS), dwells=self.dwells + 1)

    def rated(self, stars: int) -> "Habits":
        """These habits after a review of ``stars``, 1 to 5."""
        return replace(self, stars=self.stars + stars, ratings=self.ratings + 1)

    def looked(self, looks: int, novelties: int, bargains: int) -> "Habits":
        """These habits after so many products were touched, and so many of them were new or reduced."""
        return replace(
            self,
            looks=self.looks + looks,
            novelties=self.novelties + novelties,
            bargains=self.bargains + bargains,
        )

    def bought(self, at: datetime, zone: tzinfo, orders: int) -> "Habits":
        """These habits after ``orders`` more (fewer, if negative) of that time stand."""
        local = at.astimezone(zone)
        days = _counted(self.buy_days, local.weekday(), orders)
        return replace(self, buy_days=days, buy_parts=_counted(self.buy_parts, local.hour // HOURS_PER_PART, orders))

    def seen_in(self, place: Place) -> "Habits":
        """These habits after an event that came from ``place``."""
        return replace(self, place=_later(self.place, place))

    def together_with(self, other: "Habits") -> "Habits":
        """The habits of two profiles of one person."""
        names = sorted({*self.devices, *other.devices})
        return Habits(
            _summed(self.parts, other.parts),
            {name: self.devices.get(name, 0) + other.devices.get(name, 0) for name in names},
            self.dwell_seconds + other.dwell_seconds,
            self.dwells + other.dwells,
            self.stars + other.stars,
            self.ratings + other.ratings,
            self.looks + other.looks,
            self.novelties + other.novelties,
            self.bargains + other.bargains,
            _summed(self.buy_days, other.buy_days),
            _summed(self.buy_parts, other.buy_parts),
            _later(self.place, other.place) if other.place else self.place,
        )


def _later(known: Place | None, place: Place) -> Place:
    """The later place; of two at one instant always the same one."""
    return place if known is None else max(known, place, key=lambda each: (each.at, each.parts))


def _counted(counts: tuple[int, ...], place: int, more: int = 1) -> tuple[int, ...]:
    return tuple(count + more * (each == place) for each, count in enumerate(counts))


def _summed(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(mine + theirs for mine, theirs in zip(one, other, strict=True))
