"""In-memory twins of the ports of ``campaigns``."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.campaigns import (
    Admission,
    AlreadyDecided,
    AudiencePage,
    Campaign,
    CampaignChanged,
    CampaignExists,
    CapRing,
    CapRingMoved,
    Mail,
    MessageSent,
    PageMessage,
    Run,
    RunStatus,
    Send,
    SendMoved,
    Tally,
)
from chalicelib.core.clock import to_rfc3339
from chalicelib.coupons import CouponLedger


class MemoryCampaignRecords:
    """``CampaignRecords`` in a dictionary."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._campaigns: dict[str, Campaign] = {}

    def create(self, campaign: Campaign) -> None:
        with self._lock:
            if campaign.campaign_id in self._campaigns:
                raise CampaignExists(f"a campaign {campaign.campaign_id} exists", field="id")
            self._campaigns[campaign.campaign_id] = campaign

    def get(self, campaign_id: str) -> Campaign | None:
        return self._campaigns.get(campaign_id)

    def list(self, limit: int, cursor: str | None = None) -> tuple[Sequence[Campaign], str | None]:
        ids = sorted(each for each in self._campaigns if cursor is None or each > cursor)
        return [self._campaigns[each] for each in ids[:limit]], ids[limit - 1] if len(ids) > limit else None

    def replace(self, campaign: Campaign) -> None:
        with self._lock:
            current = self._campaigns.get(campaign.campaign_id)
            if current is None or current.version != campaign.version - 1:
                raise CampaignChanged("the campaign was changed in between")
            self._campaigns[campaign.campaign_id] = campaign

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        waiting = [(each.next_launch_at, each.campaign_id) for each in self._campaigns.values() if each.next_launch_at]
        return [campaign_id for at, campaign_id in sorted(waiting) if at <= now][:limit]


class MemoryRuns:
    """``Runs`` in a dictionary."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._runs: dict[tuple[str, str], Run] = {}

    def open(self, run: Run) -> Run:
        with self._lock:
            return self._runs.setdefault(_run_place(run.campaign_id, run.occurrence, run.run_id), run)

    def get(self, campaign_id: str, occurrence: datetime, run_id: str) -> Run | None:
        return self._runs.get(_run_place(campaign_id, occurrence, run_id))

    def list(self, campaign_id: str, limit: int, cursor: str | None = None) -> tuple[Sequence[Run], str | None]:
        places = sorted(
            (place for place in self._runs if place[0] == campaign_id and (cursor is None or place[1] < cursor)),
            reverse=True,
        )
        return [self._runs[place] for place in places[:limit]], places[limit - 1][1] if len(places) > limit else None

    def complete(self, run: Run, tally: Tally, now: datetime) -> None:
        with self._lock:
            place = _run_place(run.campaign_id, run.occurrence, run.run_id)
            if self._runs[place].status is RunStatus.OPEN:
                self._runs[place] = replace(run, status=RunStatus.COMPLETED, completed_at=now, tally=tally)


def _run_place(campaign_id: str, occurrence: datetime, run_id: str) -> tuple[str, str]:
    return campaign_id, f"{to_rfc3339(occurrence)}#{run_id}"


class MemoryAudiencePages:
    """``AudiencePages`` in a dictionary."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._pages: dict[tuple[str, int, str], AudiencePage] = {}

    def open(self, page: AudiencePage) -> AudiencePage:
        with self._lock:
            return self._pages.setdefault((page.run_id, page.shard, page.cursor), page)

    def get(self, run_id: str, shard: int, cursor: str) -> AudiencePage | None:
        return self._pages.get((run_id, shard, cursor))

    def settle(self, page: AudiencePage) -> None:
        with self._lock:
            place = page.run_id, page.shard, page.cursor
            if not self._pages[place].is_settled:
                self._pages[place] = replace(page, shoppers=()) if page.is_settled else page

    def of(self, run_id: str) -> Sequence[AudiencePage]:
        return [page for place, page in sorted(self._pages.items()) if place[0] == run_id]


class MemoryOutbox:
    """``Outbox`` in dictionaries; coupons go to ``ledger``, which may be any twin."""

    def __init__(self, ledger: CouponLedger) -> None:
        self._lock = threading.RLock()
        self._ledger = ledger
        self._sends: dict[tuple[str, str], Send] = {}
        self._rings: dict[str, CapRing] = {}

    def find(self, shopper_id: str, occurrence: datetime, send_id: str) -> Send | None:
        return self._sends.get((shopper_id, _send_place(occurrence, send_id)))

    def decide(self, send: Send) -> Send:
        with self._lock:
            return self._sends.setdefault((send.shopper_id, _send_place(send.occurrence, send.send_id)), send)

    def ring_of(self, shopper_id: str) -> CapRing:
        return self._rings.get(shopper_id, CapRing(shopper_id))

    def admit(self, admission: Admission) -> None:
        send, ring = admission.send, admission.ring
        with self._lock:
            if self.find(send.shopper_id, send.occurrence, send.send_id):
                raise AlreadyDecided("there is a decision on this send already")
            if self.ring_of(send.shopper_id).version != ring.version - 1:
                raise CapRingMoved("this shopper was sent something in between")
            if admission.coupon is not None and admission.owned is not None:
                self._ledger.issue(admission.coupon, admission.owned, None, admission.passage)
            self._rings[send.shopper_id] = ring
            self.decide(send)

    def move(self, send: Send) -> None:
        place = send.shopper_id, _send_place(send.occurrence, send.send_id)
        with self._lock:
            if place not in self._sends or self._sends[place].version != send.version - 1:
                raise SendMoved("this send was moved in between")
            self._sends[place] = send

    def decisions(
        self, shopper_id: str, campaign_id: str | None, limit: int, cursor: str | None = None
    ) -> tuple[Sequence[Send], str | None]:
        places = sorted(
            (
                place
                for place, send in self._sends.items()
                if place[0] == shopper_id
                and campaign_id in (None, send.campaign_id)
                and (cursor is None or place[1] < cursor)
            ),
            reverse=True,
        )
        return [self._sends[place] for place in places[:limit]], places[limit - 1][1] if len(places) > limit else None


def _send_place(occurrence: datetime, send_id: str) -> str:
    return f"X#{to_rfc3339(occurrence)}#{send_id}"


class MemoryPageQueue:
    """``PageQueue`` in a list; whoever plays the queue takes messages from ``waiting``."""

    def __init__(self) -> None:
        self.waiting: list[PageMessage] = []

    def put(self, messages: Sequence[PageMessage]) -> None:
        self.waiting += messages


class MemoryMailer:
    """``Mailer`` that keeps what it was given in ``sent``."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []

    def send(self, mail: Mail) -> str:
        self.sent.append(mail)
        return f"memory-{len(self.sent)}"


class MemoryAnnouncements:
    """``Announcements`` kept in ``told``, each message once."""

    def __init__(self) -> None:
        self.told: dict[str, MessageSent] = {}

    def announce(self, sent: Sequence[MessageSent]) -> None:
        self.told |= {event.message_id: event for event in sent}
