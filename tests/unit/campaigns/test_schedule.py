"""When campaigns launch, and that each occurrence opens one run."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.campaigns import (
    CampaignChanged,
    CampaignNotActive,
    CampaignStatus,
    CapRing,
    FrequencyCap,
    RunStatus,
    Schedule,
    ScheduleInvalid,
)
from chalicelib.campaigns.schedule import next_occurrence
from tests.support.campaigns import SHANGHAI, at, campaign_shop, go_to, recall
from tests.support.coupons import NOON


def test_cron_is_read_in_the_shops_zone() -> None:
    assert next_occurrence(Schedule("0 20 * * *"), NOON, SHANGHAI) == datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_an_occurrence_that_the_clock_change_skips_or_repeats_comes_once() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    evening = datetime(2026, 10, 24, 18, tzinfo=UTC)
    first = next_occurrence(Schedule("30 2 * * *"), evening, berlin)
    assert first is not None
    second = next_occurrence(Schedule("30 2 * * *"), first, berlin)
    assert second is not None
    assert second - first > timedelta(hours=20)


@pytest.mark.parametrize("cron", ["", "often", "61 * * * *", "0 0 30 2 *", "* * * *"])
def test_a_cron_line_that_never_comes_true_is_refused(cron: str) -> None:
    with pytest.raises(ScheduleInvalid) as refused:
        next_occurrence(Schedule(cron), NOON, SHANGHAI)
    assert refused.value.field == "schedule.cron"


def test_one_instant_comes_once_and_not_after_it_has_passed() -> None:
    shop = campaign_shop("li")
    once = Schedule(at=NOON + timedelta(hours=1))
    shop.campaigns.create(recall(schedule=once))
    shop.clock.advance(timedelta(hours=1))
    assert shop.campaigns.launch_due(shop.clock.now()) == 1
    shop.turn()
    assert shop.campaigns.get("recall").next_launch_at is None
    assert shop.campaigns.launch_due(shop.clock.now() + timedelta(days=1)) == 0
    with pytest.raises(ScheduleInvalid, match="已经过去"):
        shop.campaigns.create(recall(campaign_id="late", schedule=once))
    assert len(shop.mails()) == 1


def test_lifecycles_are_brought_up_to_date_before_anyone_is_chosen() -> None:
    shop = campaign_shop()
    shop.shoppers.sweeps = [7, 1_000, 1_000]
    shop.campaigns.launch_due(NOON)
    assert shop.shoppers.sweeps == []


def test_a_clock_that_stood_still_launches_once_and_goes_on_from_now() -> None:
    shop = campaign_shop("li")
    shop.campaigns.create(recall(latest_start_seconds=7 * 86_400))
    shop.campaigns.launch_due(go_to(shop.clock, "11-25 21:00"))
    runs, _ = shop.campaigns.runs("recall", 10)
    assert [run.occurrence for run in runs] == [at("11-22 20:00")]
    assert shop.campaigns.get("recall").next_launch_at == at("11-26 20:00")


def test_an_occurrence_that_is_found_too_late_is_missed_and_said_so() -> None:
    shop = campaign_shop("li")
    shop.campaigns.create(recall(latest_start_seconds=3_600))
    shop.campaigns.launch_due(go_to(shop.clock, "11-22 21:01"))
    shop.turn()
    (run,), _ = shop.campaigns.runs("recall", 10)
    assert run.status is RunStatus.MISSED
    assert shop.mails() == []
    assert shop.campaigns.report("recall").missed_runs == 1


def test_drafts_and_paused_campaigns_launch_nothing() -> None:
    shop = campaign_shop("li")
    shop.campaigns.create(recall(status=CampaignStatus.DRAFT))
    assert shop.campaigns.launch_due(go_to(shop.clock, "11-22 20:01")) == 0
    with pytest.raises(CampaignNotActive):
        shop.campaigns.launch("recall")
    shop.campaigns.resume("recall")
    assert shop.campaigns.get("recall").next_launch_at == at("11-23 20:00")
    shop.campaigns.pause("recall")
    assert shop.campaigns.launch_due(go_to(shop.clock, "11-23 20:01")) == 0


def test_launches_by_hand_within_a_minute_are_one_run() -> None:
    shop = campaign_shop("li")
    shop.campaigns.create(recall())
    first = shop.campaigns.launch("recall")
    shop.clock.advance(timedelta(seconds=59))
    assert shop.campaigns.launch("recall") == first
    shop.turn()
    assert len(shop.mails()) == 1


def test_an_outdated_change_is_refused() -> None:
    shop = campaign_shop()
    campaign = shop.campaigns.create(recall())
    shop.campaigns.pause("recall")
    with pytest.raises(CampaignChanged):
        shop.stores.records.replace(campaign)


def test_a_ring_counts_what_lies_within_the_window_and_forgets_what_no_cap_can_see() -> None:
    cap = FrequencyCap(sends=2, days=7)
    ring = CapRing("li").with_send(NOON).with_send(NOON + timedelta(days=3))
    assert ring.is_full(cap, NOON + timedelta(days=7, seconds=-1))
    assert not ring.is_full(cap, NOON + timedelta(days=7))
    assert len(ring.with_send(NOON + timedelta(days=91)).sent_at) == 2
