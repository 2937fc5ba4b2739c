"""Titles and queries to measure with. Real ones as far as they go; beyond, the front half of one title and the back half of
another, which keeps lengths, characters and how often they occur."""

import gzip
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

WARM_UP = 50
LOGGED = 100_000
"""Queries in the log."""


@dataclass(frozen=True)
class Timing:
    """Milliseconds."""

    p50: float
    p95: float


def titles(data: Path, count: int) -> list[str]:
    """``count`` titles, always the same ones."""
    lines = (data / "cpr_corpus_full.tsv").read_text(encoding="utf-8").splitlines()
    real = [title for title in (line.partition("\t")[2].strip() for line in lines) if 0 < len(title) <= 500]
    draw = random.Random(1)
    if count <= len(real):
        return draw.sample(real, count)
    made = []
    while len(real) + len(made) < count:
        one, other = draw.choices(real, k=2)
        made.append(one[: len(one) // 2] + other[len(other) // 2 :])
    return [*real, *made]


def queries(data: Path, count: int) -> list[str]:
    """``count`` queries that shoppers typed."""
    with gzip.open(data / "taobao_train_queries.tsv.gz", "rt", encoding="utf-8") as lines:
        return [line.rstrip("\n").rpartition("\t")[2] for line in islice(lines, 0, None, LOGGED // count)][:count]


def timed(asked: Sequence[str], ask: Callable[[str], object]) -> Timing:
    """How long ``ask`` takes, one call after another, once warm."""
    for each in asked[:WARM_UP]:
        ask(each)
    milliseconds = []
    for each in asked:
        begin = time.perf_counter()
        ask(each)
        milliseconds.append((time.perf_counter() - begin) * 1000)
    return percentiles(milliseconds)


def percentiles(milliseconds: Sequence[float]) -> Timing:
    return Timing(statistics.median(milliseconds), statistics.quantiles(milliseconds, n=20)[-1])
