"""From an understood query to the plan: which views, with which weights, and what must be there at all."""

from chalicelib.search.document import BIGRAMS, CHARACTERS, CODES, DETAILS, NAMES, PINYIN, PRESENT, RECALL, TITLE
from chalicelib.search.plan import Clause, Coverage, Requirement
from chalicelib.search.understanding import Understood

# MRR@10 on the development queries: characters alone .75, bigrams .67, words .62; this mix with coverage .804 (.767
# before model codes were taken apart into letters and digits).
CHARACTERS_WEIGHT = 1.0
BIGRAMS_WEIGHT = 0.4
WORDS_WEIGHT = 0.4
# No judged queries exist for brand, category, tag and attribute text: below a bigram of the title, so that they
# decide only between titles that say the same.
NAMES_WEIGHT = 0.3
DETAILS_WEIGHT = 0.1
PINYIN_WEIGHT = 0.5

MIN_MATCH = 0.4
"""Share of the query's characters that must be there, rounded down as OpenSearch rounds: the same ranking figures, median
hits 2,450 -> 210. Rounded up, MRR@10 falls from .804 to .784; at 75% most relevant products are lost."""
MIN_CHARACTERS = 2
"""One common character of three or more is no match: the same MRR@10, median hits of 500 real queries 236 -> 98."""


def clauses_of(query: Understood) -> tuple[Clause, ...]:
    """What is scored. BM25 sums; nothing constant is added, since engines scale BM25 differently."""
    clauses = (
        Clause(CHARACTERS, query.characters, CHARACTERS_WEIGHT),
        Clause(BIGRAMS, query.bigrams, BIGRAMS_WEIGHT),
        Clause(TITLE, query.words, WORDS_WEIGHT),
        Clause(NAMES, query.characters, NAMES_WEIGHT),
        Clause(DETAILS, query.characters, DETAILS_WEIGHT),
        Clause(PINYIN, query.latin_keys, PINYIN_WEIGHT),
    )
    return tuple(clause for clause in clauses if clause.tokens)


def coverage_of(query: Understood) -> Coverage | None:
    """The one bonus that holds up on unseen queries too: .737 -> .768 on the development queries."""
    return Coverage(PRESENT, query.characters) if query.characters else None


def requirements_of(query: Understood, *, with_codes: bool) -> tuple[tuple[Requirement, ...], ...]:
    """What a product must have: enough of the query's characters, or every word of it somewhere, or its sound.

    ``with_codes``: and each model code of the query.
    """
    if not query.characters:
        return ()
    enough = [
        Requirement(PRESENT, query.characters, _enough(len(query.characters))),
        Requirement(RECALL, query.words, len(query.words)),
    ]
    if query.latin_keys:
        whole, *parts = query.latin_keys
        enough.append(Requirement(PINYIN, (whole,), 1))
        if parts:
            enough.append(Requirement(PINYIN, tuple(parts), len(parts)))
    codes = [(Requirement(CODES, (code,), 1),) for code in query.codes] if with_codes else []
    return (tuple(enough), *codes)


def _enough(characters: int) -> int:
    return max(int(MIN_MATCH * characters), MIN_CHARACTERS if characters > MIN_CHARACTERS else 1)
