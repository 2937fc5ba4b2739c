"""Did you mean, suggestions, related and hot searches over the small shop."""

from collections.abc import Iterable, Sequence
from datetime import date

import pytest

from chalicelib.adapters.embedded import EmbeddedProductIndex
from chalicelib.adapters.embedded.lexicons import EmbeddedLexicons
from chalicelib.adapters.memory.words import MemoryBlockedWords, MemoryLexiconStore
from chalicelib.catalog import Product
from chalicelib.search import (
    BlockedCache,
    Ladder,
    Learning,
    Phrasebook,
    Plan,
    Relaxing,
    Searched,
    StoredLexicons,
    learn,
    listing_of,
)
from chalicelib.search.model import QueryDay
from chalicelib.search.planning import requirements_of
from chalicelib.search.understanding import understand
from chalicelib.search.words.learning import pack, unpack
from chalicelib.search.words.trends import searched
from tests.support.search import NOW, analyser, documents, filled, product, small_shop

TODAY = date(2026, 11, 22)


class Counted:
    """``QueryCounts`` as the test says."""

    def __init__(self, days: dict[date, Sequence[QueryDay]] | None = None) -> None:
        self.days = days or {}

    def on(self, day: date) -> Iterable[QueryDay]:
        return self.days.get(day, ())


def phrasebook(products: Iterable[Product], *, log: Sequence[Searched] = (), blocked: Sequence[str] = ()) -> Phrasebook:
    index = EmbeddedProductIndex("t")
    using = analyser()
    filled(index, products, using)
    words = MemoryBlockedWords(blocked)
    lexicons = EmbeddedLexicons(index, lambda now: log, BlockedCache(words).of)
    return Phrasebook(lexicons, words, using)


def texts(found: Iterable[object]) -> list[str]:
    return [each.text for each in found]  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def book() -> Phrasebook:
    return phrasebook(small_shop())


@pytest.fixture(scope="module")
def ladder() -> Ladder:
    index, using = EmbeddedProductIndex("t"), analyser()
    filled(index, small_shop(), using)
    words = MemoryBlockedWords()
    return Ladder(
        index, using, Phrasebook(EmbeddedLexicons(index, lambda now: (), BlockedCache(words).of), words, using)
    )


@pytest.mark.parametrize(
    "typed",
    ["连", "连衣", "連衣", "l", "lian", "lianyiq", "lianyiqun", "lian yi", "lian'yi", "lyq", "ly", "连衣q", "连衣qun"],
)
def test_suggestions_come_from_the_first_character_on(book: Phrasebook, typed: str) -> None:
    assert "连衣裙" in texts(book.suggest(typed, 10, NOW))


def test_a_brand_is_suggested_in_each_of_its_spellings(book: Phrasebook) -> None:
    assert "森屿" in texts(book.suggest("sen", 10, NOW))
    assert "mori" in texts(book.suggest("MO", 10, NOW))


def test_a_mistyped_beginning_is_corrected_when_nothing_begins_so(book: Phrasebook) -> None:
    assert "连衣裙" in texts(book.suggest("lianyiwun", 5, NOW))


def test_every_suggestion_finds_something(book: Phrasebook) -> None:
    index, using = EmbeddedProductIndex("t"), analyser()
    filled(index, small_shop(), using)
    climber = Ladder(index, using, is_on=False)
    for letter in "abcdefghijklmnopqrstuvwxyz连帐蓝机":
        for phrase in book.suggest(letter, 20, NOW):
            query = understand(phrase.text, using)
            assert climber._holding(query.words, using.signature), phrase.text


def test_what_was_searched_stands_before_what_titles_say() -> None:
    log = [Searched("连衣裙 碎花", ("连衣裙", "碎花"), 30.0), Searched("火箭燃料", ("火箭", "燃料"), 99.0)]
    book = phrasebook(small_shop(), log=log)
    assert texts(book.suggest("连", 3, NOW))[0] == "连衣裙 碎花"
    assert texts(book.hot(5, NOW).queries) == ["连衣裙 碎花"]
    assert not book.suggest("火箭", 3, NOW)


def test_a_blocked_word_is_in_no_suggestion_and_no_correction() -> None:
    book = phrasebook(small_shop(), log=[Searched("连衣裙", ("连衣裙",), 5.0)], blocked=["连衣裙"])
    assert not [text for text in texts(book.suggest("连", 20, NOW)) if "连衣裙" in text]
    assert not book.hot(5, NOW).queries
    assert "连衣裙" not in [name for name, _ in book.hot(50, NOW).categories]
    assert book.correct("连依裙", lambda words: int("连衣裙" in words), lambda written: 0, NOW) is None


def test_a_blocked_word_is_in_no_related_search() -> None:
    assert any("碎花" in text for text in texts(phrasebook(small_shop()).related("连衣裙", 50, NOW)))
    assert not any(
        "碎花" in text for text in texts(phrasebook(small_shop(), blocked=["碎花"]).related("连衣裙", 50, NOW))
    )


def test_what_is_searched_more_than_usual_is_hotter() -> None:
    log = [Searched("连衣裙", ("连衣裙",), 10.0), Searched("蓝牙 耳机", ("蓝牙", "耳机"), 4.0, 5.0)]
    assert texts(phrasebook(small_shop(), log=log).hot(5, NOW).queries) == ["蓝牙 耳机", "连衣裙"]


def test_a_phrase_is_found_by_its_middle(book: Phrasebook) -> None:
    assert "连衣裙" in texts(book.suggest("衣裙", 10, NOW))


def test_blocking_replaces_the_list_and_folds_it() -> None:
    book = phrasebook(small_shop())
    assert book.block(["連衣裙", " ＳＫ－ＩＩ ", "连衣裙"]) == ["sk-ii", "连衣裙"]
    assert list(book.blocked()) == ["sk-ii", "连衣裙"]


def test_related_searches_are_about_the_same_thing(book: Phrasebook) -> None:
    found = texts(book.related("碎花连衣裙", 5, NOW))
    assert found
    assert all("连衣裙" in text for text in found)
    assert "碎花连衣裙" not in found


def test_categories_that_sell_most_are_there_without_any_log(book: Phrasebook) -> None:
    assert not book.hot(5, NOW).queries
    assert book.hot(1, NOW).categories[0][0] == "连衣裙"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("连依裙", "连衣裙"),
        ("碎花连衣群", "碎花连衣裙"),
        ("帐蓬", "帐篷"),
        ("蓝牙而机", "蓝牙耳机"),
        ("充电保", "充电宝"),
        ("lianyiq", "连衣裙"),
        ("lianyiwun", "连衣裙"),
        ("lainyiqun", "连衣裙"),
        ("连衣qun", "连衣裙"),
        ("连裙衣", "连衣裙"),
    ],
)
def test_a_slip_is_corrected(ladder: Ladder, wrong: str, right: str) -> None:
    found = ladder.correction(understand(wrong, analyser()), NOW)
    assert found is not None
    assert found.text == right


@pytest.mark.parametrize(
    "query",
    [
        "连衣裙",
        "碎花连衣裙",
        "lianyiqun",
        "lyq",
        "SK-II",
        "iphone15",
        "火箭燃料",
        "",
        "！！",
        "1.8米帐篷",
        "蓝牙 音箱",
        "z62",
    ],
)
def test_what_is_right_or_beyond_help_is_left_alone(ladder: Ladder, query: str) -> None:
    assert ladder.correction(understand(query, analyser()), NOW) is None


@pytest.mark.parametrize(
    "query", ["连依裙", "连衣裙", "连衣裙 帐篷", "帐篷帐篷", "蓝牙耳机机", "火箭燃料", "碎花连衣群"]
)
def test_what_the_first_answer_tells_changes_no_correction(ladder: Ladder, query: str) -> None:
    understood = understand(query, analyser())
    asked = Plan(understood.analysis, requirements=requirements_of(understood, with_codes=True))
    climb = ladder.climb(ladder.witnessing(asked, understood), understood, ladder._index.search, NOW, Relaxing.NONE)
    assert ladder.correction(understood, NOW, climb) == ladder.correction(understood, NOW)


def test_every_title_of_the_shop_is_left_alone(ladder: Ladder) -> None:
    for each in small_shop():
        assert ladder.correction(understand(each.title, analyser()), NOW) is None, each.title


def test_a_trend_needs_distinct_shoppers_and_something_found() -> None:
    days = [QueryDay("露营", 50, 2), QueryDay("帐篷", 9, 3), QueryDay("火箭", 9, 9, empty=9)]
    found = searched(Counted({TODAY: days}), TODAY, 3, analyser().words)
    assert [each.text for each in found] == ["帐篷"]


def test_searches_fade_and_a_burst_is_measured_against_the_week_before() -> None:
    steady = {date(2026, 11, 22 - age): [QueryDay("帐篷", 10, 5)] for age in range(8)}
    sudden = {TODAY: [QueryDay("天幕", 30, 9)]}
    both = Counted({day: [*steady.get(day, ()), *sudden.get(day, ())] for day in steady})
    found = {each.text: each for each in searched(both, TODAY, 3, analyser().words)}
    assert found["帐篷"].burst == 1.0
    assert found["天幕"].burst == 5.0
    old = searched(Counted({date(2026, 11, 19): [QueryDay("帐篷", 8, 5)]}), TODAY, 3, analyser().words)
    assert old[0].weight == 4.0


def test_a_packed_lexicon_comes_back_as_it_was() -> None:
    lexicon = learn(map(listing_of, documents(small_shop(), analyser())), [Searched("连衣裙", ("连衣裙",), 3.0, 2.0)])
    assert unpack(pack(lexicon)) == lexicon


def test_what_the_schedule_learnt_is_read_within_minutes() -> None:
    store, using, blocked = MemoryLexiconStore(), analyser(), MemoryBlockedWords()
    book = Phrasebook(StoredLexicons(store, blocked), blocked, using)
    assert not book.suggest("连", 5, NOW)
    learning = Learning(store, Counted({TODAY: [QueryDay("蓝牙 耳机", 9, 4)]}), using, 3)
    assert learning.refresh([*small_shop(), product("x", "绝版", is_on_sale=False)], TODAY) == len(small_shop())
    later = NOW.replace(minute=6)
    assert "连衣裙" in texts(book.suggest("连", 5, later))
    assert texts(book.hot(5, later).queries) == ["蓝牙 耳机"]
    assert not book.suggest("绝版", 5, later)


def test_the_embedded_words_follow_the_catalogue() -> None:
    index, using, words = EmbeddedProductIndex("t"), analyser(), MemoryBlockedWords()
    filled(index, small_shop(), using)
    book = Phrasebook(EmbeddedLexicons(index, lambda now: (), BlockedCache(words).of), words, using)
    assert not book.suggest("咖啡", 5, NOW)
    filled(index, [*small_shop(), product("new", "手冲咖啡壶", category=("家居", "咖啡具"))], using)
    assert book.suggest("咖啡", 5, NOW.replace(minute=30))
