"""How many different people, in bounded room: exact while they are few, estimated beyond.

The k smallest of all hash values (Bar-Yossef et al., "Counting Distinct Elements in a Data Stream", RANDOM 2002): two crowds
join by keeping the k smallest of both, in any order, any number of times.
"""

from collections.abc import Iterable

from chalicelib.core.ids import digest

KEPT = 64
"""Up to here the count is exact; beyond, its standard error is about 1 / sqrt(62), an eighth."""
_HASH_DIGITS = 12
_HASHES = 16**_HASH_DIGITS


def hash_of(client: str) -> int:
    """A number that stands for ``client`` in a crowd."""
    return int(digest(client)[:_HASH_DIGITS], 16)


def joined(*crowds: Iterable[int], kept: int = KEPT) -> tuple[int, ...]:
    """The crowd of everyone in any of ``crowds``."""
    return tuple(sorted({each for crowd in crowds for each in crowd})[:kept])


def size_of(crowd: tuple[int, ...], kept: int = KEPT) -> int:
    """About how many different people are in a crowd."""
    return len(crowd) if len(crowd) < kept else round((kept - 1) * _HASHES / (crowd[-1] + 1))
