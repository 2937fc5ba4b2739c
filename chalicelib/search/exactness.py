"""Whether a query names one model of a brand: then nothing but the words may order its hits."""

from itertools import pairwise

from chalicelib.search.understanding import Understood


def names_a_model(query: Understood) -> bool:
    """Whether ``query`` holds a model code (5W-30, SK-II), or a number beside a Latin name or a brand (iPhone 15, 小米 14)."""
    if query.codes:
        return True
    brands = [tag.text for tag in query.tags if tag.kind == "brand"]

    def is_name(word: str) -> bool:
        return (word.isascii() and word.isalpha()) or any(word in brand for brand in brands)

    return any(
        (one.isdecimal() and is_name(other)) or (other.isdecimal() and is_name(one))
        for one, other in pairwise(query.words)
    )
