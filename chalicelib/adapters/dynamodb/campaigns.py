"""Campaigns, runs and pages in the marketing table.

Units: a launch writes the run (1) and moves the campaign with its entry in ``lists`` (1 + 2); a page of 50 shoppers is
written when it is first read (about 2) and when it is settled (1).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import msgspec

from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import (
    BODY,
    CAMPAIGNS,
    LAUNCHES,
    LIST_PK,
    LIST_SK,
    SK,
    campaign_key,
    page_key,
    page_partition,
    run_key,
    run_partition,
)
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.campaigns import (
    AudiencePage,
    Campaign,
    CampaignChanged,
    CampaignExists,
    Run,
    RunStatus,
    Tally,
)
from chalicelib.core.clock import to_rfc3339

_NEW = "attribute_not_exists(pk)"
_AFTER_EVERY_ID = "\uffff"


class DynamoCampaignRecords:
    """``CampaignRecords`` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def create(self, campaign: Campaign) -> None:
        try:
            self._table.put(_campaign_item(campaign), _NEW)
        except ConditionFailed:
            raise CampaignExists(
                f"活动 {campaign.campaign_id} 已存在 (a campaign with this id exists)", field="id"
            ) from None

    def get(self, campaign_id: str) -> Campaign | None:
        item = self._table.get(campaign_key(campaign_id), consistent=True)
        return _to_campaign(item) if item else None

    def list(self, limit: int, cursor: str | None = None) -> tuple[Sequence[Campaign], str | None]:
        page = self._table.query(CAMPAIGNS, limit=limit, after=cursor)
        return [_to_campaign(item) for item in page.items], page.next_key

    def replace(self, campaign: Campaign) -> None:
        try:
            self._table.put(_campaign_item(campaign), "v = :before", {":before": campaign.version - 1})
        except ConditionFailed:
            raise CampaignChanged("活动已被他人修改，请刷新后重试 (the campaign was changed in between)") from None

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        places, _ = self._table.query_list(LAUNCHES, limit=limit, up_to=f"{to_rfc3339(now)}#{_AFTER_EVERY_ID}")
        return [place[SK] for place in places]


class DynamoRuns:
    """``Runs`` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def open(self, run: Run) -> Run:
        try:
            self._table.put(_run_item(run), _NEW)
        except ConditionFailed as refused:
            return _to_run(refused.existing) if refused.existing else run
        return run

    def get(self, campaign_id: str, occurrence: datetime, run_id: str) -> Run | None:
        item = self._table.get(run_key(campaign_id, to_rfc3339(occurrence), run_id), consistent=True)
        return _to_run(item) if item else None

    def list(self, campaign_id: str, limit: int, cursor: str | None = None) -> tuple[Sequence[Run], str | None]:
        page = self._table.query(
            run_partition(campaign_id), limit=limit, after=cursor, newest_first=True, consistent=True
        )
        return [_to_run(item) for item in page.items], page.next_key

    def complete(self, run: Run, tally: Tally, now: datetime) -> None:
        closed = replace(run, status=RunStatus.COMPLETED, completed_at=now, tally=tally)
        try:
            self._table.put(_run_item(closed), "s = :open", {":open": str(RunStatus.OPEN)})
        except ConditionFailed:
            return


class DynamoAudiencePages:
    """``AudiencePages`` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def open(self, page: AudiencePage) -> AudiencePage:
        try:
            self._table.put(_page_item(page), _NEW)
        except ConditionFailed as refused:
            return _to_page(refused.existing) if refused.existing else page
        return page

    def get(self, run_id: str, shard: int, cursor: str) -> AudiencePage | None:
        item = self._table.get(page_key(run_id, shard, cursor), consistent=True)
        return _to_page(item) if item else None

    def settle(self, page: AudiencePage) -> None:
        # Settled pages are read again for every report: they go on without their shoppers.
        kept = replace(page, shoppers=()) if page.is_settled else page
        try:
            self._table.put(_page_item(kept), "attribute_not_exists(done)")
        except ConditionFailed:
            return

    def of(self, run_id: str) -> Sequence[AudiencePage]:
        return [_to_page(item) for item in self._table.query_all(page_partition(run_id), consistent=True)]


def _campaign_item(campaign: Campaign) -> Item:
    launch = campaign.next_launch_at
    return {
        **campaign_key(campaign.campaign_id),
        LIST_PK: LAUNCHES if launch else None,
        LIST_SK: f"{to_rfc3339(launch)}#{campaign.campaign_id}" if launch else None,
        "v": campaign.version,
        BODY: msgspec.json.encode(campaign).decode(),
    }


def _to_campaign(item: Item) -> Campaign:
    return msgspec.json.decode(item[BODY], type=Campaign)


def _run_item(run: Run) -> Item:
    return {
        **run_key(run.campaign_id, to_rfc3339(run.occurrence), run.run_id),
        "s": str(run.status),
        BODY: msgspec.json.encode(run).decode(),
    }


def _to_run(item: Item) -> Run:
    return msgspec.json.decode(item[BODY], type=Run)


def _page_item(page: AudiencePage) -> Item:
    return {
        **page_key(page.run_id, page.shard, page.cursor),
        "done": 1 if page.is_settled else None,
        BODY: msgspec.json.encode(page).decode(),
    }


def _to_page(item: Item) -> AudiencePage:
    return msgspec.json.decode(item[BODY], type=AudiencePage)
