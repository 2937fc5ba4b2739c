"""How many queries find nothing, without the no-result ladder and with it, and on which rung the others are answered."""

import gzip
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from chalicelib.adapters.memory.words import MemoryBlockedWords
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.ids import SecureRandomness
from chalicelib.search import (
    NEUTRAL,
    Analyser,
    Document,
    Ladder,
    Lexicon,
    Phrasebook,
    ProductIndex,
    Relaxing,
    Rung,
    Search,
    SearchRequest,
    Taste,
    learn,
    listing_of,
)

SAMPLE = 1_000
"""Of the queries nobody judged; drawn with a fixed seed."""


@dataclass(frozen=True)
class EmptyPages:
    """Of ``queries``: how many find nothing as they are asked, and with the ladder; ``rungs``: where the answers stand."""

    queries: int
    without: int
    left: int
    rungs: Mapping[str, int]


def empty_pages(
    index: ProductIndex, analyser: Analyser, documents: Sequence[Document], queries: Sequence[str], console: Console
) -> EmptyPages:
    """Search each of ``queries`` among ``documents``, which ``index`` holds, with every rung of the ladder."""
    blocked = MemoryBlockedWords()
    book = Phrasebook(_Learnt(learn(map(listing_of, documents))), blocked, analyser)
    search = Search(index, _Nobody(), analyser, SecureRandomness(), ladder=Ladder(index, analyser, book))
    now, rungs, left = datetime.now(UTC), Counter[str](), 0
    for query in track(queries, description="climbing", console=console):
        result = search.find(SearchRequest(query=query, page_size=0, relaxing=Relaxing.FULL), now)
        rungs[result.shown.rung] += 1
        left += not result.total
    return EmptyPages(len(queries), len(queries) - rungs[Rung.AS_ASKED] + left, left, rungs)


def unjudged(path: Path) -> list[str]:
    """A sample of the queries of a file of ``id<TAB>text`` lines, packed or not. Raises ``InvalidRequest``."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            every = [line.rstrip("\r\n").partition("\t")[2] for line in lines]
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRequest(f"{path} cannot be read: {error}") from None
    queries = [query for query in every if query.strip()]
    return random.Random(1).sample(queries, min(SAMPLE, len(queries)))


def say(found: Mapping[str, EmptyPages], console: Console) -> None:
    """Print a line per set of queries."""
    table = Table("no result", "queries", "as asked", "with the ladder", "answers stand on")
    for name, each in found.items():
        rungs = "\n".join(f"{rung}: {count}" for rung in Rung if (count := each.rungs.get(rung)))
        table.add_row(
            name, str(each.queries), _share(each.without, each.queries), _share(each.left, each.queries), rungs
        )
    console.print(table)


def _share(count: int, of: int) -> str:
    return f"{count / of:.4f}" if of else "-"


class _Learnt:
    """``Lexicons`` of the corpus."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def current(self, now: datetime) -> Lexicon:
        return self._lexicon

    def unwanted(self, now: datetime) -> Sequence[str]:
        return ()


class _Nobody:
    def of(self, shopper_id: str, now: datetime) -> Taste:
        return NEUTRAL
