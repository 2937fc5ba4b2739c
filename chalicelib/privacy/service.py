"""The use cases of privacy."""

from collections.abc import Callable, Sequence
from datetime import datetime

from chalicelib.core.clock import Clock, whole_milliseconds
from chalicelib.privacy.model import (
    MAX_SOURCE_CHARACTERS,
    SHOPPER,
    Channel,
    Consent,
    Consents,
    Evidence,
    Purpose,
    Source,
    StaleConsents,
)
from chalicelib.privacy.ports import ConsentRecords

_TRIES = 5


class Privacy:
    """Reads and records what shoppers allowed."""

    def __init__(self, records: ConsentRecords, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    def consents_of(self, shopper_id: str) -> Consents:
        """What a shopper allowed; nothing but service messages when nobody ever asked."""
        return self._records.of(shopper_id)

    def set_consent(
        self, shopper_id: str, channel: Channel, purpose: Purpose, is_given: bool, source: Source
    ) -> Consents:
        """Record a consent given or withdrawn, with its evidence; the consents as they are afterwards."""
        at = whole_milliseconds(self._clock.now())
        consent = Consent(channel, purpose, is_given, at, source.name, source.text_version, source.actor)
        return self._change(
            shopper_id,
            lambda known: known.with_decision(consent),
            lambda changed: _evidence(at, source, consent, changed),
        )

    def set_personalisation(self, shopper_id: str, is_on: bool, source: Source) -> Consents:
        """Turn the switch; search, tags, recall and coupons heed it from the next read on."""
        at = whole_milliseconds(self._clock.now())
        return self._change(
            shopper_id,
            lambda known: known.with_personalisation(is_on, at),
            lambda changed: _evidence(at, source, None, changed),
        )

    def unsubscribe(self, shopper_id: str, channel: Channel, purpose: Purpose, campaign_id: str) -> Consents:
        """Withdraw the consent that a link stands for; following it again changes nothing."""
        known = self._records.of(shopper_id)
        decision = known.decision_on(channel, purpose)
        if decision is not None and not decision.is_given:
            return known
        source = Source(f"unsubscribe link of campaign {campaign_id}"[:MAX_SOURCE_CHARACTERS], actor=SHOPPER)
        return self.set_consent(shopper_id, channel, purpose, is_given=False, source=source)

    def history(self, shopper_id: str, limit: int, cursor: str | None = None) -> tuple[Sequence[Evidence], str | None]:
        """One page of all that was ever decided, newest first, and the next cursor."""
        return self._records.history(shopper_id, limit, cursor)

    def _change(
        self,
        shopper_id: str,
        change: Callable[[Consents], Consents],
        evidence: Callable[[Consents], Evidence],
        tries: int = _TRIES,
    ) -> Consents:
        changed = change(self._records.of(shopper_id))
        try:
            self._records.save(changed, evidence(changed))
        except StaleConsents:
            if tries == 1:
                raise
            return self._change(shopper_id, change, evidence, tries - 1)
        return changed


def _evidence(at: datetime, source: Source, decision: Consent | None, changed: Consents) -> Evidence:
    return Evidence(at, source.name, source.text_version, decision, changed.is_personalised, source.actor)
