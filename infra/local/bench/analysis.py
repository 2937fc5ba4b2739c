"""What analysing a title costs, with either segmenter."""

import time
from itertools import pairwise
from pathlib import Path

from rich.table import Table

from chalicelib.search import Analyser, title_document
from chalicelib.search.ports import Segmenter
from chalicelib.search.text.segmenters import JiebaSegmenter, RjiebaSegmenter
from infra.local.bench.corpus import titles

TITLES = 2_000


def table(data: Path) -> Table:
    """Microseconds a title: cutting it once, all its views, the whole document with pinyin."""
    corpus = titles(data, TITLES)
    shown = Table("analysis of a title", "cut us", "views us", "document us")
    costs = {each.signature: _costs(each, corpus) for each in (JiebaSegmenter(), RjiebaSegmenter())}
    for name, cost in costs.items():
        shown.add_row(name, *(f"{each:.0f}" for each in cost))
    jieba, rjieba = costs.values()
    shown.add_row("jieba ÷ rjieba", *(f"{one / other:.1f}" for one, other in zip(jieba, rjieba, strict=True)))
    return shown


def _costs(segmenter: Segmenter, corpus: list[str]) -> tuple[float, float, float]:
    analyser = Analyser(segmenter)
    title_document("warm", corpus[0], analyser)
    marks = [time.perf_counter()]
    for title in corpus:
        segmenter.cut(title)
    marks.append(time.perf_counter())
    for title in corpus:
        analyser.views(title)
    marks.append(time.perf_counter())
    for title in corpus:
        title_document("x", title, analyser)
    marks.append(time.perf_counter())
    cut, views, document = ((after - before) / len(corpus) * 1e6 for before, after in pairwise(marks))
    return cut, views, document
