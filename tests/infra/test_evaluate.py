"""The figures of ``eval``, by hand and on judged queries."""

import random
from pathlib import Path

import pytest

from chalicelib.catalog import Product, open_feed
from chalicelib.core.errors import InvalidRequest
from chalicelib.search import Analyser, choose_segmenter, document_of
from infra.local.baselines import MIX, WORDS, PlainBm25
from infra.local.comparison import changed
from infra.local.evaluate import evaluate, read_task
from infra.local.misspelling import LABELLED, SpellingShop, labelled, read_cases
from infra.local.relevance import bootstrap_interval, judge
from infra.local.tagging import tagging

JUDGED = Path(__file__).parents[2].parent / "shared" / "data" / "search"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    contents = {
        "corpus.tsv": "a\t碎花连衣裙\nb\t户外帐篷\nc\t马克杯\nd\t\n",
        "queries.tsv": "1\t连衣裙\n2\t露营帐篷\n3\t火箭燃料\n4\t没有人判过\n",
        "qrels.tsv": "1\t0\ta\t1\n1\t0\tb\t0\n2 0 b 2\n3 0 c 1\n",
    }
    for name, text in contents.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / "corpus.tsv", tmp_path / "queries.tsv", tmp_path / "qrels.tsv"


def test_the_figures_are_those_of_trec_eval() -> None:
    scores = judge({"q": ["x", "a", "b"], "r": []}, {"q": {"a": 1, "b": 2, "c": 1}, "r": {"a": 1}})
    assert scores.mrr == pytest.approx(0.25)
    ideal = 2 + 1 / 1.58496 + 1 / 2
    assert scores.ndcg == pytest.approx((1 / 1.58496 + 2 / 2) / ideal / 2, abs=1e-5)
    assert scores.recall == pytest.approx(1 / 3)
    assert scores.zero_rate == 0.5


def test_hits_behind_the_tenth_count_nothing() -> None:
    scores = judge({"q": [*"abcdefghij", "z"]}, {"q": {"z": 1}})
    assert (scores.mrr, scores.ndcg, scores.recall) == (0, 0, 0)


def test_the_interval_holds_the_difference() -> None:
    low, high = bootstrap_interval([1.0, 0.5] * 20, [0.5, 0.5] * 20, random.Random(1))
    assert 0 < low < 0.25 < high < 0.5


def test_the_baseline_prefers_the_rarer_word_and_the_shorter_title() -> None:
    plain = PlainBm25({"a": ["杯子", "红"], "b": ["杯子"], "c": ["帐篷", "红"]})
    assert plain.rank(["杯子"], 10) == ["b", "a"]
    assert plain.rank(["帐篷", "红"], 10) == ["c", "a"]


def test_every_baseline_is_judged_in_the_same_run(files: tuple[Path, Path, Path]) -> None:
    report = evaluate(*files)
    assert set(report.baselines) == {WORDS, "jieba's search mode", "bigrams", "characters", MIX}
    assert all(len(each.reciprocal_ranks) == len(report.queries) == 3 for each in report.baselines.values())
    assert report.baselines["characters"].mrr == pytest.approx(2 / 3)


def test_a_query_won_and_a_query_lost_are_named() -> None:
    judged = {"1": {"a": 1}, "2": {"a": 1}, "3": {"a": 1}}
    before = judge({"1": ["b", "a"], "2": ["a"], "3": ["a"]}, judged)
    after = judge({"1": ["a"], "2": [], "3": ["a"]}, judged)
    moved = [(each.query, each.before, each.after) for each in changed(["x", "y", "z"], before, after)]
    assert moved == [("x", 0.5, 1.0), ("y", 1.0, 0.0)]


def test_labelled_queries_are_tagged_better_than_by_chance() -> None:
    if not JUDGED.exists():
        pytest.skip("the labelled queries are not beside the repository")
    found = tagging(JUDGED, JUDGED.parent / "catalog" / "openbg_products.jsonl")
    assert found.met >= 0.75 * found.values
    assert found.right_kind >= 0.6 * found.values
    assert found.right / found.chosen > found.labelled / found.offered


def test_labelled_slips_are_fixed_and_right_queries_stay() -> None:
    if not JUDGED.exists():
        pytest.skip("the labelled queries are not beside the repository")
    using = Analyser(choose_segmenter())
    feed = open_feed(JUDGED.parent / "catalog" / "openbg_products.jsonl")
    documents = [document_of(row.product, 1, using) for row in feed.rows if isinstance(row.product, Product)]
    found = labelled(SpellingShop(documents, using), read_cases(JUDGED / LABELLED))
    assert len(found.fixed) >= 7
    assert not found.otherwise
    assert not found.changed


def test_an_evaluation_from_files_to_a_run(files: tuple[Path, Path, Path], tmp_path: Path) -> None:
    run = tmp_path / "run.txt"
    report = evaluate(*files, run_file=run)
    assert report.search.mrr == pytest.approx(2 / 3)
    assert report.search.zero_rate == pytest.approx(1 / 3)
    first = run.read_text(encoding="utf-8").splitlines()[0].split()
    assert first[:4] == ["1", "Q0", "a", "1"]
    assert float(first[4]) > 0


def test_only_judged_queries_are_run_and_unusable_titles_are_named(files: tuple[Path, Path, Path]) -> None:
    task = read_task(*files)
    assert list(task.queries) == ["1", "2", "3"]
    assert task.refused == ("d",)


@pytest.mark.parametrize(
    ("place", "content"),
    [(0, "no tab here\n"), (2, "1 0 a\n"), (2, "1 0 a yes\n"), (2, "9 0 a 1\n"), (1, b"\xff\xfe")],
)
def test_an_unreadable_file_is_named(files: tuple[Path, Path, Path], place: int, content: str | bytes) -> None:
    files[place].write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InvalidRequest, match=files[1].name if content == "9 0 a 1\n" else files[place].name):
        evaluate(*files)


def test_search_stays_above_its_floor_and_the_baseline_on_real_queries() -> None:
    if not JUDGED.exists():
        pytest.skip("the judged queries are not beside the repository")
    report = evaluate(JUDGED / "cpr_corpus.tsv", JUDGED / "cpr_queries.tsv", JUDGED / "cpr_qrels.tsv")
    assert report.search.mrr > 0.85
    assert report.search.mrr > report.baseline.mrr + 0.05
    assert report.search.zero_rate == 0
    assert report.search.mrr > max(each.mrr for each in report.baselines.values()) + 0.03
