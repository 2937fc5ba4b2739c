"""The contract of ``NameTallies``: the twin, moto and DynamoDB Local keep it alike."""

from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.adapters.dynamodb.name_tallies import MOST_KINDS, DynamoNameTallies
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.memory.events import MemoryNameTallies
from chalicelib.events import NameTallies
from chalicelib.events.names import OTHERS
from tests.support.stores import Store

DAY = date(2026, 11, 22)


@pytest.fixture
def tallies(store_or_twin: Store | None) -> NameTallies:
    if store_or_twin is None:
        return MemoryNameTallies()
    return DynamoNameTallies(Table(store_or_twin.client, store_or_twin.names.marketing), 90, 4)


def test_counts_add_up_by_day(tallies: NameTallies) -> None:
    assert tallies.of(DAY) == {}
    for number in range(1, 8):
        tallies.add(DAY, {"track:Product Viewed": number, f"track:直播 #{number} :x": 1, "page:": 2})
    tallies.add(DAY + timedelta(days=1), {"page:": 1})
    sums = tallies.of(DAY)
    assert (sums["track:Product Viewed"], sums["page:"], sums["track:直播 #3 :x"]) == (28, 14, 1)
    assert len(sums) == 9
    assert tallies.of(DAY + timedelta(days=1)) == {"page:": 1}


def test_one_batch_is_one_write_and_made_up_names_do_not_let_an_item_grow_for_ever(store: Store) -> None:
    writes: list[dict[str, Any]] = []

    class Watched:
        def __getattr__(self, name: str) -> Any:
            return getattr(store.client, name)

        def update_item(self, **arguments: Any) -> Any:
            writes.append(arguments)
            return store.client.update_item(**arguments)

    tallies = DynamoNameTallies(Table(Watched(), store.names.marketing), 90, 1)  # type: ignore[arg-type]
    for batch in range(4):
        tallies.add(DAY, {f"track:made up {batch}-{number}": 1 for number in range(100)} | {"track:Order Completed": 1})
    assert len(writes) == 4
    sums = tallies.of(DAY)
    assert (len(sums), sums[f"track:{OTHERS}"], sums["track:Order Completed"]) == (MOST_KINDS + 2, 400 - MOST_KINDS, 4)
