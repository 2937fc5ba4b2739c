"""Rules of what is packed."""

import importlib.util
import sys
import zipfile
from pathlib import Path

import pytest

from infra.zip_contents import (
    Entry,
    aws_services,
    missing_requirements,
    reason_to_leave_out,
    repack,
    with_bytecode,
    write_zip,
)

SERVICES = frozenset({"dynamodb"})


@pytest.mark.parametrize(
    "name",
    [
        "app.py",
        "chalicelib/wiring/__init__.py",
        "chalicelib/search/data/synonyms.txt",
        "jieba/dict.txt",
        "jieba/finalseg/prob_emit.py",
        "rjieba/rjieba.abi3.so",
        "botocore/data/endpoints.json",
        "botocore/data/dynamodb/2012-08-10/service-2.json.gz",
        "rjieba-0.2.2.dist-info/METADATA",
        "rjieba-0.2.2.dist-info/licenses/LICENSE",
    ],
)
def test_what_lambda_needs_is_packed(name: str) -> None:
    assert reason_to_leave_out(name, SERVICES) is None


@pytest.mark.parametrize(
    "name",
    [
        "jieba/lac_small/model_baseline/word_emb",
        "botocore/data/ec2/2016-11-15/service-2.json.gz",
        "grpc/_cython/cygrpc.so",
        "certifi/tests/test_certify.py",
        "jinja2/__pycache__/parser.cpython-311.pyc",
        "botocore-1.44.5.dist-info/RECORD",
    ],
)
def test_what_lambda_never_imports_is_left_out(name: str) -> None:
    assert reason_to_leave_out(name, SERVICES)


def test_the_services_that_wiring_uses_are_packed(tmp_path: Path) -> None:
    source = tmp_path / "queues.py"
    source.write_text('class S:\n    def f(self):\n        return self._client("sqs"), self._client(service)\n')
    assert aws_services(tmp_path) == {"sqs"}
    assert aws_services() >= {"dynamodb", "sqs", "sesv2", "kms", "s3"}


def test_the_same_files_make_the_same_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "chalice.zip", "w") as given:
        given.writestr("b.py", "2")
        given.writestr("a.so", "1")
        given.writestr("grpc/x.py", "3")
    entries, left_out = repack(tmp_path / "chalice.zip", [Entry("functions/f.py", b"0")], SERVICES)
    assert [entry.name for entry in entries] == ["a.so", "b.py", "functions/f.py"]
    assert list(left_out) == ["opensearch-py's gRPC transport"]
    write_zip(tmp_path / "one.zip", entries)
    write_zip(tmp_path / "two.zip", entries)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_bytecode_is_added_beside_its_source_and_trusted_unchecked() -> None:
    entries = with_bytecode([Entry("p/a.py", b"x = 1\n"), Entry("p/b.txt", b"-"), Entry("p/no.py", b"print 1\n")])
    cached = f"p/__pycache__/a.{sys.implementation.cache_tag}.pyc"
    assert sorted(entry.name for entry in entries) == sorted([cached, "p/a.py", "p/b.txt", "p/no.py"])
    (made,) = [entry.content for entry in entries if entry.name == cached]
    assert made[:4] == importlib.util.MAGIC_NUMBER
    assert int.from_bytes(made[4:8], "little") == 0b01


def test_a_requirement_that_did_not_come_is_named() -> None:
    names = ["opensearch_py-3.2.0.dist-info/METADATA", "jinja2-3.1.5.dist-info/METADATA", "boto3/__init__.py"]
    assert missing_requirements(names, "# a note\nopensearch-py==3.2.0\nJinja2==3.1.6  # why\n") == ["Jinja2==3.1.6"]
