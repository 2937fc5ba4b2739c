from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import InvalidRequest
from chalicelib.privacy import Channel, Consents, Evidence, Privacy, Purpose, Source, StaleConsents
from tests.support.shoppers import AT_CHECKOUT, NOW, TwinShop

DECISION = st.tuples(st.sampled_from(list(Channel)), st.sampled_from(list(Purpose)), st.booleans())


def test_silence_is_no_consent_to_marketing() -> None:
    consents = TwinShop().privacy.consents_of("u1")
    assert not any(consents.allows(channel, Purpose.MARKETING) for channel in Channel)
    assert all(consents.allows(channel, Purpose.SERVICE) for channel in Channel)
    assert consents.is_personalised


@given(st.lists(DECISION, max_size=12))
def test_the_latest_decision_counts_for_its_channel_and_purpose_alone(
    decisions: list[tuple[Channel, Purpose, bool]],
) -> None:
    shop = TwinShop()
    for channel, purpose, is_given in decisions:
        shop.privacy.set_consent("u1", channel, purpose, is_given, AT_CHECKOUT)
    latest = {(channel, purpose): is_given for channel, purpose, is_given in decisions}
    consents = shop.privacy.consents_of("u1")
    for channel in Channel:
        for purpose in Purpose:
            silent = purpose is Purpose.SERVICE
            assert consents.allows(channel, purpose) == latest.get((channel, purpose), silent)


def test_every_decision_leaves_its_evidence() -> None:
    shop = TwinShop()
    shop.privacy.set_consent("u1", Channel.EMAIL, Purpose.MARKETING, True, AT_CHECKOUT)
    shop.clock.advance(timedelta(days=1))
    shop.privacy.set_consent("u1", Channel.EMAIL, Purpose.MARKETING, False, Source("mail footer"))
    shop.privacy.set_personalisation("u1", False, Source("settings page"))
    given, withdrawn, switched = shop.consents.evidence("u1")
    assert (given.source, given.text_version, given.at) == ("checkout", "2026-11", NOW)
    assert given.decision is not None
    assert given.decision.is_given
    assert withdrawn.decision is not None
    assert not withdrawn.decision.is_given
    assert (switched.decision, switched.is_personalised) == (None, False)


def test_the_switch_and_the_consents_do_not_disturb_each_other() -> None:
    shop = TwinShop()
    shop.privacy.set_consent("u1", Channel.SMS, Purpose.MARKETING, True, AT_CHECKOUT)
    shop.privacy.set_personalisation("u1", False, AT_CHECKOUT)
    consents = shop.privacy.consents_of("u1")
    assert consents.allows(Channel.SMS, Purpose.MARKETING)
    assert not consents.is_personalised
    assert shop.privacy.set_personalisation("u1", True, AT_CHECKOUT).is_personalised


@pytest.mark.parametrize("source", ["", "  ", "x" * 129])
def test_a_decision_without_a_source_is_refused(source: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        Source(source)
    assert refused.value.field == "source"


class ContestedRecords:
    """Records in which someone else turns the switch just before each of the first ``times`` saves."""

    def __init__(self, shop: TwinShop, times: int) -> None:
        self._shop = shop
        self._times = times

    def of(self, shopper_id: str) -> Consents:
        return self._shop.consents.of(shopper_id)

    def save(self, consents: Consents, evidence: Evidence) -> None:
        if self._times:
            self._times -= 1
            self._shop.privacy.set_personalisation(consents.shopper_id, False, AT_CHECKOUT)
        self._shop.consents.save(consents, evidence)

    def evidence(self, shopper_id: str) -> list[Evidence]:
        return self._shop.consents.evidence(shopper_id)


def test_two_decisions_at_once_are_both_kept() -> None:
    shop = TwinShop()
    privacy = Privacy(ContestedRecords(shop, 2), shop.clock)
    consents = privacy.set_consent("u1", Channel.EMAIL, Purpose.MARKETING, True, AT_CHECKOUT)
    assert consents.allows(Channel.EMAIL, Purpose.MARKETING)
    assert not consents.is_personalised
    assert len(shop.consents.evidence("u1")) == 3


def test_a_decision_that_never_gets_through_is_refused_not_lost() -> None:
    shop = TwinShop()
    with pytest.raises(StaleConsents):
        Privacy(ContestedRecords(shop, 99), shop.clock).set_personalisation("u1", True, AT_CHECKOUT)
