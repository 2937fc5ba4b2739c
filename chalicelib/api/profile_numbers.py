"""The numbers of a profile as the API shows them. Money is fen; a day is one of the shop's zone."""

from dataclasses import asdict
from typing import Any

from chalicelib.profiles import WINDOWS, Habits, Profile
from chalicelib.profiles.habits import HOURS_PER_PART


def numbers_document(profile: Profile, today: int) -> dict[str, Any]:
    """Counts over the last 7, 30 and 90 days up to ``today`` (an ordinal), the average order, and habits."""
    counters = profile.counters
    return {
        "windows": {f"{days}d": _window(profile, days, today) for days in WINDOWS},
        "average_order": counters.spend // counters.orders if counters.orders else None,
        "habits": _habits(profile.habits),
    }


def _window(profile: Profile, days: int, today: int) -> dict[str, int]:
    return asdict(profile.days.within(days, today)) | {"active_days": profile.days.active(days, today)}


def _habits(habits: Habits) -> dict[str, Any]:
    hours = ((part * HOURS_PER_PART, (part + 1) * HOURS_PER_PART) for part in range(len(habits.parts)))
    return {
        "day_parts": {f"{begin:02d}-{end:02d}": count for (begin, end), count in zip(hours, habits.parts, strict=True)},
        "devices": dict(habits.devices),
        "average_dwell_seconds": round(habits.dwell_seconds / habits.dwells, 1) if habits.dwells else None,
        "average_rating": round(habits.stars / habits.ratings, 2) if habits.ratings else None,
        "ratings": habits.ratings,
    }
