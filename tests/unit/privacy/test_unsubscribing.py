"""Unsubscribe links: made by us alone, telling nothing, good for years."""

import pytest

from chalicelib.adapters.memory.data_keys import MemoryDataKeys
from chalicelib.core.ids import SeededRandomness
from chalicelib.core.sealing import Sealer
from chalicelib.privacy import (
    Channel,
    Purpose,
    UnsubscribeLinkInvalid,
    UnsubscribeLinks,
    Unsubscription,
    sealed_document,
)
from tests.support.shoppers import AT_CHECKOUT, TwinShop

LI = Unsubscription("li@example.com", Channel.EMAIL, Purpose.MARKETING, "c1")
KEYS = MemoryDataKeys(SeededRandomness("links"))
LINKS = UnsubscribeLinks(Sealer(KEYS), "https://shop.example/")


def test_a_link_says_nothing_to_whoever_sees_it_and_everything_to_us() -> None:
    url = LINKS.url(LI)
    assert url is not None
    assert url.startswith("https://shop.example/v1/unsubscribe/")
    assert "li" not in url.removeprefix("https://shop.example/v1/unsubscribe/").split("_")[0]
    assert LINKS.read(url.rpartition("/")[2]) == LI
    assert LINKS.url(LI) == url


def test_a_shop_without_an_address_makes_no_links() -> None:
    assert UnsubscribeLinks(Sealer(KEYS), "").url(LI) is None


def test_old_links_still_work_after_a_rotation() -> None:
    keys = MemoryDataKeys(SeededRandomness("rotated"))
    links = UnsubscribeLinks(Sealer(keys), "https://shop.example")
    token = links.token(LI)
    keys.rotate()
    assert links.read(token) == LI
    assert links.token(LI) != token


@pytest.mark.parametrize("token", ["", "k1_", "k1_AAAA", "nonsense", "k9_" + "A" * 60, "退订"])
def test_nobody_else_makes_a_link(token: str) -> None:
    with pytest.raises(UnsubscribeLinkInvalid):
        LINKS.read(token)


def test_a_link_with_anything_changed_is_none() -> None:
    token = LINKS.token(LI)
    for position in range(3, len(token) - 1):
        changed = token[:position] + ("A" if token[position] != "A" else "B") + token[position + 1 :]
        with pytest.raises(UnsubscribeLinkInvalid):
            LINKS.read(changed)


def test_a_value_that_a_shopper_let_us_seal_is_no_link() -> None:
    said = '{"shopper_id":"victim","channel":"email","purpose":"marketing","campaign_id":"c"}'
    token = sealed_document({"email": said}, Sealer(KEYS), "link")["email"]
    with pytest.raises(UnsubscribeLinkInvalid):
        LINKS.read(token.removeprefix("sealed:v1:").replace(":", "_", 1))


def test_unsubscribing_withdraws_one_consent_with_its_evidence_once() -> None:
    privacy = TwinShop().privacy
    for channel in (Channel.EMAIL, Channel.SMS):
        privacy.set_consent("li", channel, Purpose.MARKETING, True, AT_CHECKOUT)
    for _ in range(2):
        consents = privacy.unsubscribe("li", Channel.EMAIL, Purpose.MARKETING, "c1")
    assert not consents.allows(Channel.EMAIL, Purpose.MARKETING)
    assert consents.allows(Channel.SMS, Purpose.MARKETING)
    history, _ = privacy.history("li", 10)
    assert [(each.source, each.actor) for each in history] == [
        ("unsubscribe link of campaign c1", "shopper"),
        ("checkout", None),
        ("checkout", None),
    ]


def test_service_messages_can_be_refused_by_link_too() -> None:
    consents = TwinShop().privacy.unsubscribe("li", Channel.EMAIL, Purpose.SERVICE, "c1")
    assert not consents.allows(Channel.EMAIL, Purpose.SERVICE)
