"""How ``eval`` counts queries that find nothing."""

import gzip
from pathlib import Path

import pytest
from rich.console import Console

from chalicelib.adapters.embedded import EmbeddedProductIndex
from chalicelib.core.errors import InvalidRequest
from chalicelib.search import title_document
from infra.local.empty_pages import EmptyPages, empty_pages, say, unjudged
from tests.support.search import analyser

QUIET = Console(quiet=True)


def test_empty_pages_are_counted_without_the_ladder_and_with_it() -> None:
    using = analyser()
    titles = ("碎花连衣裙", "户外帐篷", "SK-II神仙水")
    documents = [title_document(title, title, using) for title in titles]
    index = EmbeddedProductIndex("e")
    version = index.create(using.signature)
    index.load(version, documents)
    asked = ["连衣裙", "SK-III", "火箭燃料"]
    assert empty_pages(index, using, documents, asked, QUIET) == EmptyPages(3, 3, 3, {"as_asked": 3})
    index.swap(version)
    assert empty_pages(index, using, documents, asked, QUIET) == EmptyPages(
        3, 2, 0, {"as_asked": 1, "without_model": 1, "shop_popular": 1}
    )


def test_queries_nobody_judged_are_read_packed_or_not(tmp_path: Path) -> None:
    lines = "1\t连衣裙\n2\t帐篷\n3\t \n"
    plain, packed = tmp_path / "q.tsv", tmp_path / "q.tsv.gz"
    plain.write_text(lines, encoding="utf-8")
    packed.write_bytes(gzip.compress(lines.encode()))
    assert sorted(unjudged(plain)) == sorted(unjudged(packed)) == ["帐篷", "连衣裙"]
    with pytest.raises(InvalidRequest, match="cannot be read"):
        unjudged(tmp_path / "missing.tsv")
    (tmp_path / "broken.tsv.gz").write_text("x", encoding="utf-8")
    with pytest.raises(InvalidRequest, match="cannot be read"):
        unjudged(tmp_path / "broken.tsv.gz")


def test_the_table_names_the_rungs(capsys: pytest.CaptureFixture[str]) -> None:
    say({"others": EmptyPages(4, 1, 0, {"as_asked": 3, "shop_popular": 1})}, Console(width=100))
    printed = capsys.readouterr().out
    assert "0.2500" in printed
    assert "shop_popular: 1" in printed
