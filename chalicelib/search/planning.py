"""From an understood query to the plan: which views, with which weights, and what must be there at all."""

import math
from collections.abc import Iterable

from chalicelib.search.document import BIGRAMS, CHARACTERS, CODES, DETAILS, GRAMS, NAMES, PINYIN, PRESENT, RECALL, TITLE
from chalicelib.search.plan import Clause, Coverage, Requirement
from chalicelib.search.understanding import MAX_QUERY_TOKENS, Understood, Wording

# Chosen on 50 development queries, 85 other real texts with their titles and 1,250 queries made of titles.
CHARACTERS_WEIGHT = 1.0
# 0.15 to 0.5 of each differ by less than two queries in fifty; without bigrams -.009, without words -.012.
BIGRAMS_WEIGHT = 0.3
WORDS_WEIGHT = 0.4
# Three letters or digits in a row: .796 -> .833, by brand names and codes that a title writes into one word.
GRAMS_WEIGHT = 0.3
# A word of the query met in brand, category and tags, and in attributes and brief. 0.25 and 0.1 -> 0.5 and 0.3: 524 queries of an
# attribute value or brand and a category, of three catalogues, MRR@10 .62 -> .69 or more; two and three words of a title: within
# .003 of what they were. 0.75 and 0.5 gain more of the first and begin to cost the second.
NAMES_WEIGHT = 0.5
DETAILS_WEIGHT = 0.3
PINYIN_WEIGHT = 0.5
SYNONYM_WEIGHT = 1.5
"""Of a synonym's bigrams and words against the query's own. Its single characters do not count: 洋装 for 连衣裙 would lift
every 洋气 and 西装领. Of 129 words that at most one title holds, right titles in the first five .41 -> .76 (.8: .67, 2.5: .85);
of the first ten hits for 174 common words 1.4% hold neither the word nor a synonym (with characters 2.5%; 2.5: 2.6%)."""

MIN_MATCH = 0.4
"""Share of the query's characters that must be there, rounded down as OpenSearch rounds: the same ranking figures, median
hits 2,450 -> 210. Rounded up, MRR@10 falls from .804 to .784; at 75% most relevant products are lost."""
MIN_CHARACTERS = 2
"""One common character of three or more is no match: the same MRR@10, median hits of 500 real queries 236 -> 98."""


MIN_GRAMS = 0.6
"""Share of the grams by which a Latin query is found when its words are not: acornbiscuits in acorn biscuits, addidas."""


def clauses_of(query: Understood) -> tuple[Clause, ...]:
    """What is scored. BM25 sums; nothing constant is added, since engines scale BM25 differently."""
    clauses = (
        Clause(CHARACTERS, query.characters, CHARACTERS_WEIGHT),
        Clause(BIGRAMS, query.bigrams, BIGRAMS_WEIGHT),
        Clause(TITLE, query.words, WORDS_WEIGHT),
        Clause(GRAMS, query.grams, GRAMS_WEIGHT),
        Clause(NAMES, query.characters, NAMES_WEIGHT),
        Clause(DETAILS, query.characters, DETAILS_WEIGHT),
        Clause(PINYIN, query.latin_keys, PINYIN_WEIGHT),
        *_synonym_clauses(query),
    )
    return tuple(clause for clause in clauses if clause.tokens)


def _synonym_clauses(query: Understood) -> tuple[Clause, ...]:
    said = query.wordings
    return (
        Clause(BIGRAMS, _fresh((each.bigrams for each in said), query.bigrams), SYNONYM_WEIGHT * BIGRAMS_WEIGHT),
        Clause(TITLE, _fresh((each.words for each in said), query.words), SYNONYM_WEIGHT * WORDS_WEIGHT),
    )


def _fresh(wordings: Iterable[tuple[str, ...]], known: tuple[str, ...]) -> tuple[str, ...]:
    tokens = dict.fromkeys(token for each in wordings for token in each if token not in known)
    return tuple(tokens)[:MAX_QUERY_TOKENS]


def coverage_of(query: Understood) -> Coverage | None:
    """The one bonus that holds up on unseen queries too: .737 -> .768 on the development queries. It asks for the query's own
    characters: counting those of synonyms finds 6 more of 100 products known by another word, and costs .01 elsewhere."""
    return Coverage(PRESENT, query.characters) if query.characters else None


def requirements_of(query: Understood, *, with_codes: bool) -> tuple[tuple[Requirement, ...], ...]:
    """What a product must have: enough of the query's characters, or every word of it somewhere, or its sound, or the same of
    a synonym.

    ``with_codes``: and each model code of the query.
    """
    if not query.characters:
        return ()
    enough = [
        Requirement(PRESENT, query.characters, _enough(len(query.characters))),
        Requirement(RECALL, query.words, len(query.words)),
    ]
    for said in query.wordings:
        # A part of a synonym is no match: 洋装 must not find 升装, nor 连身裙 半身裙.
        least = max(_enough(len(said.characters)), _new_characters(said, query))
        enough.append(Requirement(PRESENT, said.characters, least))
    if query.latin_keys:
        whole, *parts = query.latin_keys
        enough.append(Requirement(PINYIN, (whole,), 1))
        if parts:
            enough.append(Requirement(PINYIN, tuple(parts), len(parts)))
        if len(query.grams) > 1:
            enough.append(Requirement(GRAMS, query.grams, math.ceil(MIN_GRAMS * len(query.grams))))
    codes = [(Requirement(CODES, (code,), 1),) for code in query.codes] if with_codes else []
    return (tuple(enough), *codes)


def _new_characters(said: Wording, query: Understood) -> int:
    """How many distinct characters the words have that ``said`` says instead."""
    new = {character for word in said.words if word not in query.words for character in word}
    return len(new.intersection(said.characters))


def _enough(characters: int) -> int:
    return max(int(MIN_MATCH * characters), MIN_CHARACTERS if characters > MIN_CHARACTERS else 1)
