"""The counts of some ninety days in about a kilobyte: a write is billed by the size of the whole profile.

Each day is its distance from the newest (one byte), which of its counts are not zero (one byte, a bit each), and those counts
as variable-length integers (seven bits a byte, lowest first; zigzag, as in Protocol Buffers' ``sint64``).
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator

from chalicelib.profiles.days import DAY_COUNTS, DayCounts, Days


def packed_days(days: Days) -> list[int | str]:
    """The newest day, and the counts of all days as Base64."""
    raw = bytearray()
    for day, counts in sorted(days.counts.items(), reverse=True):
        numbers = [getattr(counts, name) for name in DAY_COUNTS]
        raw += bytes([days.newest - day, sum(1 << place for place, number in enumerate(numbers) if number)])
        for number in filter(None, numbers):
            raw += _varint(number * 2 if number >= 0 else -number * 2 - 1)
    return [days.newest, b64encode(raw).decode()]


def to_days(packed: list[int | str]) -> Days:
    """The days in what ``packed_days`` made."""
    newest, text = packed
    raw = iter(b64decode(str(text)))
    counts = {int(newest) - distance: _counts(next(raw), raw) for distance in raw}
    return Days(int(newest), counts)


def _counts(mask: int, raw: Iterator[int]) -> DayCounts:
    return DayCounts(*(_number(raw) if mask >> place & 1 else 0 for place in range(len(DAY_COUNTS))))


def _number(raw: Iterator[int]) -> int:
    value = shift = 0
    while True:
        byte = next(raw)
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value >> 1 if value % 2 == 0 else -(value + 1 >> 1)
        shift += 7


def _varint(value: int) -> bytes:
    raw = bytearray()
    while value >= 0x80:
        raw.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*raw, value])
