"""KMS cannot be reached: nothing goes on in clear, nothing is lost, and all is well when it is back."""

from collections.abc import Iterator

import pytest

from chalicelib import wiring
from chalicelib.adapters.memory.data_keys import MemoryDataKeys
from chalicelib.adapters.memory.events import MemoryEventQueue
from chalicelib.adapters.memory.profiles import MemoryProfileRecords
from chalicelib.adapters.sealed_queue import SealedEventQueue, sealed_event
from chalicelib.core.errors import Unavailable
from chalicelib.core.ids import SeededRandomness
from chalicelib.core.sealing import DataKey, Sealer
from chalicelib.events import Call
from chalicelib.privacy import PersonalKind, name_to_find, names_to_find
from chalicelib.profiles import Finding
from functions.project_profiles.handler import handle
from tests.support.shoppers import TwinShop, event, stream


class FlakyKeys(MemoryDataKeys):
    """Keys that cannot be had while ``is_down``."""

    is_down = False

    def current(self) -> DataKey:
        return self._or_not(super().current())

    def first(self) -> DataKey:
        return self._or_not(super().first())

    def find(self, key_id: str) -> DataKey | None:
        key = super().find(key_id)
        return self._or_not(key) if key else None

    def _or_not(self, key: DataKey) -> DataKey:
        if self.is_down:
            raise Unavailable("the key of personal data cannot be reached")
        return key


@pytest.fixture
def keys() -> FlakyKeys:
    return FlakyKeys(SeededRandomness("flaky"))


@pytest.fixture
def sealer(keys: FlakyKeys) -> Sealer:
    return Sealer(keys)


@pytest.fixture
def shop(sealer: Sealer) -> Iterator[TwinShop]:
    shop = TwinShop()
    # The twin that ``TwinShop`` made knows no names to be found by.
    vars(shop.records)["_found_by"] = lambda traits: names_to_find(traits, sealer)
    wiring.install(shop.services)
    yield shop
    wiring.install(None)


TOLD = event(call=Call.IDENTIFY, name="", traits={"email": "li@example.com"})


def test_the_door_refuses_rather_than_queues_in_clear(keys: FlakyKeys, sealer: Sealer) -> None:
    queue = MemoryEventQueue()
    keys.is_down = True
    with pytest.raises(Unavailable):
        SealedEventQueue(queue, sealer).send([event(), TOLD])
    assert queue.drain() == []
    SealedEventQueue(queue, sealer).send([event("harmless")])
    assert [each.message_id for each in queue.drain()] == ["harmless"]


def test_the_projection_waits_and_then_knows_the_shopper_and_the_address(
    shop: TwinShop, keys: FlakyKeys, sealer: Sealer
) -> None:
    records = stream([sealed_event(TOLD, sealer)])
    keys.is_down = True
    assert handle({"Records": records}, None) == {"batchItemFailures": [{"itemIdentifier": "100"}]}
    assert shop.records.load("u1").profile.version == 0
    keys.is_down = False
    for _ in range(2):
        assert handle({"Records": records}, None) == {"batchItemFailures": []}
    assert isinstance(shop.records, MemoryProfileRecords)
    finding = Finding(shop.records, lambda traits: names_to_find(traits, sealer))
    (found,) = finding.find(name_to_find(PersonalKind.EMAIL, "li@example.com", sealer))
    assert (found.shopper_id, found.profile.counters.seen) == ("u1", 1)
