"""Which words of a query are left out first when no product has enough of them."""

from collections.abc import Callable, Iterator, Sequence

from chalicelib.search.model import Relaxing
from chalicelib.search.synonyms import written

MAX_DROPS = 4
"""Searches spent on leaving words out; a longer query goes on with its last word alone."""


def shortened(
    words: Sequence[str], relaxing: Relaxing, is_known: Callable[[str], bool]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Shorter queries than ``words``, and what each leaves out; at most ``MAX_DROPS``, never all words."""
    leaving = _LEAVING.get(relaxing, _by_worth)(words, is_known)
    for count in dict.fromkeys((*range(1, min(len(leaving), MAX_DROPS - 1) + 1), len(leaving))):
        if 0 < count < len(words):
            gone = set(leaving[:count])
            yield (
                written([word for at, word in enumerate(words) if at not in gone]),
                tuple(words[at] for at in sorted(gone)),
            )


def _by_worth(words: Sequence[str], is_known: Callable[[str], bool]) -> list[int]:
    """Words that the shop does not say go first, then from the left: the product's own noun stands last in Chinese."""
    nouns = [at for at, word in enumerate(words) if len(word) > 1 and not word.isascii()]
    nouns = nouns or [at for at, word in enumerate(words) if len(word) > 1]
    return sorted(set(range(len(words))) - set(nouns[-1:]), key=lambda at: (is_known(words[at]), at))


def _from_the_left(words: Sequence[str], is_known: Callable[[str], bool]) -> list[int]:
    return list(range(len(words) - 1))


def _from_the_right(words: Sequence[str], is_known: Callable[[str], bool]) -> list[int]:
    return list(range(len(words) - 1, 0, -1))


_LEAVING = {Relaxing.FIRST_WORDS: _from_the_left, Relaxing.LAST_WORDS: _from_the_right}
