"""What ``bench`` measures is what the engines answer."""

import gzip
from pathlib import Path

import pytest

from infra.local.bench import corpus, engines, ingest, load, offers

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


def test_every_station_of_an_events_way_is_measured() -> None:
    shown = ingest.sweep([200])
    assert shown.row_count == 1
    assert all(float(next(iter(column.cells)).replace(",", "")) > 0 for column in shown.columns)


def test_a_profile_is_weighed_as_it_grows() -> None:
    shown = ingest.growth(100)
    (events, profile, *_) = (list(column.cells) for column in shown.columns)
    assert events == ["100"]
    assert 100 < int(str(profile[0]).replace(",", "")) < 4_000


def test_the_load_is_always_the_same() -> None:
    made = [list(load.calls(50, 5, ingest.START, ingest.GAP)) for _ in range(2)]
    assert made[0] == made[1]
    assert len({call["userId"] for call in made[0]}) == 5


def test_the_best_offer_is_measured_beside_taking_the_largest_first() -> None:
    shown = offers.table(2)
    assert shown.row_count == 9
    assert all(float(str(cell)) > 0 for cell in shown.columns[3].cells)
