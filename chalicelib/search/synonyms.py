"""Words of one meaning: what else a query could have said."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise

from chalicelib.search.synonym_pack import BRANDS, TRADE_WORDS

MOST_WORDINGS = 4
"""More ways to say one query blur it, and each costs an engine as much as the query itself."""


class Synonyms:
    """Words of one meaning by word, all of them folded."""

    def __init__(self, rules: Iterable[str]) -> None:
        others: dict[str, dict[str, None]] = defaultdict(dict)
        for rule in rules:
            words = [word.strip() for word in rule.replace(">", "=").split("=")]
            for at, word in enumerate(words[:1] if ">" in rule else words):
                others[word] |= dict.fromkeys((*words[:at], *words[at + 1 :]))
        self._others: Mapping[str, tuple[str, ...]] = {word: tuple(each) for word, each in others.items()}

    def rules(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        """Each word with the words that may stand in its place."""
        return self._others.items()

    def met(self, words: Sequence[str]) -> list[tuple[int, int, tuple[str, ...]]]:
        """The synonyms met in the segmented ``words`` of a query, from left to right, the longest first: from which word to
        before which, and what may stand there instead. A synonym begins and ends where words do: 小米 is not in 小米粥."""
        return [(first, after, self._others[term]) for first, after, term in longest_runs(words, self._others)]

    def wordings(self, words: Sequence[str]) -> tuple[str, ...]:
        """The query of ``words`` said otherwise: one synonym replaced at a time, at most ``MOST_WORDINGS``."""
        text = written(words)
        said = (
            written((*words[:first], other, *words[after:]))
            for first, after, others in self.met(words)
            for other in others
            if other not in text
        )
        return tuple(dict.fromkeys(said))[:MOST_WORDINGS]


def longest_runs(words: Sequence[str], known: Container[str], most_words: int = 5) -> Iterator[tuple[int, int, str]]:
    """Runs of ``words`` that together are ``known``, from left to right, the longest first, none inside another."""
    first = 0
    while first < len(words):
        ends = range(min(first + most_words, len(words)), first, -1)
        after = next((end for end in ends if "".join(words[first:end]) in known), None)
        if after:
            yield first, after, "".join(words[first:after])
        first = after or first + 1


def written(words: Sequence[str]) -> str:
    """``words`` as one text, with a space only between two of letters or digits."""
    text = "".join(words[:1])
    for before, word in pairwise(words):
        text += f" {word}" if before[-1:].isascii() and word[:1].isascii() else word
    return text


@cache
def shipped_synonyms() -> Synonyms:
    """The commerce pack: trade words and the two names of well-known brands."""
    return Synonyms(line for pack in (TRADE_WORDS, BRANDS) for line in pack.splitlines() if line)
