"""Chinese text to tokens: folded, units and model codes protected, segmented, seen from several sides."""

from chalicelib.search.text.analysis import ANALYSIS_VERSION, Analyser, Views
from chalicelib.search.text.folding import fold, fold_characters
from chalicelib.search.text.pinyin import latin_keys, sound_spans
from chalicelib.search.text.protected import HAN, Kind, Piece, pieces
from chalicelib.search.text.segmenters import JiebaSegmenter, RjiebaSegmenter, choose_segmenter

__all__ = [
    "ANALYSIS_VERSION",
    "HAN",
    "Analyser",
    "JiebaSegmenter",
    "Kind",
    "Piece",
    "RjiebaSegmenter",
    "Views",
    "choose_segmenter",
    "fold",
    "fold_characters",
    "latin_keys",
    "pieces",
    "sound_spans",
]
