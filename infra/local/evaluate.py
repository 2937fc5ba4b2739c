"""``eval``: how well search ranks, on judged queries, beside plain BM25 of jieba's words in the same run.

Everything goes the way a shopper's search goes: understood, planned, executed by the engine. A corpus has ``id<TAB>title``
lines, queries ``id<TAB>text``, judgements are TREC qrels (``query 0 document grade``).
"""

import argparse
import random
import statistics
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from chalicelib.core.errors import InvalidRequest
from chalicelib.core.ids import SecureRandomness, new_id
from chalicelib.core.settings import read_settings
from chalicelib.search import (
    NEUTRAL,
    Analyser,
    Document,
    ProductIndex,
    Search,
    SearchRequest,
    Taste,
    choose_segmenter,
    title_document,
)
from infra.local.relevance import CUT, Judgements, PlainBm25, Scores, bootstrap_interval, judge

ENGINES = ("embedded", "opensearch")
DEPTH = 100
"""Hits per query in the run file; the figures look at the first ten."""
RUN_NAME = "zhaohui"


@dataclass(frozen=True)
class Task:
    """What is judged: titles and queries by id, grades by query and document."""

    titles: Mapping[str, str]
    queries: Mapping[str, str]
    judgements: Judgements
    refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """The figures of search and of the baseline, and the 95% interval of the difference in MRR@10."""

    search: Scores
    baseline: Scores
    difference: tuple[float, float]
    median_hits: float
    milliseconds: Sequence[float]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corpus", type=Path, required=True, metavar="TSV", help="id<TAB>title")
    parser.add_argument("--queries", type=Path, required=True, metavar="TSV", help="id<TAB>text")
    parser.add_argument("--qrels", type=Path, required=True, metavar="TSV", help="TREC qrels: query 0 document grade")
    parser.add_argument("--engine", choices=ENGINES, default="embedded")
    parser.add_argument(
        "--endpoint",
        help="OpenSearch's address (default: ZHAOHUI_OPENSEARCH_ENDPOINT, else the one of the tests is started)",
    )
    parser.add_argument("--run", dest="run_file", type=Path, metavar="FILE", help="write the hits as a TREC run")


def run(arguments: argparse.Namespace) -> int:
    console = Console(highlight=False)
    report = evaluate(
        arguments.corpus,
        arguments.queries,
        arguments.qrels,
        arguments.engine,
        arguments.run_file,
        endpoint=arguments.endpoint,
        console=console,
    )
    _print(report, arguments.engine, console)
    return 0


def evaluate(
    corpus: Path,
    queries: Path,
    qrels: Path,
    engine: str = "embedded",
    run_file: Path | None = None,
    *,
    endpoint: str | None = None,
    console: Console | None = None,
) -> Report:
    """Index ``corpus``, run ``queries``, judge by ``qrels``. Raises ``InvalidRequest`` naming a file that cannot be read."""
    console = console or Console(quiet=True)
    task = read_task(corpus, queries, qrels)
    analyser = Analyser(choose_segmenter())
    documents = list(_analysed(task, analyser, console))
    if task.refused:
        console.print(f"{len(task.refused)} rows of the corpus cannot be products, the first: {task.refused[0]}")
    plain = PlainBm25({document.object_id: document.views.get("title", ()) for document in documents})
    with _index(engine, endpoint, console) as index:
        version = index.create(analyser.signature)
        failures = index.load(version, track(documents, description="indexing", console=console))
        if failures:
            raise RuntimeError(f"{len(failures)} titles were not indexed: {failures[0].reason}")
        index.swap(version)
        runs, hits, milliseconds = _search_all(Search(index, _Nobody(), analyser, SecureRandomness()), task, console)
    if run_file:
        run_file.write_text("".join(_run_lines(runs)), encoding="utf-8")
    ranked = {query: [hit for hit, _ in ranking] for query, ranking in runs.items()}
    baseline = {query: plain.rank(analyser.words(text), CUT) for query, text in task.queries.items()}
    search, before = judge(ranked, task.judgements), judge(baseline, task.judgements)
    interval = bootstrap_interval(search.reciprocal_ranks, before.reciprocal_ranks, random.Random(1))
    return Report(search, before, interval, statistics.median(hits), milliseconds)


def read_task(corpus: Path, queries: Path, qrels: Path) -> Task:
    """The files as a task; queries without a judged relevant document are left out."""
    judgements: dict[str, dict[str, int]] = {}
    for number, line in _lines(qrels):
        fields = line.split()
        if len(fields) != 4 or not fields[3].lstrip("-").isdecimal():
            raise InvalidRequest(f"{qrels}:{number}: expected `query 0 document grade`, not {line[:80]!r}")
        if int(fields[3]) > 0:
            judgements.setdefault(fields[0], {})[fields[2]] = int(fields[3])
    titles, refused = _usable(dict(_pairs(corpus)))
    judged = {query: text for query, text in _pairs(queries) if query in judgements}
    if not judged:
        raise InvalidRequest(f"none of the queries of {queries} has a relevant document in {qrels}")
    return Task(titles, judged, judgements, refused)


def _usable(titles: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    used, refused = {}, []
    for object_id, title in titles.items():
        if 0 < len(object_id) <= 128 and 0 < len(title.strip()) <= 500:
            used[object_id] = title
        else:
            refused.append(object_id)
    return used, tuple(refused)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open(encoding="utf-8") as lines:
            yield from ((number, line.rstrip("\r\n")) for number, line in enumerate(lines, start=1) if line.strip())
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRequest(f"{path} cannot be read: {error}") from None


def _pairs(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in _lines(path):
        name, tab, text = line.partition("\t")
        if not tab:
            raise InvalidRequest(f"{path}:{number}: expected id<TAB>text, not {line[:80]!r}")
        yield name, text


def _analysed(task: Task, analyser: Analyser, console: Console) -> Iterator[Document]:
    for object_id, title in track(task.titles.items(), description="analysing", console=console):
        yield title_document(object_id, title, analyser)


Runs = Mapping[str, Sequence[tuple[str, float]]]


def _search_all(search: Search, task: Task, console: Console) -> tuple[Runs, list[int], list[float]]:
    now = datetime.now(UTC)
    runs, hits, milliseconds = {}, [], []
    for query, text in track(task.queries.items(), description="searching", console=console):
        began = time.perf_counter()
        result = search.find(SearchRequest(query=text, page_size=DEPTH), now)
        milliseconds.append((time.perf_counter() - began) * 1000)
        hits.append(result.total)
        runs[query] = [(each.object_id, each.score) for each in result.explanations]
    return runs, hits, milliseconds


class _Nobody:
    """No shopper: judged queries have no history."""

    def of(self, shopper_id: str, now: datetime) -> Taste:
        return NEUTRAL


@contextmanager
def _index(engine: str, endpoint: str | None, console: Console) -> Iterator[ProductIndex]:
    if engine == "embedded":
        from chalicelib.adapters.embedded import EmbeddedProductIndex

        yield EmbeddedProductIndex("eval")
        return
    from chalicelib.adapters.opensearch import OpenSearchProductIndex, connect

    name = f"eval-{new_id(SecureRandomness())[:8]}"
    with _address(endpoint, console) as address, connect(address) as client:
        try:
            yield OpenSearchProductIndex(client, name, SecureRandomness())
        finally:
            client.indices.delete(index=f"{name}-*")


@contextmanager
def _address(endpoint: str | None, console: Console) -> Iterator[str]:
    if known := endpoint or read_settings().opensearch_endpoint:
        yield known
        return
    # Only a checkout has the tests' engines.
    from tests.engines.opensearch import opensearch

    with opensearch(console.print) as started:
        yield started


def _run_lines(runs: Runs) -> Iterable[str]:
    for query, ranking in runs.items():
        for rank, (hit, score) in enumerate(ranking, start=1):
            yield f"{query} Q0 {hit} {rank} {score:.6f} {RUN_NAME}\n"


def _print(report: Report, engine: str, console: Console) -> None:
    table = Table("", f"MRR@{CUT}", f"nDCG@{CUT}", f"R@{CUT}", "no result")
    for name, scores in (("plain BM25, jieba's words", report.baseline), (f"search, {engine}", report.search)):
        figures = (scores.mrr, scores.ndcg, scores.recall, scores.zero_rate)
        table.add_row(name, *(f"{figure:.4f}" for figure in figures))
    console.print(table)
    low, high = report.difference
    console.print(
        f"{len(report.search.reciprocal_ranks)} queries; MRR@{CUT} higher by "
        f"{report.search.mrr - report.baseline.mrr:.4f} (95% interval {low:.4f} to {high:.4f}); "
        f"median hits {report.median_hits:g}; a search takes {statistics.mean(report.milliseconds):.1f} ms on average, "
        f"{max(report.milliseconds):.1f} ms at most"
    )
