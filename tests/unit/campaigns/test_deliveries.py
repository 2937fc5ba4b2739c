"""A page of an audience is decided and delivered once."""

from datetime import UTC, timedelta
from typing import Any

import pytest

from chalicelib.campaigns import (
    AudiencePage,
    CampaignNotFound,
    FrequencyCap,
    Mail,
    MailOutcomeUnknown,
    MailRejected,
    OnUnknown,
    PageMessage,
    Reason,
    RunNotFound,
    RunStatus,
    Schedule,
    SendState,
)
from chalicelib.core.errors import Unavailable
from tests.support.campaigns import CampaignShop, at, campaign_shop, go_to, recall, with_coupon
from tests.support.coupons import twenty_off


def launch(shop: CampaignShop, day: str = "11-22") -> None:
    go_to(shop.clock, f"{day} 20:01")
    shop.campaigns.launch_due(shop.clock.now())
    shop.turn()


def test_a_due_campaign_writes_to_every_dormant_shopper_once() -> None:
    shop = campaign_shop(*(f"shopper-{number}" for number in range(20)))
    shop.campaigns.create(recall())
    launch(shop)
    assert sorted(mail.to for mail in shop.mails()) == sorted(f"shopper-{n}@example.com" for n in range(20))
    assert shop.mails()[0].subject == "李雷，好久不见"
    report = shop.campaigns.report("recall")
    assert (report.tally.audience, report.tally.sent, report.open_runs) == (20, 20, 0)
    assert len(shop.announcements.told) == 20


def test_a_schedule_and_a_queue_that_run_again_send_nothing_more() -> None:
    shop = campaign_shop("li", "wang")
    shop.campaigns.create(recall())
    launch(shop)
    (run,), _ = shop.campaigns.runs("recall", 10)
    shop.campaigns.launch_due(shop.clock.now())
    shop.queue.put([PageMessage("recall", run.run_id, run.occurrence, shard) for shard in (0, 1)] * 3)
    shop.turn()
    assert len(shop.mails()) == 2
    assert run.status is RunStatus.COMPLETED
    assert run.occurrence == at("11-22 20:00").astimezone(UTC)


def test_who_was_merged_since_the_list_was_read_is_written_to_once() -> None:
    shop = campaign_shop("li", "visitor")
    shop.shoppers.merged["visitor"] = "li"
    shop.campaigns.create(recall())
    launch(shop)
    assert [mail.to for mail in shop.mails()] == ["li@example.com"]
    assert shop.decision("visitor").reason is Reason.SHOPPER_GONE


def test_a_coupon_comes_with_the_message_and_is_issued_once() -> None:
    shop = campaign_shop("li")
    coupon = shop.coupons.create(twenty_off())
    shop.campaigns.create(with_coupon())
    launch(shop)
    (owned,), _ = shop.coupons.owned_by("li", 10)
    assert owned.code in shop.mails()[0].body
    assert shop.mails()[0].subject == "李雷，¥20 回归礼"
    assert "2026-11-29 前有效" in shop.mails()[0].body
    assert owned.source == "campaign/recall"
    assert shop.coupons.left(coupon) == 9
    assert shop.campaigns.report("recall").tally.coupons == 1


@pytest.mark.parametrize(
    ("arrange", "reason"),
    [
        (lambda shop: shop.shoppers.add("li", consents=False), Reason.NO_CONSENT),
        (lambda shop: shop.shoppers.switch_off("li"), Reason.PERSONALISATION_OFF),
        (lambda shop: shop.shoppers.add("li", email=None), Reason.NO_ADDRESS),
    ],
)
def test_a_shopper_who_does_not_pass_the_gate_gets_nothing_and_the_log_says_why(arrange, reason) -> None:  # type: ignore[no-untyped-def]
    shop = campaign_shop("li")
    arrange(shop)
    shop.campaigns.create(recall())
    launch(shop)
    assert shop.mails() == []
    assert shop.decision("li").reason is reason
    assert shop.decision("li").state is SendState.SKIPPED
    tally = shop.campaigns.report("recall").tally
    assert tally.skipped == {str(reason): 1}
    assert tally.is_balanced


def test_reasons_are_asked_in_the_order_of_the_policy() -> None:
    shop = campaign_shop()
    shop.shoppers.add("li", consents=False, email=None)
    shop.shoppers.switch_off("li")
    shop.campaigns.create(recall())
    launch(shop)
    assert shop.decision("li").reason is Reason.NO_CONSENT
    assert shop.decision("li").reason_text == "未同意接收该渠道的营销信息"


def test_a_shopper_who_came_back_before_the_send_is_skipped() -> None:
    shop = campaign_shop("li")
    shop.campaigns.create(recall())
    go_to(shop.clock, "11-22 20:01")
    shop.campaigns.launch_due(shop.clock.now())
    shop.shoppers.wakes_once_listed = True
    shop.turn()
    assert shop.decision("li").reason is Reason.LEFT_AUDIENCE


def test_the_cap_is_a_rolling_window_that_midnight_does_not_reset() -> None:
    shop = campaign_shop("li")
    for name, cron in (("late", "0 23 * * *"), ("early", "5 0 * * *")):
        shop.campaigns.create(recall(campaign_id=name, schedule=Schedule(cron), cap=FrequencyCap(1, 1)))
    for moment in ("11-22 23:00", "11-23 00:05"):
        shop.campaigns.launch_due(go_to(shop.clock, moment))
        shop.turn()
    assert len(shop.mails()) == 1
    assert shop.decision("li").reason is Reason.CAPPED
    shop.campaigns.launch_due(go_to(shop.clock, "11-23 23:00"))
    shop.turn()
    assert len(shop.mails()) == 2


def test_stock_that_runs_out_skips_the_rest_and_says_so() -> None:
    shop = campaign_shop(*(f"shopper-{number}" for number in range(10)))
    shop.coupons.create(twenty_off(stock=4))
    shop.campaigns.create(with_coupon())
    launch(shop)
    tally = shop.campaigns.report("recall").tally
    assert (tally.sent, tally.coupons, tally.skipped) == (4, 4, {"coupon_sold_out": 6})
    assert len(shop.mails()) == 4


def test_a_message_that_lacks_a_name_fails_before_anything_is_taken() -> None:
    shop = campaign_shop()
    shop.shoppers.add("li", name=None)
    coupon = shop.coupons.create(twenty_off())
    shop.campaigns.create(with_coupon())
    launch(shop)
    assert shop.decision("li").reason is Reason.MESSAGE_INCOMPLETE
    assert shop.decision("li").state is SendState.FAILED
    assert "name" in shop.decision("li").reason_text
    assert shop.coupons.left(coupon) == 10
    assert shop.stores.outbox.ring_of("li").version == 0
    assert shop.campaigns.report("recall").tally.failed == 1


class Provider:
    """A mailer that does what tests tell it: ``troubles`` are raised one by one, after sending if ``is_sent``."""

    def __init__(self, *troubles: Exception, is_sent: bool = False) -> None:
        self.troubles = list(troubles)
        self.is_sent = is_sent
        self.sent: list[Mail] = []

    def send(self, mail: Mail) -> str:
        trouble = self.troubles.pop(0) if self.troubles else None
        if trouble is None or self.is_sent:
            self.sent.append(mail)
        if trouble is not None:
            raise trouble
        return f"provider-{len(self.sent)}"


def shop_with(provider: Provider) -> CampaignShop:
    return campaign_shop("li", mailer=provider)


def test_an_address_that_the_provider_rejects_fails_with_the_reason() -> None:
    shop = shop_with(Provider(MailRejected("MessageRejected")))
    shop.campaigns.create(recall())
    launch(shop)
    assert shop.decision("li").reason is Reason.ADDRESS_REJECTED
    assert shop.campaigns.report("recall").tally.failed == 1


def test_a_busy_provider_is_asked_again() -> None:
    shop = shop_with(Provider(Unavailable("slow down"), Unavailable("slow down")))
    shop.campaigns.create(recall())
    launch(shop)
    assert shop.decision("li").state is SendState.PENDING
    shop.deliver_again()
    shop.deliver_again()
    assert len(shop.mails()) == 1
    assert shop.decision("li").attempts == 3
    assert shop.campaigns.report("recall").open_runs == 0


def test_a_lost_answer_is_held_for_a_person() -> None:
    shop = shop_with(Provider(MailOutcomeUnknown("ReadTimeoutError"), is_sent=True))
    shop.campaigns.create(recall(on_unknown=OnUnknown.HOLD))
    launch(shop)
    shop.deliver_again()
    assert len(shop.mails()) == 1
    assert shop.decision("li").state is SendState.UNKNOWN
    report = shop.campaigns.report("recall")
    assert (report.tally.unknown, report.open_runs) == (1, 1)


def test_a_lost_answer_is_retried_after_the_lease_where_the_campaign_says_so() -> None:
    shop = shop_with(Provider(MailOutcomeUnknown("ReadTimeoutError")))
    shop.campaigns.create(recall(on_unknown=OnUnknown.RETRY))
    launch(shop)
    shop.queue.waiting += shop.refused
    shop.turn()
    assert shop.mails() == [], "the lease was not over"
    shop.deliver_again()
    assert len(shop.mails()) == 1
    assert shop.decision("li").state is SendState.SENT


def test_consent_withdrawn_while_a_send_waits_stops_it() -> None:
    shop = shop_with(Provider(Unavailable("slow down")))
    shop.campaigns.create(recall())
    launch(shop)
    shop.shoppers.add("li", consents=False)
    shop.deliver_again()
    assert shop.mails() == []
    assert shop.decision("li").reason is Reason.NO_CONSENT
    assert shop.campaigns.report("recall").open_runs == 0


def test_a_send_that_comes_too_late_is_dropped_with_the_reason() -> None:
    shop = campaign_shop("li")
    shop.campaigns.create(recall(latest_start_seconds=3_600))
    go_to(shop.clock, "11-22 20:01")
    shop.campaigns.launch_due(shop.clock.now())
    shop.clock.advance(timedelta(hours=1))
    shop.turn()
    assert shop.mails() == []
    assert shop.decision("li").reason is Reason.TOO_LATE


def test_a_paused_campaign_waits_and_goes_on_where_it_stopped() -> None:
    shop = campaign_shop(*(f"shopper-{number:02}" for number in range(20)))
    shop.campaigns.create(recall())
    go_to(shop.clock, "11-22 20:01")
    shop.campaigns.launch_due(shop.clock.now())
    shop.turn(rounds=3)
    before = len(shop.mails())
    assert 0 < before < 20
    shop.campaigns.pause("recall")
    shop.turn()
    assert len(shop.mails()) == before
    shop.campaigns.resume("recall")
    shop.turn()
    assert len({mail.to for mail in shop.mails()}) == len(shop.mails()) == 20
    assert shop.campaigns.report("recall").open_runs == 0


def test_shoppers_who_join_or_leave_between_two_deliveries_of_a_page_do_not_change_it() -> None:
    shop = shop_with(Provider(Unavailable("slow down")))
    shop.campaigns.create(recall())
    launch(shop)
    shop.shoppers.add("la")
    shop.shoppers.wake("li")
    shop.deliver_again()
    report = shop.campaigns.report("recall")
    assert report.tally.audience == 1
    assert report.open_runs == 0


def test_a_page_of_nothing_that_exists_is_refused() -> None:
    shop = campaign_shop("li")
    message = PageMessage("recall", "run", shop.clock.now(), 0)
    with pytest.raises(CampaignNotFound):
        shop.deliveries.deliver_page(message)
    shop.campaigns.create(recall())
    with pytest.raises(RunNotFound):
        shop.deliveries.deliver_page(message)


def test_workers_that_read_a_page_at_once_deliver_the_one_that_was_stored_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop = campaign_shop("li", "wang")
    list_shoppers = shop.shoppers.tagged

    def while_another_worker_is_faster(*asked: Any) -> Any:
        (run,), _ = shop.stores.runs.list("recall", 1)
        shop.stores.pages.open(AudiencePage(run.run_id, asked[1], "", (), None))
        return list_shoppers(*asked)

    monkeypatch.setattr(shop.shoppers, "tagged", while_another_worker_is_faster)
    shop.campaigns.create(recall())
    launch(shop)
    assert shop.mails() == []
    assert shop.campaigns.report("recall").tally.audience == 0
