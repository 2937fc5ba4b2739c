"""What campaigns need from outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.campaigns.model import Campaign, CapRing
from chalicelib.campaigns.runs import AudiencePage, PageMessage, Run, Tally
from chalicelib.campaigns.sends import Admission, MessageSent, Send
from chalicelib.privacy import Consents
from chalicelib.profiles import Shopper, TagDefinition


class CampaignRecords(Protocol):
    """The store of campaigns."""

    def create(self, campaign: Campaign) -> None:
        """Store a new campaign. Raises ``CampaignExists``."""
        ...

    def get(self, campaign_id: str) -> Campaign | None: ...

    def list(self, limit: int, cursor: str | None = None) -> tuple[Sequence[Campaign], str | None]: ...

    def replace(self, campaign: Campaign) -> None:
        """Store a change. Raises ``CampaignChanged`` unless the stored version is one below."""
        ...

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        """Ids of campaigns whose ``next_launch_at`` has come, earliest first. May lag: read before acting."""
        ...


class Runs(Protocol):
    """The store of runs."""

    def open(self, run: Run) -> Run:
        """Store a new run; the stored one when it exists already."""
        ...

    def get(self, campaign_id: str, occurrence: datetime, run_id: str) -> Run | None: ...

    def list(self, campaign_id: str, limit: int, cursor: str | None = None) -> tuple[Sequence[Run], str | None]:
        """Runs, latest occurrence first."""
        ...

    def complete(self, run: Run, tally: Tally, now: datetime) -> None:
        """Close an open run with its final tally; a closed one stays as it is."""
        ...


class AudiencePages(Protocol):
    """The store of pages: the checkpoint of a run."""

    def open(self, page: AudiencePage) -> AudiencePage:
        """Store a page as it was first read; the stored one when it exists already."""
        ...

    def get(self, run_id: str, shard: int, cursor: str) -> AudiencePage | None: ...

    def settle(self, page: AudiencePage) -> None:
        """Store a page's tally; a page that is settled already stays as it is."""
        ...

    def of(self, run_id: str) -> Sequence[AudiencePage]:
        """Every page of a run; settled pages come without their shoppers."""
        ...


class Outbox(Protocol):
    """The store of sends and cap rings, in their shoppers' partitions."""

    def find(self, shopper_id: str, occurrence: datetime, send_id: str) -> Send | None: ...

    def decide(self, send: Send) -> Send:
        """Store a decision that needs nothing else; the stored one when there is one already."""
        ...

    def ring_of(self, shopper_id: str) -> CapRing: ...

    def admit(self, admission: Admission) -> None:
        """Store send, ring and coupon: all or nothing.

        Raises ``AlreadyDecided``, ``CapRingMoved`` unless the stored ring is one version below, ``CouponSoldOut``,
        ``CouponLimitReached``.
        """
        ...

    def move(self, send: Send) -> None:
        """Store a send's next state. Raises ``SendMoved`` unless the stored version is one below."""
        ...

    def decisions(
        self, shopper_id: str, campaign_id: str | None, limit: int, cursor: str | None = None
    ) -> tuple[Sequence[Send], str | None]:
        """A shopper's sends and non-sends, latest occurrence first, of one campaign or all."""
        ...


class PageQueue(Protocol):
    """The queue of pages to deliver; it may deliver a message more than once and in any order."""

    def put(self, messages: Sequence[PageMessage]) -> None: ...


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail in plain text; ``send_id`` goes with it so that bounces can be told apart later.

    ``to`` and what stands in the texts may be sealed (``core/sealing``): the mailer opens it. ``unsubscribe_url`` takes a
    POST that withdraws the consent (RFC 8058); None where the shop has no address for it.
    """

    to: str
    subject: str
    body: str
    send_id: str
    unsubscribe_url: str | None = None


class MailRejected(Exception):
    """The provider will never take this mail: a bad address, or one on its suppression list."""


class MailOutcomeUnknown(Exception):
    """The answer was lost: the mail may have gone out."""


class Mailer(Protocol):
    """Sends e-mail."""

    def send(self, mail: Mail) -> str:
        """Hand ``mail`` to the provider and return its id.

        Raises ``MailRejected``, ``MailOutcomeUnknown``, or ``Unavailable`` when it was certainly not sent and may be
        tried again.
        """
        ...


@dataclass(frozen=True, slots=True)
class CampaignStores:
    """Everything campaigns write to: always handed over together."""

    records: CampaignRecords
    runs: Runs
    pages: AudiencePages
    outbox: Outbox
    queue: PageQueue


class Announcements(Protocol):
    """Where the rest of the shop hears what campaigns did."""

    def announce(self, sent: Sequence[MessageSent]) -> None:
        """Tell that messages went out; may be told again with the same ``message_id``."""
        ...


class Shoppers(Protocol):
    """What campaigns ask of ``profiles``."""

    @property
    def shards(self) -> int: ...

    def get(self, shopper_id: str) -> Shopper:
        """Raises ``ProfileNotFound``."""
        ...

    def tag(self, tag_id: str) -> TagDefinition:
        """Raises ``TagUnknown``."""
        ...

    def tagged(
        self, tag_id: str, shard: int, limit: int, cursor: str | None = None
    ) -> tuple[Sequence[str], str | None]: ...

    def advance_lifecycles(self, now: datetime) -> int:
        """Bring shoppers whose time has come up to date; how many were looked at, 0 when nothing was due."""
        ...


class ConsentBook(Protocol):
    """What campaigns ask of ``privacy``."""

    def consents_of(self, shopper_id: str) -> Consents: ...
