"""What tests of events, profiles and privacy build their shops from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.adapters.dynamodb.items import to_typed
from chalicelib.adapters.dynamodb.keys import BODY, event_key
from chalicelib.adapters.logged_activities import LoggedActivities
from chalicelib.adapters.memory.core import MemoryFailures
from chalicelib.adapters.memory.data_keys import MemoryDataKeys
from chalicelib.adapters.memory.events import MemoryEventLog, MemoryEventQueue, MemoryNameTallies
from chalicelib.adapters.memory.identities import MemoryIdentityRecords
from chalicelib.adapters.memory.privacy import MemoryConsentRecords
from chalicelib.adapters.memory.profiles import MemoryProductFacts, MemoryProfileRecords
from chalicelib.core.clock import MovableClock, to_rfc3339
from chalicelib.core.ids import SeededRandomness
from chalicelib.core.sealing import Sealer
from chalicelib.core.settings import Settings
from chalicelib.events import Call, Event, EventNames, Events, Rejections, encode_event
from chalicelib.events.spans import span_of
from chalicelib.privacy import Privacy, Source
from chalicelib.profiles import (
    Activity,
    Deed,
    Facts,
    Identities,
    Profiles,
    Shopkeeping,
    Shopper,
    Touched,
    sequence_text,
)
from chalicelib.wiring import Services

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
TENT = Facts("山野", ("户外", "露营", "帐篷"), ("轻量",), 39_900)
DRESS = Facts("云织", ("女装", "裙装", "连衣裙"), (), 25_900)
AT_CHECKOUT = Source("checkout", "2026-11")


def event(message_id: str = "m1", name: str = "Product Viewed", **changes: Any) -> Event:
    """A track event of shopper ``u1`` now; ``changes`` replaces its fields."""
    plain = Event(message_id, "u1", Call.TRACK, name, NOW, True, NOW, user_id="u1")
    return replace(plain, **changes)


def activity(sequence: int, deed: Deed = Deed.VIEWED, at: datetime = NOW, **changes: Any) -> Activity:
    """An activity about a tent; ``changes`` replaces its fields."""
    plain = Activity(sequence_text(str(sequence)), deed, at, (Touched("p1", TENT),))
    return replace(plain, **changes)


def without_version(shopper: Shopper) -> Shopper:
    """The shopper, but for what tells when and how often it was written: version, due date, since when a tag holds."""
    tags = {tag_id: replace(tag, since=NOW) for tag_id, tag in shopper.tags.items()}
    return replace(shopper, profile=replace(shopper.profile, version=0, due_at=None), tags=tags)


def stream_record(recorded: Event, number: int) -> dict[str, Any]:
    """The record that the events table's stream makes of a recorded event."""
    key = event_key(recorded.shopper_id, span_of(recorded.told_at), recorded.message_id) | {
        "at": to_rfc3339(recorded.at)
    }
    return {
        "eventName": "INSERT",
        "dynamodb": {
            "SequenceNumber": str(number),
            "ApproximateCreationDateTime": recorded.received_at.timestamp(),
            "NewImage": to_typed({**key, BODY: encode_event(recorded)}),
        },
    }


def stream(events: Iterable[Event], first: int = 100) -> list[dict[str, Any]]:
    """The records of several events, in order."""
    return [stream_record(recorded, number) for number, recorded in enumerate(events, first)]


def queue_message(body: str, message_id: str = "1") -> dict[str, Any]:
    """One SQS record as Lambda gets it."""
    return {
        "messageId": message_id,
        "body": body,
        "eventSource": "aws:sqs",
        "attributes": {"SentTimestamp": str(int(NOW.timestamp() * 1000)), "ApproximateReceiveCount": "1"},
    }


@dataclass
class TwinShop:
    """Events, profiles and privacy over twins, as ``services`` for handlers."""

    known_products: dict[str, Facts] = field(default_factory=dict)
    dormant_after: timedelta = timedelta(days=30)

    def __post_init__(self) -> None:
        self.clock = MovableClock(NOW)
        self.queue = MemoryEventQueue()
        self.log = MemoryEventLog()
        self.failures = MemoryFailures()
        self.consents = MemoryConsentRecords()
        self.records = MemoryProfileRecords(self.consents)
        self.privacy = Privacy(self.consents, self.clock)
        rejections = Rejections(self.failures, Sealer(MemoryDataKeys(SeededRandomness("keys"))))
        self.events = Events(self.log, self.queue, self.failures, rejections, self.clock, SeededRandomness("events"))
        self.tallies = MemoryNameTallies()
        self.event_names = EventNames(self.tallies, self.clock, ZoneInfo("Asia/Shanghai"))
        facts = MemoryProductFacts(self.known_products)
        shop = Shopkeeping(self.dormant_after, ZoneInfo("Asia/Shanghai"))
        self.profiles = Profiles(
            self.records,
            facts,
            LoggedActivities(self.log, self.clock),
            self.clock,
            SeededRandomness("profiles"),
            shop,
        )
        self.identity_records = MemoryIdentityRecords(self.records, self.consents)
        self.identities = Identities(
            self.identity_records,
            self.records,
            self.clock,
            SeededRandomness("identities"),
            lambda: self.profiles.shop,
        )

    @property
    def services(self) -> Services:
        made = Services(Settings(), clock=self.clock)
        for name in ("failures", "events", "event_names", "profiles", "identities", "privacy"):
            vars(made)[name] = getattr(self, name)
        return made

    def tagged(self, tag_id: str) -> Sequence[str]:
        """Everyone who carries a tag."""
        return [each for shard in range(self.profiles.shards) for each in self.profiles.tagged(tag_id, shard)[0]]
