"""What is done with coupons beside giving them: operations, alerts, reminders."""

from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from chalicelib.core.chores import Chores
    from chalicelib.coupons import Operations, Reminding, Watch
from chalicelib.wiring.marketing import Marketing


class CouponOperations(Marketing):
    """What is done with coupons beside giving them: operations, alerts, reminders."""

    @cached_property
    def coupon_operations(self) -> "Operations":
        from chalicelib.adapters.dynamodb.coupons import DynamoCouponTemplates
        from chalicelib.coupons import Operations

        return Operations(DynamoCouponTemplates(self.marketing_table, self.transactions), self.clock)

    @cached_property
    def coupon_watch(self) -> "Watch":
        from chalicelib.adapters.aws.alert_bell import MetricBell
        from chalicelib.adapters.dynamodb.coupon_alerts import DynamoCouponAlerts
        from chalicelib.adapters.dynamodb.coupons import DynamoCouponTemplates
        from chalicelib.coupons import Watch

        templates = DynamoCouponTemplates(self.marketing_table, self.transactions)
        bell, zone = MetricBell(self.settings.stage), ZoneInfo(self.settings.shop_zone)
        return Watch(templates, DynamoCouponAlerts(self.marketing_table), bell, self.clock, zone)

    @cached_property
    def coupon_reminding(self) -> "Reminding":
        from chalicelib.adapters.aws.coupon_reminders import EventReminders
        from chalicelib.adapters.aws.queues import SqsEventQueue
        from chalicelib.adapters.dynamodb.coupon_reminders import DynamoCouponReminders
        from chalicelib.coupons import Reminding

        post = EventReminders(SqsEventQueue(self._client("sqs"), self.settings.events_queue_url))
        return Reminding(DynamoCouponReminders(self.shoppers_table), post, self.clock)

    @cached_property
    def coupon_chores(self) -> "Chores":
        from chalicelib.core.chores import Chores

        return Chores(
            self.coupons.lapse_due,
            self.coupon_blocks.return_due,
            self.coupon_watch.look,
            self.coupon_reminding.send_due,
            self.coupon_reports.fold_some,
        )
