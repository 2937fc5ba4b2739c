"""The two segmenters: rjieba for every title and query, jieba where rjieba cannot be imported and as its reference.

Both use the same dictionary and run without HMM: HMM changes the segmentation of 39% of real queries and lowers the
recall of literal substrings from 93.5% to 88.7%.
"""

import logging
import re
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from types import ModuleType
from typing import TYPE_CHECKING

from chalicelib.search.text.protected import HAN

if TYPE_CHECKING:
    from chalicelib.search.ports import Segmenter

_HAN_RUN = re.compile(rf"[{HAN}]+")


class RjiebaSegmenter:
    """jieba's algorithm in Rust: loads in 0.15 s, cuts a title in 6 us."""

    def __init__(self) -> None:
        import rjieba

        self._rjieba = rjieba
        self.signature = f"rjieba/{version('rjieba')}"

    def cut(self, text: str) -> Sequence[str]:
        found: Sequence[str] = self._rjieba.cut(text, False)
        return found

    def lattice(self, text: str) -> Sequence[str]:
        found: Sequence[str] = [*self._rjieba.cut_all(text), *self._rjieba.cut_for_search(text, False)]
        return found


class JiebaSegmenter:
    """jieba itself: loads in 1.2-1.5 s, cuts a title in 170 us."""

    def __init__(self) -> None:
        self._jieba = _loaded_jieba()
        self.signature = f"jieba/{version('jieba')}"

    def cut(self, text: str) -> Sequence[str]:
        found: Sequence[str] = self._jieba.lcut(text, HMM=False)
        return found

    def lattice(self, text: str) -> Sequence[str]:
        # jieba's own full mode leaves out the single characters inside longer words, rjieba's does not.
        inside = (
            run[start : end + 1]
            for run in _HAN_RUN.findall(text)
            for start, ends in self._jieba.dt.get_DAG(run).items()
            for end in ends
        )
        return [*inside, *self._jieba.lcut_for_search(text, HMM=False)]


@cache
def _loaded_jieba() -> ModuleType:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    module: ModuleType = jieba
    return module


@cache
def choose_segmenter() -> "Segmenter":
    """The container's segmenter, loaded on first use: rjieba, or jieba when rjieba cannot be imported."""
    try:
        return RjiebaSegmenter()
    except ImportError:
        return JiebaSegmenter()
