"""Rounds of the tags over all shoppers: what their store promises, and that a round judges and counts each shopper once,
whatever dies on the way."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.adapters.dynamodb.consents import DynamoConsentRecords
from chalicelib.adapters.dynamodb.keys import HOT_PROFILE, MOVED_TO, shopper_key
from chalicelib.adapters.dynamodb.profiles import DynamoProfileRecords
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.dynamodb.tag_definitions import DynamoTagDefinitions
from chalicelib.adapters.dynamodb.tag_rounds import DynamoRoundRecords, read_round_step
from chalicelib.adapters.logged_activities import LoggedActivities
from chalicelib.adapters.memory.events import MemoryEventLog
from chalicelib.adapters.memory.privacy import MemoryConsentRecords
from chalicelib.adapters.memory.profiles import MemoryProductFacts, MemoryProfileRecords
from chalicelib.adapters.memory.tag_definitions import MemoryTagDefinitions
from chalicelib.adapters.memory.tag_rounds import MemoryRoundRecords
from chalicelib.core.clock import MovableClock
from chalicelib.core.ids import SeededRandomness
from chalicelib.privacy import ConsentRecords, Privacy, Source
from chalicelib.profiles import (
    Alias,
    Deed,
    Profiles,
    RoundRecords,
    RoundStatus,
    StaleProfile,
    TagBook,
    TagDefinition,
    TagDefinitions,
    Tagging,
    TagGroup,
    TagRounds,
)
from chalicelib.profiles.ports import ProfileRecords
from chalicelib.profiles.tags import rounds
from infra.local.sources import StreamSource
from tests.support.shoppers import NOW, activity
from tests.support.stores import Store

LOOKERS = TagDefinition(
    "looker",
    "看客",
    "looker",
    TagGroup.BEHAVIOUR,
    rule={"when": {"did": {"event": "viewed", "at_least": 2}}},
)


class Died(Exception):
    """The process is gone."""


@dataclass
class Frail:
    """A store whose process dies right after each write, once ``is_armed``."""

    inner: Any
    is_armed: bool = False

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.inner, name)
        if name not in ("replace", "save"):
            return method

        def call(*arguments: Any) -> Any:
            answer = method(*arguments)
            if self.is_armed:
                raise Died
            return answer

        return call


@dataclass
class Shop:
    """The parts, and ``asked``: the steps that the store's stream asked for since it was asked last."""

    records: RoundRecords
    shoppers: ProfileRecords
    definitions: TagDefinitions
    consents: ConsentRecords
    asked: Callable[[], list[tuple[str, int]]]
    clock: MovableClock = field(default_factory=lambda: MovableClock(NOW))

    def __post_init__(self) -> None:
        self.wire(self.records, self.shoppers)

    def wire(self, records: Any, shoppers: Any) -> None:
        """Work with these stores from now on."""
        self.book = TagBook(self.definitions, self.clock, 0, lambda _: self.rounds.after_change())
        history = LoggedActivities(MemoryEventLog(), self.clock)
        seed = SeededRandomness("shop")
        facts = MemoryProductFacts()
        self.profiles = Profiles(shoppers, facts, history, self.clock, seed, registry=self.book.registry)
        self.tagging = Tagging(shoppers, self.clock, lambda: self.profiles.shop)
        self.rounds = TagRounds(records, self.tagging, self.book.fresh, self.clock)

    def saw(self, shopper_id: str, times: int) -> None:
        self.profiles.project(shopper_id, [activity(number, Deed.VIEWED) for number in range(1, times + 1)])

    def work(self) -> int:
        """Do what the stream asks for, until it asks for nothing more; how many steps it asked for."""
        done = 0
        while steps := self.asked():
            for step in steps:
                self.rounds.step(*step)
            done += len(steps)
        return done


@pytest.fixture
def shop(store_or_twin: Store | None) -> Iterator[Shop]:
    if store_or_twin is None:
        twin, consents = MemoryRoundRecords(), MemoryConsentRecords()

        def asked() -> list[tuple[str, int]]:
            steps, twin.asked = twin.asked, []
            return steps

        yield Shop(twin, MemoryProfileRecords(consents), MemoryTagDefinitions(), consents, asked)
        return
    store = store_or_twin
    seen: list[Any] = []
    source = StreamSource(
        "retag", store.connect, store.names.shoppers, lambda event, _: seen.extend(event["Records"]) or {}, print
    )

    def streamed() -> list[tuple[str, int]]:
        while source.poll():
            continue
        records = [*seen]
        seen.clear()
        return [step for record in records if (step := read_round_step(record))]

    table = Table(store.client, store.names.shoppers)
    marketing = Table(store.client, store.names.marketing)
    shoppers = DynamoProfileRecords(table, 4)
    yield Shop(
        DynamoRoundRecords(table), shoppers, DynamoTagDefinitions(marketing), DynamoConsentRecords(table), streamed
    )


def test_a_round_comes_back_as_it_was_stored_and_asks_for_its_pages(shop: Shop) -> None:
    first = rounds.Round("000000000000001", "r", NOW, NOW)
    assert shop.records.get(first.round_id) is None
    assert shop.records.add(first)
    assert not shop.records.add(first)
    tallies = rounds.tallied({}, {}, NOW)
    second = replace(first, page=1, after='["S#客","P"]', looked_at=3, tallies=tallies)
    assert shop.records.replace(first, second)
    assert not shop.records.replace(first, second)
    done = replace(second, page=2, status=RoundStatus.DONE)
    assert shop.records.replace(second, done)
    assert not shop.records.replace(done, replace(done, page=3))
    later = replace(first, round_id="000000000000002")
    assert shop.records.add(later)
    assert list(shop.records.latest(2)) == [later, done]
    assert list(shop.records.latest(1)) == [later]
    assert shop.asked() == [(first.round_id, 0), (first.round_id, 1), (later.round_id, 0)]


def test_every_shopper_is_found_once_in_pages_of_any_size(shop: Shop) -> None:
    names = {f"顾客{number}" for number in range(12)}
    for name in names:
        shop.saw(name, 1)
    for limit in (1, 7, 1000):
        found: list[str] = []
        page, cursor = shop.shoppers.everyone(limit)
        found += page
        while cursor is not None:
            page, cursor = shop.shoppers.everyone(limit, cursor)
            found += page
        assert sorted(found) == sorted(names)


def test_a_new_tag_reaches_shoppers_who_do_nothing_and_leaves_them_when_it_goes(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "PAGE_ITEMS", 2)
    for name, times in (("a", 1), ("b", 2), ("c", 3)):
        shop.saw(name, times)
    shop.book.create(LOOKERS)
    assert shop.work() > 1
    assert [name for name in "abc" if shop.profiles.get(name).has_tag("looker")] == ["b", "c"]
    done = shop.rounds.counted()
    assert done is not None
    assert (done.looked_at, done.tallies["looker"].carriers) == (3, 2)
    shop.profiles.set_tag("a", "looker", "true")
    shop.book.delete("looker")
    shop.work()
    assert not any(shop.profiles.get(name).has_tag("looker") for name in "abc")
    again = shop.rounds.counted()
    assert again is not None
    assert (again.retagged, "looker" in again.tallies) == (3, False)


def test_a_round_whose_worker_dies_after_each_write_judges_and_counts_each_shopper_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "PAGE_ITEMS", 20)
    for name in "abc":
        shop.saw(name, 2)
    records, shoppers = Frail(shop.records), Frail(shop.shoppers)
    shop.wire(records, shoppers)
    shop.book.create(LOOKERS)
    records.is_armed = shoppers.is_armed = True
    waiting, deaths = shop.asked(), 0
    while waiting:
        try:
            shop.rounds.step(*waiting[0])
            waiting.pop(0)
        except Died:
            # The stream brings the step again.
            deaths += 1
        waiting += shop.asked()
    assert deaths >= 4
    assert all(shop.profiles.get(name).has_tag("looker") for name in "abc")
    done = shop.rounds.counted()
    assert done is not None
    assert (done.looked_at, done.tallies["looker"].carriers) == (3, 3)


def test_a_later_change_overtakes_a_round_that_is_under_way(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "PAGE_ITEMS", 2)
    for name in "abcd":
        shop.saw(name, 2)
    shop.book.create(LOOKERS)
    (begun,) = shop.asked()
    shop.rounds.step(*begun)
    shop.book.replace(replace(LOOKERS, rule={"when": {"did": {"event": "viewed", "at_least": 3}}}))
    shop.work()
    newer, older = shop.rounds.latest()
    assert (newer.status, older.status, older.page) == (RoundStatus.DONE, RoundStatus.OVERTAKEN, 2)
    assert not any(shop.profiles.get(name).has_tag("looker") for name in "abcd")


def test_steps_asked_for_again_or_in_any_order_change_nothing(shop: Shop) -> None:
    shop.saw("a", 2)
    shop.book.create(LOOKERS)
    (begun,) = shop.asked()
    for step in (begun, begun, (begun[0], 7), ("nothing", 0)):
        shop.rounds.step(*step)
    done = shop.rounds.counted()
    assert done is not None
    assert (done.page, done.looked_at) == (1, 1)


def test_a_change_whose_maker_died_has_its_round_from_the_schedule(shop: Shop) -> None:
    shop.saw("a", 2)
    assert shop.rounds.catch_up()
    shop.work()
    assert shop.rounds.catch_up() is None
    shop.definitions.put(LOOKERS, None)
    assert shop.rounds.catch_up()
    shop.work()
    assert shop.profiles.get("a").has_tag("looker")
    shop.book.replace(replace(LOOKERS, name="看客们"))
    assert shop.asked() == []
    shop.clock.advance(timedelta(days=1))
    assert shop.rounds.catch_up()


def test_a_round_that_stands_still_is_pushed(shop: Shop) -> None:
    shop.saw("a", 2)
    begun = shop.rounds.start()
    assert shop.asked() == [(begun.round_id, 0)]
    shop.clock.advance(timedelta(minutes=14))
    shop.rounds.catch_up()
    assert shop.asked() == []
    shop.clock.advance(timedelta(minutes=1))
    shop.rounds.catch_up()
    assert shop.asked() == [(begun.round_id, 0)]


def test_who_switched_personalisation_off_gets_no_tag_from_a_new_rule(shop: Shop) -> None:
    shop.saw("a", 2)
    Privacy(shop.consents, shop.clock).set_personalisation("a", is_on=False, source=Source("app", "1"))
    shop.book.create(LOOKERS)
    shop.work()
    assert not shop.profiles.get("a").has_tag("looker")


def test_a_shopper_who_keeps_changing_does_not_hold_up_the_round(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "ab":
        shop.saw(name, 2)
    judge = shop.tagging.rejudge

    def rejudge(shopper_id: str, registry: Any) -> Any:
        if shopper_id == "a":
            raise StaleProfile("busy")
        return judge(shopper_id, registry)

    monkeypatch.setattr(shop.tagging, "rejudge", rejudge)
    shop.book.create(LOOKERS)
    shop.work()
    done = shop.rounds.counted()
    assert done is not None
    assert (done.looked_at, done.busy) == (1, 1)


def test_a_new_rule_about_the_last_days_is_over_when_they_are(shop: Shop) -> None:
    shop.saw("a", 2)
    lately = {"when": {"did": {"event": "viewed", "within_days": 7}}}
    shop.book.create(replace(LOOKERS, rule=lately))
    shop.work()
    assert shop.profiles.get("a").has_tag("looker")
    shop.clock.advance(timedelta(days=7))
    while shop.profiles.advance_lifecycles(shop.clock.now()):
        pass
    assert not shop.profiles.get("a").has_tag("looker")


def test_a_merged_id_is_judged_as_whom_it_became_and_counted_once(shop: Shop) -> None:
    shop.saw("a", 1)
    shop.saw("b", 1)
    if isinstance(shop.shoppers, MemoryProfileRecords):
        shop.shoppers.set_alias("b", Alias("a", is_moving=False))
    else:
        assert isinstance(shop.shoppers, DynamoProfileRecords)
        table = shop.shoppers._table
        table.put({**shopper_key("b", HOT_PROFILE), MOVED_TO: "a"})
    shop.book.create(replace(LOOKERS, rule={"when": {"did": {"event": "viewed"}}}))
    shop.work()
    done = shop.rounds.counted()
    assert done is not None
    assert (done.looked_at, done.tallies["looker"].carriers) == (1, 1)


def test_a_new_rule_that_holds_later_gives_its_tag_then(shop: Shop) -> None:
    shop.saw("a", 2)
    shop.rounds.start()
    shop.work()
    away = {"when": {"last_did": {"event": "viewed", "before_days": 3}}}
    shop.book.create(replace(LOOKERS, rule=away))
    shop.work()
    assert not shop.profiles.get("a").has_tag("looker")
    shop.clock.advance(timedelta(days=3))
    while shop.profiles.advance_lifecycles(shop.clock.now()):
        pass
    assert shop.profiles.get("a").has_tag("looker")
