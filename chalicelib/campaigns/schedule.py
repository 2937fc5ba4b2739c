"""When a campaign's next occurrence is."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from chalicelib.campaigns.errors import ScheduleInvalid
from chalicelib.campaigns.model import Schedule


def next_occurrence(schedule: Schedule, after: datetime, zone: ZoneInfo) -> datetime | None:
    """The first occurrence later than ``after``, in UTC; None when there is none.

    Raises ``ScheduleInvalid`` for a cron line that cannot be read or never comes true (30 February).
    """
    if schedule.at is not None:
        return schedule.at if schedule.at > after else None
    if schedule.cron is None:
        return None
    try:
        return next(CronSim(schedule.cron, after.astimezone(zone))).astimezone(UTC)
    except CronSimError as error:
        raise ScheduleInvalid(
            f"schedule.cron 无法识别 ({schedule.cron!r} is no cron line: {error})", field="schedule.cron"
        ) from None
    except StopIteration:
        raise ScheduleInvalid(
            f"schedule.cron 永远不会触发 ({schedule.cron!r} never comes true)", field="schedule.cron"
        ) from None


def minute_of(instant: datetime) -> datetime:
    """The minute an instant lies in: the occurrence of a launch by hand."""
    return instant - timedelta(seconds=instant.second, microseconds=instant.microsecond)
