"""``eval``: how well search ranks, on judged queries, beside the baselines of the same run.

Everything goes the way a shopper's search goes: understood, planned, executed by the engine. A corpus has ``id<TAB>title``
lines, queries ``id<TAB>text``, judgements are TREC qrels (``query 0 document grade``).
"""

import argparse
import random
import statistics
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
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
from infra.local import comparison, empty_pages, fielded, meaning, misspelling, same_items, tagging
from infra.local.baselines import WORDS, baseline_rankings
from infra.local.relevance import CUT, Judgements, Scores, bootstrap_interval, judge

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
    """The figures of search and of the baselines by name, all in the order of ``queries``, and the 95% interval of the
    difference in MRR@10 to ``baseline``, jieba's words."""

    queries: Sequence[str]
    search: Scores
    baselines: Mapping[str, Scores]
    baseline: Scores
    difference: tuple[float, float]
    median_hits: float
    milliseconds: Sequence[float]
    by_meaning: meaning.Gain | None = None
    empty: Mapping[str, empty_pages.EmptyPages] = field(default_factory=dict)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corpus", type=Path, required=True, metavar="TSV", help="id<TAB>title")
    parser.add_argument("--queries", type=Path, required=True, metavar="TSV", help="id<TAB>text")
    parser.add_argument("--qrels", type=Path, required=True, metavar="TSV", help="TREC qrels: query 0 document grade")
    parser.add_argument("--engine", choices=ENGINES, default="embedded")
    parser.add_argument(
        "--endpoint",
        help="OpenSearch's address (default: ZHAOHUI_OPENSEARCH_ENDPOINT, else the one of the tests is started)",
    )
    parser.add_argument("--semantic", choices=meaning.ENCODERS, default="off", help="judge the order by meaning too")
    parser.add_argument(
        "--labelled", type=Path, metavar="FOLDER", help="judge understanding by the labelled queries in it"
    )
    parser.add_argument(
        "--catalogue", type=Path, metavar="FEED", help="the products that understanding learns words from"
    )
    parser.add_argument("--unjudged", type=Path, metavar="TSV", help="more queries, to count those that find nothing")
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
        semantic=arguments.semantic,
        unjudged=arguments.unjudged,
        console=console,
    )
    _print(report, arguments.engine, console)
    if arguments.labelled:
        tagging.say(tagging.tagging(arguments.labelled, arguments.catalogue), console)
        task, analyser = read_task(arguments.corpus, arguments.queries, arguments.qrels), Analyser(choose_segmenter())
        documents = list(_analysed(task, analyser, console))
        misspelling.say(misspelling.judged(documents, analyser, arguments.labelled, task.queries.values()), console)
        if arguments.catalogue and (pairs := arguments.catalogue.with_name(same_items.PAIRS)).exists():
            same_items.say(same_items.labelled(pairs), same_items.costs(task.titles), console)
    if arguments.catalogue:
        fielded.say(fielded.by_fields(arguments.catalogue), console)
    return 0


def evaluate(
    corpus: Path,
    queries: Path,
    qrels: Path,
    engine: str = "embedded",
    run_file: Path | None = None,
    *,
    endpoint: str | None = None,
    semantic: str = "off",
    unjudged: Path | None = None,
    console: Console | None = None,
) -> Report:
    """Index ``corpus``, run ``queries``, judge by ``qrels``. Raises ``InvalidRequest`` naming a file that cannot be read."""
    console = console or Console(quiet=True)
    task = read_task(corpus, queries, qrels)
    analyser = Analyser(choose_segmenter())
    documents = list(_analysed(task, analyser, console))
    if task.refused:
        console.print(f"{len(task.refused)} rows of the corpus cannot be products, the first: {task.refused[0]}")
    with meaning.judging(semantic) as judging, _index(engine, endpoint, console) as index:
        if judging:
            documents = judging.described(documents, console)
        version = index.create(analyser.signature)
        failures = index.load(version, track(documents, description="indexing", console=console))
        if failures:
            raise RuntimeError(f"{len(failures)} titles were not indexed: {failures[0].reason}")
        index.swap(version)
        runs, hits, milliseconds = _search_all(Search(index, _Nobody(), analyser, SecureRandomness()), task, console)
        gain = _by_meaning(judging, index, analyser, task, runs, console) if judging else None
        asked = {
            "judged": list(task.queries.values()),
            **({"others": empty_pages.unjudged(unjudged)} if unjudged else {}),
        }
        empty = {
            name: empty_pages.empty_pages(index, analyser, documents, each, console) for name, each in asked.items()
        }
    if run_file:
        run_file.write_text("".join(_run_lines(runs)), encoding="utf-8")
    ranked = {query: [hit for hit, _ in ranking] for query, ranking in runs.items()}
    search = judge(ranked, task.judgements)
    plain = baseline_rankings(task.titles, task.queries, CUT)
    baselines = {name: judge(rankings, task.judgements) for name, rankings in plain.items()}
    before = baselines[WORDS]
    interval = bootstrap_interval(search.reciprocal_ranks, before.reciprocal_ranks, random.Random(1))
    queries_in_order = tuple(task.queries.values())
    return Report(
        queries_in_order, search, baselines, before, interval, statistics.median(hits), milliseconds, gain, empty
    )


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


def _by_meaning(
    judging: meaning.Judging, index: ProductIndex, analyser: Analyser, task: Task, lexical: Runs, console: Console
) -> meaning.Gain:
    search = Search(index, _Nobody(), analyser, SecureRandomness(), meaning=judging.ranking)
    _search_all(search, task, console)
    # The second round finds the queries' vectors known, as a container does for the queries of the day.
    runs, _, milliseconds = _search_all(search, task, console)
    scores, before = (
        judge({query: [hit for hit, _ in ranking] for query, ranking in each.items()}, task.judgements)
        for each in (runs, lexical)
    )
    interval = bootstrap_interval(scores.reciprocal_ranks, before.reciprocal_ranks, random.Random(1))
    return meaning.Gain(scores, interval, milliseconds, judging.encoder.milliseconds)


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
    rows = {f"BM25, {name}": scores for name, scores in report.baselines.items()}
    rows[f"search, {engine}"] = report.search
    if report.by_meaning:
        rows[f"search by meaning, {engine}"] = report.by_meaning.scores
    comparison.add_rows(table, rows)
    console.print(table)
    empty_pages.say(report.empty, console)
    comparison.say(report.queries, report.baselines, report.search, console)
    console.print(
        f"{len(report.queries)} queries; median hits {report.median_hits:g}; "
        f"a search takes {statistics.mean(report.milliseconds):.1f} ms on average, {max(report.milliseconds):.1f} ms at most"
    )
    if report.by_meaning:
        meaning.say(report.by_meaning, report.search, statistics.mean(report.milliseconds), console)
