"""What ``bench`` measures is what the engines answer."""

import gzip
from pathlib import Path

import pytest

from infra.local.bench import corpus, engines

TITLES = [
    f"{colour}{thing}{number}号"
    for colour in "红蓝绿"
    for thing in ("马克杯", "连衣裙", "帐篷")
    for number in range(10)
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    lines = [f"{at}\t{title}" for at, title in enumerate(TITLES)]
    (tmp_path / "cpr_corpus_full.tsv").write_text("\n".join(lines), encoding="utf-8")
    with gzip.open(tmp_path / "taobao_train_queries.tsv.gz", "wt", encoding="utf-8") as log:
        log.writelines(f"{at}\t{TITLES[at % 90][:4]}\n" for at in range(2_000))
    return tmp_path


def test_titles_beyond_the_real_ones_are_made_of_their_halves(data: Path) -> None:
    made = corpus.titles(data, 300)
    assert made == corpus.titles(data, 300)
    assert set(TITLES) <= set(made)
    assert len(made) == 300
    assert {title[:2] for title in made} == {title[:2] for title in TITLES}


@pytest.mark.parametrize("kind", engines.KINDS)
def test_every_engine_is_measured(kind: str, data: Path) -> None:
    measured = engines.measure(kind, data, 80)
    assert 0 < measured.timing.p50 <= measured.timing.p95
