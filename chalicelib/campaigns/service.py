"""The use cases of a marketer, and of the clock."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.campaigns import templates
from chalicelib.campaigns.errors import (
    AudienceUnknown,
    CampaignChanged,
    CampaignNotActive,
    CampaignNotFound,
    CouponUnknown,
    ScheduleInvalid,
)
from chalicelib.campaigns.model import Campaign, CampaignStatus
from chalicelib.campaigns.ports import CampaignStores, Shoppers
from chalicelib.campaigns.report import Report
from chalicelib.campaigns.runs import PageMessage, Run, RunStatus, Tally, frontier, run_id_of, total_of
from chalicelib.campaigns.schedule import minute_of, next_occurrence
from chalicelib.campaigns.sends import Send
from chalicelib.core.clock import Clock, to_rfc3339
from chalicelib.coupons import CouponNotFound, Coupons
from chalicelib.profiles import TagUnknown

_DUE_AT_ONCE: Final = 100
_RUNS_AT_ONCE: Final = 100
_MOST_SWEEPS: Final = 3
"""The schedule that sweeps is another one: here only what came due since, so that campaigns start in time."""


class Campaigns:
    """Campaigns, their runs, and why each shopper was or was not sent something."""

    def __init__(
        self, stores: CampaignStores, shoppers: Shoppers, coupons: Coupons, clock: Clock, zone: ZoneInfo
    ) -> None:
        self._records = stores.records
        self._runs = stores.runs
        self._pages = stores.pages
        self._outbox = stores.outbox
        self._queue = stores.queue
        self._shoppers = shoppers
        self._coupons = coupons
        self._clock = clock
        self._zone = zone

    def create(self, campaign: Campaign) -> Campaign:
        """Store a new campaign, active or as a draft.

        Raises ``CampaignExists``, or an ``InvalidRequest`` naming the field: ``ScheduleInvalid``, ``TemplateInvalid``,
        ``CouponUnknown``, ``AudienceUnknown``.
        """
        self._check(campaign)
        self._check_is_ahead(campaign)
        scheduled = self._scheduled(campaign)
        self._records.create(scheduled)
        return scheduled

    def get(self, campaign_id: str) -> Campaign:
        """A campaign. Raises ``CampaignNotFound``."""
        campaign = self._records.get(campaign_id)
        if campaign is None:
            raise CampaignNotFound(f"没有这个活动 (there is no campaign {campaign_id[:128]!r})")
        return campaign

    def list(self, limit: int, cursor: str | None = None) -> tuple[Sequence[Campaign], str | None]:
        """Campaigns by id, and where to go on."""
        return self._records.list(limit, cursor)

    def replace(self, wanted: Campaign) -> Campaign:
        """Put ``wanted`` in the place of the campaign with its id; whether it is active stays as it is.

        Raises what ``create`` raises for bad fields, ``CampaignNotFound``, ``CampaignChanged``.
        """
        current = self.get(wanted.campaign_id)
        self._check(wanted)
        if wanted.schedule != current.schedule:
            self._check_is_ahead(wanted)
        return self._store(replace(wanted, status=current.status, created_at=current.created_at), current)

    def pause(self, campaign_id: str) -> Campaign:
        """Launch nothing more, and let open runs wait where they are."""
        current = self.get(campaign_id)
        return self._store(replace(current, status=CampaignStatus.PAUSED), current)

    def resume(self, campaign_id: str) -> Campaign:
        """Make a draft or a paused campaign active; its open runs go on where they stopped."""
        current = self.get(campaign_id)
        self._check(current)
        active = self._store(replace(current, status=CampaignStatus.ACTIVE), current)
        for run in self._all_runs(campaign_id):
            if run.status is RunStatus.OPEN:
                self._ask_for(run, frontier(run, self._pages.of(run.run_id)))
        return active

    def launch(self, campaign_id: str) -> Run:
        """Open a run by hand, for the present minute: once, however often it is asked for within the minute.

        Raises ``CampaignNotFound``, ``CampaignNotActive``.
        """
        campaign = self.get(campaign_id)
        if not campaign.is_active:
            raise CampaignNotActive(f"活动未启用，不能发起 (the campaign is {campaign.status}; resume it first)")
        now = self._clock.now()
        return self._open(campaign, minute_of(now), now)

    def launch_due(self, now: datetime) -> int:
        """Bring lifecycles up to date, then open the runs whose time has come; how many campaigns were due.

        Repeating it, or dying at any point and being called again, opens each run once.
        """
        for _ in range(_MOST_SWEEPS):
            if self._shoppers.advance_lifecycles(now) == 0:
                break
        launched = 0
        for campaign_id in self._records.due(now, _DUE_AT_ONCE):
            campaign = self._records.get(campaign_id)
            if campaign is None or not campaign.is_active or campaign.next_launch_at is None:
                continue
            if campaign.next_launch_at <= now:
                self._open(campaign, campaign.next_launch_at, now)
                # Whoever changed the campaign meanwhile has moved its next launch too, or the next call will.
                with suppress(CampaignChanged):
                    self._store(campaign, campaign, after=now)
                launched += 1
        return launched

    def runs(self, campaign_id: str, limit: int, cursor: str | None = None) -> tuple[Sequence[Run], str | None]:
        """Runs, the latest first, open ones with their tally so far. Raises ``CampaignNotFound``."""
        self.get(campaign_id)
        found, next_cursor = self._runs.list(campaign_id, limit, cursor)
        return [replace(run, tally=self._tally(run)) for run in found], next_cursor

    def report(self, campaign_id: str) -> Report:
        """All runs together. Raises ``CampaignNotFound``."""
        campaign = self.get(campaign_id)
        runs = self._all_runs(campaign_id)
        return Report(
            campaign_id=campaign_id,
            runs=len(runs),
            open_runs=sum(run.status is RunStatus.OPEN for run in runs),
            missed_runs=sum(run.status is RunStatus.MISSED for run in runs),
            tally=sum((self._tally(run) for run in runs), Tally()),
            redemptions=self._coupons.redeemed_from(campaign.source),
        )

    def decisions(
        self, shopper_id: str, campaign_id: str | None, limit: int, cursor: str | None = None
    ) -> tuple[Sequence[Send], str | None]:
        """Why, and why not: every decision about a shopper, latest first."""
        return self._outbox.decisions(shopper_id, campaign_id, limit, cursor)

    def _check(self, campaign: Campaign) -> None:
        try:
            self._shoppers.tag(campaign.audience_tag)
        except TagUnknown:
            raise AudienceUnknown(
                f"没有这个标签 (there is no tag {campaign.audience_tag!r})", field="audience.tag"
            ) from None
        if campaign.coupon_id is not None:
            try:
                self._coupons.get(campaign.coupon_id)
            except CouponNotFound as unknown:
                raise CouponUnknown(unknown.message, field="coupon_id") from None
        templates.check(campaign.message, has_coupon=campaign.coupon_id is not None)
        # Reading the schedule is checking it.
        next_occurrence(campaign.schedule, self._clock.now(), self._zone)

    def _check_is_ahead(self, campaign: Campaign) -> None:
        at = campaign.schedule.at
        if at is not None and at <= self._clock.now():
            raise ScheduleInvalid(f"schedule.at 已经过去 ({to_rfc3339(at)} is in the past)", field="schedule.at")

    def _scheduled(self, campaign: Campaign, after: datetime | None = None) -> Campaign:
        """The campaign with the instant of its next launch, if it is active."""
        if not campaign.is_active:
            return replace(campaign, next_launch_at=None)
        return replace(
            campaign, next_launch_at=next_occurrence(campaign.schedule, after or self._clock.now(), self._zone)
        )

    def _store(self, changed: Campaign, current: Campaign, after: datetime | None = None) -> Campaign:
        stored = replace(self._scheduled(changed, after), version=current.version + 1)
        self._records.replace(stored)
        return stored

    def _open(self, campaign: Campaign, occurrence: datetime, now: datetime) -> Run:
        is_late = campaign.is_too_late(occurrence, now)
        run = self._runs.open(
            Run(
                run_id=run_id_of(campaign.campaign_id, to_rfc3339(occurrence)),
                campaign_id=campaign.campaign_id,
                occurrence=occurrence,
                audience_tag=campaign.audience_tag,
                shards=self._shoppers.shards,
                opened_at=now,
                status=RunStatus.MISSED if is_late else RunStatus.OPEN,
            )
        )
        if run.status is RunStatus.OPEN:
            # Asked for again when the run was there already: whoever opened it may have died before asking.
            self._ask_for(run, dict.fromkeys(range(run.shards), ""))
        return run

    def _ask_for(self, run: Run, cursors: dict[int, str]) -> None:
        self._queue.put(
            [
                PageMessage(run.campaign_id, run.run_id, run.occurrence, shard, cursor)
                for shard, cursor in cursors.items()
            ]
        )

    def _tally(self, run: Run) -> Tally:
        return run.tally or total_of(self._pages.of(run.run_id))

    def _all_runs(self, campaign_id: str) -> Sequence[Run]:
        found, cursor = self._runs.list(campaign_id, _RUNS_AT_ONCE)
        runs = list(found)
        while cursor is not None:
            found, cursor = self._runs.list(campaign_id, _RUNS_AT_ONCE, cursor)
            runs += found
        return runs
