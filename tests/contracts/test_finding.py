"""Finding shoppers by what is sealed, and the history of their consents: on the twins and on DynamoDB."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.adapters.dynamodb.consents import DynamoConsentRecords
from chalicelib.adapters.dynamodb.profiles import DynamoProfileRecords
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.memory.data_keys import MemoryDataKeys
from chalicelib.adapters.memory.privacy import MemoryConsentRecords
from chalicelib.adapters.memory.profiles import MemoryProfileRecords
from chalicelib.core.clock import MovableClock
from chalicelib.core.ids import SeededRandomness
from chalicelib.core.sealing import Sealer
from chalicelib.privacy import (
    Channel,
    ConsentRecords,
    PersonalKind,
    Privacy,
    Purpose,
    Source,
    name_to_find,
    names_to_find,
    sealed_document,
)
from chalicelib.profiles import (
    Finding,
    Profile,
    ProfileChange,
    ProfileRecords,
    Shopper,
    StaleProfile,
    Trait,
    Traits,
)
from tests.support.shoppers import NOW
from tests.support.stores import Store

SEALER = Sealer(MemoryDataKeys(SeededRandomness("finding")))


def found_by(traits: object) -> frozenset[str]:
    return names_to_find(traits, SEALER)  # type: ignore[arg-type]


@pytest.fixture
def stores(store_or_twin: Store | None) -> tuple[ProfileRecords, ConsentRecords]:
    if store_or_twin is None:
        consents = MemoryConsentRecords()
        return MemoryProfileRecords(consents, 4, found_by), consents
    table = Table(store_or_twin.client, store_or_twin.names.shoppers)
    return DynamoProfileRecords(table, 4, found_by), DynamoConsentRecords(table)


class Told:
    """Shoppers who tell things about themselves."""

    def __init__(self, records: ProfileRecords) -> None:
        self.records = records
        self.finding = Finding(records, found_by)

    def tell(self, shopper_id: str, **told: str | None) -> None:
        self.records.save(self.change(self.records.load(shopper_id), **told))

    def change(self, known: Shopper, **told: str | None) -> ProfileChange:
        sealed = sealed_document(told, SEALER, known.shopper_id)
        traits = Traits({**known.traits.known, **{name: Trait(value, NOW) for name, value in sealed.items()}})
        profile = replace(known.profile, version=known.profile.version + 1)
        return ProfileChange(known.shopper_id, profile, traits, traits_before=known.traits)

    def by_email(self, email: str) -> list[str]:
        return [each.shopper_id for each in self.finding.find(name_to_find(PersonalKind.EMAIL, email, SEALER))]

    def by_phone(self, phone: str) -> list[str]:
        return [each.shopper_id for each in self.finding.find(name_to_find(PersonalKind.PHONE, phone, SEALER))]


@pytest.fixture
def told(stores: tuple[ProfileRecords, ConsentRecords]) -> Told:
    return Told(stores[0])


def test_who_told_an_address_is_found_by_it(told: Told) -> None:
    told.tell("li", email="Li@example.com", phone="138 1234 5678")
    told.tell("wang", email="wang@example.com")
    assert (told.by_email("li@example.com"), told.by_phone("+8613812345678")) == (["li"], ["li"])
    assert told.by_email("nobody@example.com") == []


def test_two_with_one_address_are_both_found(told: Told) -> None:
    told.tell("wang", email="home@example.com")
    told.tell("li", email="home@example.com")
    assert told.by_email("home@example.com") == ["li", "wang"]


def test_an_address_that_was_changed_or_taken_back_leads_nowhere(told: Told) -> None:
    told.tell("li", email="old@example.com", phone="13812345678")
    told.tell("li", email="new@example.com")
    told.tell("li", phone=None)
    assert (told.by_email("old@example.com"), told.by_email("new@example.com"), told.by_phone("13812345678")) == (
        [],
        ["li"],
        [],
    )
    names = [name_to_find(PersonalKind.EMAIL, "old@example.com", SEALER)]
    assert [told.records.named(name) for name in names] == [[]]


def test_what_else_is_told_leaves_the_names_alone(told: Told) -> None:
    told.tell("li", email="li@example.com")
    told.tell("li", city="杭州")
    assert told.by_email("li@example.com") == ["li"]


def test_a_write_that_loses_adds_no_name(told: Told) -> None:
    stale = told.change(told.records.load("li"), email="late@example.com")
    told.tell("li", email="li@example.com")
    with pytest.raises(StaleProfile):
        told.records.save(stale)
    assert told.records.named(name_to_find(PersonalKind.EMAIL, "late@example.com", SEALER)) == []


def test_a_name_that_was_left_behind_is_not_believed(told: Told) -> None:
    told.tell("li", email="old@example.com")
    known = told.records.load("li")
    # As under a merged id whose name no write came to clear.
    silent = replace(told.change(known, email="new@example.com"), traits_before=None)
    told.records.save(silent)
    assert told.records.named(name_to_find(PersonalKind.EMAIL, "old@example.com", SEALER)) == ["li"]
    assert told.by_email("old@example.com") == []


def test_the_history_of_consents_comes_newest_first_in_pages(stores: tuple[ProfileRecords, ConsentRecords]) -> None:
    clock = MovableClock(NOW)
    privacy = Privacy(stores[1], clock)
    for number in range(5):
        privacy.set_consent(
            "li", Channel.EMAIL, Purpose.MARKETING, number % 2 == 0, Source(f"s{number}", "v1", "office")
        )
        clock.advance(timedelta(seconds=number % 2))
    privacy.set_personalisation("li", False, Source("s5"))
    seen, cursor = [], None
    while True:
        page, cursor = privacy.history("li", 2, cursor)
        seen += [(each.source, each.decision.is_given if each.decision else None, each.actor) for each in page]
        if cursor is None:
            break
    assert seen == [
        ("s5", None, None),
        *((f"s{number}", number % 2 == 0, "office") for number in (4, 3, 2, 1, 0)),
    ]
    assert privacy.history("nobody", 2) == ([], None)


def test_profiles_begin_without_any_name(told: Told) -> None:
    told.records.save(ProfileChange("li", Profile(version=1)))
    assert told.by_email("li@example.com") == []
