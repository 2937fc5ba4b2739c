"""From words to a plan."""

import pytest

from chalicelib.search import Requirement
from chalicelib.search.planning import clauses_of, coverage_of, requirements_of
from chalicelib.search.understanding import understand
from tests.support.search import analyser

ANALYSER = analyser()


@pytest.mark.parametrize(("characters", "needed"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 2), (7, 2), (8, 3), (10, 4)])
def test_two_fifths_of_the_characters_but_never_one_of_many_must_match(characters: int, needed: int) -> None:
    query = understand("连衣裙碎花雪纺长袖夏季"[:characters], ANALYSER)
    assert requirements_of(query, with_codes=True)[0][0] == Requirement("present", query.characters, needed)


def test_pinyin_is_asked_for_latin_queries_only() -> None:
    fields = {clause.field for clause in clauses_of(understand("lianyi'qun", ANALYSER))}
    assert "pinyin" in fields
    assert understand("lianyi'qun", ANALYSER).latin_keys[0] == "lianyiqun"
    for query in ("连衣裙", "连衣裙lyq", "123", "！"):
        assert understand(query, ANALYSER).latin_keys == ()


def test_repeated_words_count_once() -> None:
    query = understand("帐篷帐篷 帐篷", ANALYSER)
    assert query.characters == ("帐", "篷")
    assert query.words == ("帐篷",)


def test_a_model_is_required_and_can_be_left_out() -> None:
    query = understand("SK-II神仙水", ANALYSER)
    assert requirements_of(query, with_codes=True)[1] == (Requirement("codes", ("skii",), 1),)
    assert len(requirements_of(query, with_codes=False)) == 1


def test_an_empty_query_requires_scores_and_covers_nothing() -> None:
    query = understand("  ", ANALYSER)
    assert (clauses_of(query), coverage_of(query), requirements_of(query, with_codes=True)) == ((), None, ())
