"""What a shopper allowed, per channel and purpose, and whether anything may be personal at all."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.core.errors import Conflict, InvalidRequest

MAX_SOURCE_CHARACTERS = 128
SHOPPER = "shopper"
"""The actor of what a shopper did without anybody between."""
MAX_TURNS = 20
"""Turns of the switch kept at hand; all of them are in the evidence."""


class Channel(StrEnum):
    """Where a message arrives."""

    EMAIL = "email"
    SMS = "sms"
    INBOX = "inbox"


class Purpose(StrEnum):
    """Why a message is sent: to sell (``marketing``) or to carry out what was bought (``service``)."""

    MARKETING = "marketing"
    SERVICE = "service"


class StaleConsents(Conflict):
    """Someone else changed this shopper's consents in between."""


@dataclass(frozen=True, slots=True)
class Source:
    """The evidence of a decision: ``name`` says where it was made (``checkout``), ``text_version`` which text was shown.

    ``actor`` is who told us: ``shopper`` for who clicked a link of ours, else the name of the API key.
    """

    name: str
    text_version: str | None = None
    actor: str | None = None

    def __post_init__(self) -> None:
        if not 0 < len(self.name.strip()) <= MAX_SOURCE_CHARACTERS:
            raise InvalidRequest(f"source must have 1 to {MAX_SOURCE_CHARACTERS} characters", field="source")
        if self.text_version is not None and len(self.text_version) > MAX_SOURCE_CHARACTERS:
            raise InvalidRequest(f"text_version has more than {MAX_SOURCE_CHARACTERS} characters", field="text_version")


@dataclass(frozen=True, slots=True)
class Consent:
    """One decision: given or withdrawn, when, where, on which text, and by whom it was told."""

    channel: Channel
    purpose: Purpose
    is_given: bool
    at: datetime
    source: str
    text_version: str | None = None
    actor: str | None = None


@dataclass(frozen=True, slots=True)
class Consents:
    """The latest decision for each channel and purpose. ``version`` counts changes; 0: nothing was ever recorded.

    ``turns`` are the latest ``MAX_TURNS`` turns of the personalisation switch, oldest first.
    """

    shopper_id: str
    decisions: tuple[Consent, ...] = ()
    is_personalised: bool = True
    version: int = 0
    turns: tuple[tuple[datetime, bool], ...] = ()

    def was_personalised(self, at: datetime) -> bool:
        """How the switch stood at an instant: so that what came in before it was turned is treated as it was then."""
        earlier = [is_on for turned_at, is_on in self.turns if turned_at <= at]
        if earlier:
            return earlier[-1]
        return not self.turns[0][1] if self.turns else self.is_personalised

    def decision_on(self, channel: Channel, purpose: Purpose) -> Consent | None:
        """The latest decision, or None when nobody was asked."""
        return next((each for each in self.decisions if (each.channel, each.purpose) == (channel, purpose)), None)

    def allows(self, channel: Channel, purpose: Purpose) -> bool:
        """Whether a message may be sent. Silence is no consent to marketing; service messages need a refusal to stop."""
        decision = self.decision_on(channel, purpose)
        return decision.is_given if decision else purpose is Purpose.SERVICE

    def with_decision(self, consent: Consent) -> "Consents":
        """These consents with ``consent`` in the place of the older decision for its channel and purpose."""
        place = (consent.channel, consent.purpose)
        others = tuple(each for each in self.decisions if (each.channel, each.purpose) != place)
        ordered = tuple(sorted((*others, consent), key=lambda each: (each.channel, each.purpose)))
        return replace(self, decisions=ordered, version=self.version + 1)

    def with_personalisation(self, is_on: bool, at: datetime) -> "Consents":
        """These consents with the switch turned."""
        is_turn = is_on != self.is_personalised
        turns = (*self.turns, (at, is_on))[-MAX_TURNS:] if is_turn else self.turns
        return replace(self, is_personalised=is_on, version=self.version + 1, turns=turns)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was decided, kept for ever beside the consents: one decision or one turn of the switch.

    ``is_personalised`` is how the switch stood afterwards.
    """

    at: datetime
    source: str
    text_version: str | None
    decision: Consent | None
    is_personalised: bool
    actor: str | None = None
