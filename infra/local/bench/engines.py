"""The embedded engine beside tantivy and SQLite's FTS5: the same tokens, the same queries, the best twenty with id and title.

A query is an OR over its characters. The embedded engine and tantivy count all matches too; tantivy is also shown without
counting, where it may skip (block-max). "The whole plan" is what a shopper's search does: every view, minimum match, coverage.
"""

import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from rich.table import Table

from chalicelib.adapters.embedded import EmbeddedProductIndex
from chalicelib.core.ids import SeededRandomness
from chalicelib.search import (
    NEUTRAL,
    Analyser,
    Clause,
    Document,
    Plan,
    Requirement,
    Search,
    SearchRequest,
    Taste,
    choose_segmenter,
    title_document,
)
from infra.local.bench.corpus import Timing, queries, timed, titles

WANTED = 20
QUERIES = 500
WHOLE = "embedded, the whole plan"
REFERENCE = "tantivy, counting"
KINDS = ("embedded", WHOLE, REFERENCE, "tantivy, not counting", "SQLite FTS5")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
Texts = Sequence[tuple[str, ...]]
Tokens = Mapping[str, tuple[str, ...]]
Ask = Callable[[str], object]


class _Nobody:
    """Nobody in particular searches."""

    def of(self, shopper_id: str, now: datetime) -> Taste:
        return NEUTRAL


@dataclass(frozen=True)
class Measured:
    timing: Timing
    megabytes: float


def table(data: Path, sizes: Sequence[int]) -> Table:
    """One row per engine and size. Each engine has a process of its own, so that its memory is its own."""
    shown = Table("OR, best 20", "titles", "p50 ms", "p95 ms", "p50 ÷ tantivy", "memory MB")
    for size in sizes:
        rows = {kind: _measured_apart(kind, data, size) for kind in KINDS}
        for kind, each in rows.items():
            ratio = each.timing.p50 / rows[REFERENCE].timing.p50
            figures = (f"{each.timing.p50:.3f}", f"{each.timing.p95:.3f}", f"{ratio:.1f}", f"{each.megabytes:.0f}")
            shown.add_row(kind, f"{size:,}", *figures)
    return shown


def _measured_apart(kind: str, data: Path, size: int) -> Measured:
    command = [sys.executable, "-m", "infra.local.bench.engines", kind, str(data), str(size)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    p50, p95, megabytes = map(float, answer)
    return Measured(Timing(p50, p95), megabytes)


def measure(kind: str, data: Path, size: int) -> Measured:
    """Index and ask, in this process."""
    analyser = Analyser(choose_segmenter())
    corpus, asked = titles(data, size), queries(data, QUERIES)
    tokens = {query: tuple(dict.fromkeys(analyser.views(query).characters)) for query in asked}
    asked = [query for query in asked if tokens[query]]
    if kind == WHOLE:
        before = _megabytes()
        ask = _whole(corpus, analyser)
    else:
        texts = [analyser.views(title).characters for title in corpus]
        before = _megabytes()
        ask = _MAKERS[kind](corpus, texts, tokens)
    timing = timed(asked, ask)
    return Measured(timing, _megabytes() - before)


def _megabytes() -> float:
    """What this process holds now, by Linux's account."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def _embedded(corpus: Sequence[str], texts: Texts, tokens: Tokens) -> Ask:
    index = EmbeddedProductIndex("bench")
    version = index.create("bench")
    index.load(
        version,
        (
            Document(str(at), 1, "bench", {"title": title}, {"uni": text}, {"objectID": (str(at),)}, {})
            for at, (title, text) in enumerate(zip(corpus, texts, strict=True))
        ),
    )
    index.swap(version)
    plans = {
        query: Plan("bench", (Clause("uni", each, 1.0),), requirements=((Requirement("uni", each, 1),),), size=WANTED)
        for query, each in tokens.items()
    }
    return lambda query: index.search(plans[query]).hits


def _whole(corpus: Sequence[str], analyser: Analyser) -> Ask:
    index = EmbeddedProductIndex("bench")
    version = index.create(analyser.signature)
    index.load(version, (title_document(str(at), title, analyser) for at, title in enumerate(corpus)))
    index.swap(version)
    search = Search(index, _Nobody(), analyser, SeededRandomness("bench"))
    return lambda query: search.find(SearchRequest(query), NOW)


def _tantivy(corpus: Sequence[str], texts: Texts, tokens: Tokens, *, counting: bool) -> Ask:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("text", stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("title", stored=True, tokenizer_name="raw", index_option="basic")
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer(100_000_000, 1)
    for at, (title, text) in enumerate(zip(corpus, texts, strict=True)):
        writer.add_document(tantivy.Document(text=" ".join(text), id=str(at), title=title))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def ask(query: str) -> object:
        terms = [tantivy.Query.term_query(schema, "text", token) for token in tokens[query]]
        either = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
        found = searcher.search(either, WANTED, count=counting)
        documents = [(score, searcher.doc(place)) for score, place in found.hits]
        return [(score, document["id"], document["title"]) for score, document in documents]

    return ask


def _sqlite(corpus: Sequence[str], texts: Texts, tokens: Tokens) -> Ask:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE titles USING fts5(text, title UNINDEXED)")
    database.executemany("INSERT INTO titles VALUES (?, ?)", zip(map(" ".join, texts), corpus, strict=True))
    database.execute("INSERT INTO titles(titles) VALUES ('optimize')")
    best = "SELECT rowid, title, rank FROM titles WHERE text MATCH ? ORDER BY rank LIMIT 20"

    def ask(query: str) -> object:
        return database.execute(best, (" OR ".join(f'"{token}"' for token in tokens[query]),)).fetchall()

    return ask


_MAKERS: Mapping[str, Callable[[Sequence[str], Texts, Tokens], Ask]] = {
    "embedded": _embedded,
    REFERENCE: partial(_tantivy, counting=True),
    "tantivy, not counting": partial(_tantivy, counting=False),
    "SQLite FTS5": _sqlite,
}


if __name__ == "__main__":
    result = measure(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
    print(result.timing.p50, result.timing.p95, result.megabytes)
