"""Campaigns over HTTP: write down, launch, pause, resume, report, and why a shopper was written to or not."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.answer import Answer
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.api.sources import across
from chalicelib.campaigns import (
    Campaign,
    CampaignStatus,
    CampaignType,
    FrequencyCap,
    Message,
    OnUnknown,
    Run,
    Schedule,
    Send,
    Tally,
)
from chalicelib.core.access import Scope
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.ids import new_id
from chalicelib.privacy import Channel

blueprint = Blueprint(__name__)

Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class AudienceBody(msgspec.Struct, forbid_unknown_fields=True):
    """Who: the carriers of a tag."""

    tag: str


class ScheduleBody(msgspec.Struct, forbid_unknown_fields=True):
    """When: a cron line in the shop's zone, or one instant."""

    cron: str | None = None
    at: Instant | None = None


class MessageBody(msgspec.Struct, forbid_unknown_fields=True):
    """What: two Jinja2 templates."""

    subject: str
    body: str


class CapBody(msgspec.Struct, forbid_unknown_fields=True):
    """How often: at most ``sends`` in any ``days`` days."""

    sends: int = 1
    days: int = 7


class CampaignBody(msgspec.Struct, forbid_unknown_fields=True):
    """A campaign as it is sent."""

    name: str
    audience: AudienceBody
    message: MessageBody
    id: str | None = None
    type: Literal["recall"] = "recall"
    schedule: ScheduleBody = msgspec.field(default_factory=ScheduleBody)
    channel: Literal["email"] = "email"
    coupon_id: str | None = None
    cap: CapBody = msgspec.field(default_factory=CapBody)
    latest_start_seconds: int = 21_600
    on_unknown: Literal["hold", "retry"] = "hold"
    status: Literal["draft", "active"] = "draft"


@route(blueprint, "POST", "/v1/campaigns", scope=Scope.ADMIN)
def create_campaign(request: Request) -> Answer:
    services = wiring.services()
    body = request.json(CampaignBody)
    created = services.campaigns.create(_campaign(body, body.id or new_id(services.randomness)))
    return Answer(_view(created), 201)


@route(blueprint, "GET", "/v1/campaigns", scope=Scope.ADMIN)
def list_campaigns(request: Request) -> dict[str, Any]:
    campaigns, next_cursor = wiring.services().campaigns.list(*request.page())
    return {"items": [_view(campaign) for campaign in campaigns], "next_cursor": next_cursor}


@route(blueprint, "GET", "/v1/campaigns/{campaign_id}", scope=Scope.ADMIN)
def get_campaign(request: Request, campaign_id: str) -> dict[str, Any]:
    return _view(wiring.services().campaigns.get(campaign_id))


@route(blueprint, "PUT", "/v1/campaigns/{campaign_id}", scope=Scope.ADMIN)
def put_campaign(request: Request, campaign_id: str) -> dict[str, Any]:
    body = request.json(CampaignBody)
    if body.id not in (None, campaign_id):
        raise InvalidRequest("id differs from the one in the path", field="id")
    return _view(wiring.services().campaigns.replace(_campaign(body, campaign_id)))


@route(blueprint, "POST", "/v1/campaigns/{campaign_id}/launch", scope=Scope.ADMIN)
def launch_campaign(request: Request, campaign_id: str) -> Answer:
    return Answer(_run_view(wiring.services().campaigns.launch(campaign_id)), 202)


@route(blueprint, "POST", "/v1/campaigns/{campaign_id}/pause", scope=Scope.ADMIN)
def pause_campaign(request: Request, campaign_id: str) -> dict[str, Any]:
    return _view(wiring.services().campaigns.pause(campaign_id))


@route(blueprint, "POST", "/v1/campaigns/{campaign_id}/resume", scope=Scope.ADMIN)
def resume_campaign(request: Request, campaign_id: str) -> dict[str, Any]:
    return _view(wiring.services().campaigns.resume(campaign_id))


@route(blueprint, "GET", "/v1/campaigns/{campaign_id}/runs", scope=Scope.ADMIN)
def list_runs(request: Request, campaign_id: str) -> dict[str, Any]:
    runs, next_cursor = wiring.services().campaigns.runs(campaign_id, *request.page())
    return {"items": [_run_view(run) for run in runs], "next_cursor": next_cursor}


@route(blueprint, "GET", "/v1/campaigns/{campaign_id}/report", scope=Scope.ADMIN)
def read_report(request: Request, campaign_id: str) -> dict[str, Any]:
    report = wiring.services().campaigns.report(campaign_id)
    return {
        "campaign_id": report.campaign_id,
        "runs": report.runs,
        "open_runs": report.open_runs,
        "missed_runs": report.missed_runs,
        **_tally_view(report.tally),
        "coupons_redeemed": report.redemptions.count,
        "discount": report.redemptions.discount,
    }


@route(blueprint, "GET", "/v1/profiles/{shopper_id}/decisions", scope=Scope.ADMIN)
def list_decisions(request: Request, shopper_id: str) -> dict[str, Any]:
    limit, cursor = request.page()
    campaign_id = request.query.get("campaign") or None
    campaigns = wiring.services().campaigns

    def decisions(source: str, most: int, place: str | None) -> tuple[Sequence[Send], str | None]:
        return campaigns.decisions(source, campaign_id, most, place)

    sends, next_cursor = across(shopper_id, decisions, limit, cursor)
    return {"items": [_decision_view(send) for send in sends], "next_cursor": next_cursor}


def _campaign(body: CampaignBody, campaign_id: str) -> Campaign:
    return Campaign(
        campaign_id=campaign_id,
        name=body.name,
        audience_tag=body.audience.tag,
        message=Message(body.message.subject, body.message.body),
        created_at=wiring.services().clock.now(),
        schedule=Schedule(body.schedule.cron, body.schedule.at),
        type=CampaignType(body.type),
        channel=Channel(body.channel),
        coupon_id=body.coupon_id,
        cap=FrequencyCap(body.cap.sends, body.cap.days),
        latest_start_seconds=body.latest_start_seconds,
        on_unknown=OnUnknown(body.on_unknown),
        status=CampaignStatus(body.status),
    )


def _view(campaign: Campaign) -> dict[str, Any]:
    return {
        "id": campaign.campaign_id,
        "name": campaign.name,
        "type": campaign.type,
        "audience": {"tag": campaign.audience_tag},
        "schedule": {"cron": campaign.schedule.cron, "at": _time(campaign.schedule.at)},
        "channel": campaign.channel,
        "message": {"subject": campaign.message.subject, "body": campaign.message.body},
        "coupon_id": campaign.coupon_id,
        "cap": {"sends": campaign.cap.sends, "days": campaign.cap.days},
        "latest_start_seconds": campaign.latest_start_seconds,
        "on_unknown": campaign.on_unknown,
        "status": campaign.status,
        "next_launch_at": _time(campaign.next_launch_at),
        "created_at": _time(campaign.created_at),
        "version": campaign.version,
    }


def _run_view(run: Run) -> dict[str, Any]:
    return {
        "id": run.run_id,
        "campaign_id": run.campaign_id,
        "occurrence": _time(run.occurrence),
        "status": run.status,
        "opened_at": _time(run.opened_at),
        "completed_at": _time(run.completed_at),
        **_tally_view(run.tally or Tally()),
    }


def _tally_view(tally: Tally) -> dict[str, Any]:
    return {
        "audience": tally.audience,
        "sent": tally.sent,
        "skipped": dict(tally.skipped),
        "failed": tally.failed,
        "unknown": tally.unknown,
        "coupons_issued": tally.coupons,
    }


def _decision_view(send: Send) -> dict[str, Any]:
    return {
        "send_id": send.send_id,
        "campaign_id": send.campaign_id,
        "run_id": send.run_id,
        "occurrence": _time(send.occurrence),
        "channel": send.channel,
        "state": send.state,
        "reason": send.reason,
        "reason_text": send.reason_text,
        "decided_at": _time(send.decided_at),
        "sent_at": _time(send.sent_at),
        "has_coupon": send.issue_id is not None,
    }


def _time(instant: datetime | None) -> str | None:
    return to_rfc3339(instant) if instant else None
