"""Of two who are one person, whoever refused more is followed."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.privacy import Channel, Consent, Consents, Purpose
from chalicelib.privacy.stricter import stricter
from tests.support.shoppers import NOW

HOUR = timedelta(hours=1)
PLACES = [(channel, purpose) for channel in Channel for purpose in Purpose]


@st.composite
def consents(draw: st.DrawFn, name: str) -> Consents:
    """Some decisions and turns of the switch, an hour or more apart."""
    made = Consents(name)
    for hour in sorted(draw(st.sets(st.integers(0, 40), max_size=8))):
        if draw(st.booleans()):
            made = made.with_personalisation(draw(st.booleans()), NOW + hour * HOUR)
        else:
            channel, purpose = draw(st.sampled_from(PLACES))
            made = made.with_decision(Consent(channel, purpose, draw(st.booleans()), NOW + hour * HOUR, "shop"))
    return made


def silent_or_given(known: Consents, channel: Channel, purpose: Purpose) -> bool:
    decision = known.decision_on(channel, purpose)
    return decision is None or decision.is_given


@given(consents("u1"), consents("a1"))
@settings(max_examples=40, deadline=None)
def test_nothing_is_allowed_that_either_refused(mine: Consents, theirs: Consents) -> None:
    both = stricter(mine, theirs)
    assert both.shopper_id == "u1"
    for channel, purpose in PLACES:
        is_decided = any(each.decision_on(channel, purpose) for each in (mine, theirs))
        is_refused = not all(silent_or_given(each, channel, purpose) for each in (mine, theirs))
        assert both.allows(channel, purpose) is (not is_refused if is_decided else purpose is Purpose.SERVICE)
    for hour in range(-1, 42):
        at = NOW + hour * HOUR
        assert both.was_personalised(at) is (mine.was_personalised(at) and theirs.was_personalised(at))
    assert both.is_personalised is (mine.is_personalised and theirs.is_personalised)


@given(consents("u1"), consents("a1"))
@settings(max_examples=40, deadline=None)
def test_who_adds_nothing_changes_nothing(mine: Consents, theirs: Consents) -> None:
    both = stricter(mine, theirs)
    assert both is mine or both.version == mine.version + 1
    assert stricter(both, theirs) is both
    assert stricter(mine, Consents("a1")) is mine
