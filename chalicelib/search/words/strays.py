"""What was typed before the shopper began anew, and words of speech: a query reads better without them."""

from collections.abc import Iterator, Sequence

from chalicelib.search.words.reading import Reading, is_stray

FILLERS = ("如果", "因为", "所以", "但是", "虽然", "然后", "而且", "或者", "那么", "你", "我", "他", "她", "它")
"""Words of speech that no product is called by; an input method puts them first."""


def strays(atoms: Sequence[str], behind: Reading) -> Iterator[tuple[int, int]]:
    """Stretches that are better left out."""
    following = behind.words[1]
    # A character of the inside of the next word was begun anew; its first or last may be meant.
    if is_stray(atoms[0]) and atoms[0] in following[1:-1]:
        yield 0, 1
    for start in range(len(atoms)):
        # At the beginning, or after a number: inside a name the same characters belong to it.
        if start and not atoms[start - 1].isdigit():
            continue
        for filler in FILLERS:
            end = start + len(filler)
            if "".join(atoms[start:end]) == filler and end < len(atoms) and len(behind.words[end]) > 1:
                yield start, end
