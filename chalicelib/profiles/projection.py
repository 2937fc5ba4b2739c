"""From events to one write: folds them once each, then asks the lifecycle and the tags' rules what holds now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo

from chalicelib.core.errors import Conflict
from chalicelib.profiles.activity import Activity, Deed
from chalicelib.profiles.folding import Standing, folded
from chalicelib.profiles.lifecycle import dormant_from, lifecycle_of
from chalicelib.profiles.model import (
    OWN,
    ActivityUnusable,
    CountedAhead,
    Lifecycle,
    LogIncomplete,
    Profile,
    ProfileChange,
    Shopper,
    Tag,
)
from chalicelib.profiles.subject import ShopperSubject
from chalicelib.profiles.tags import Assignment, TagRegistry, assigned, starter_registry

_MOST_STEPS = 100
"""Changes by time alone that a sweep which comes late dates one by one."""


MOST_AHEAD = 20_000
"""Names of 16 characters that one item of the store has place for."""


class LogTooFresh(Conflict):
    """More events came within a day than a recomputation can tell from those that the stream has yet to bring."""


@dataclass(frozen=True, slots=True)
class Shopkeeping:
    """What a projection must know of the shop: when a shopper is dormant, in which zone its days begin, which tags it has."""

    dormant_after: timedelta = timedelta(days=30)
    zone: tzinfo = field(default=UTC)
    tags: TagRegistry = field(default_factory=starter_registry)


def project(
    shopper: Shopper, activities: Sequence[Activity], now: datetime, shop: Shopkeeping, source: str = OWN
) -> ProfileChange | None:
    """The change that ``activities``, in the order of the log of ``source``, make; None when all were applied before.

    Raises ``ActivityUnusable`` naming the one that cannot be applied, so that one bad event does not hold up the rest.
    """
    standing = Standing(shopper.profile, shopper.traits, shopper.orders)
    through = shopper.profile.applied.get(source, "")
    fresh = [activity for activity in activities if activity.sequence > through]
    for activity in fresh:
        if activity.sequence > through:
            if activity.name not in shopper.counted:
                standing = folded_or_named(standing, activity, shopper, shop)
            through = activity.sequence
    if not fresh:
        return None
    profile = replace(standing.profile, applied={**standing.profile.applied, source: through})
    latest = max(activity.at for activity in fresh)
    return concluded(shopper, replace(standing, profile=profile), max(now, latest), latest, shop)


def recomputed(
    shopper: Shopper,
    log: Sequence[Activity],
    ahead: CountedAhead,
    now: datetime,
    shop: Shopkeeping,
    *,
    may_forget: bool,
) -> ProfileChange:
    """The change that makes the profile what ``log``, all events of a shopper in any order, says.

    ``ahead`` names those of them that the stream may still bring. Tags set by hand, tombstones and consents stay.
    Raises ``LogIncomplete`` when the log has fewer events than the profile has counted, unless ``may_forget``, and
    ``LogTooFresh``.
    """
    if len(ahead.names) > MOST_AHEAD:
        raise LogTooFresh(f"{len(ahead.names)} events of {shopper.shopper_id!r} came within a day: try again tomorrow")
    standing, ahead = _refolded(shopper, log, ahead, shop)
    seen, known = standing.profile.counters.seen, shopper.profile.counters.seen
    if seen < known and not may_forget:
        raise LogIncomplete(f"the log holds {seen} of the {known} events that this profile was made from")
    kept = replace(
        standing.profile,
        applied=shopper.profile.applied,
        due_at=shopper.profile.due_at,
        is_known=standing.profile.is_known or shopper.profile.is_known,
    )
    made = concluded(shopper, replace(standing, profile=kept), now, now, shop)
    return replace(made, counted=ahead)


def _refolded(
    shopper: Shopper, log: Sequence[Activity], ahead: CountedAhead, shop: Shopkeeping
) -> tuple[Standing, CountedAhead]:
    standing, names = Standing(), ahead.names
    missed = shopper.profile.missed
    for activity in log:
        try:
            usable = folded_or_named(standing, activity, shopper, shop)
        except ActivityUnusable:
            usable = None
        if usable is not None and activity.deed is not Deed.UNUSABLE:
            standing = usable
        elif activity.name in names and activity.name not in missed.names and not missed.has_more:
            # The stream has yet to bring it, and will set it aside with its reason.
            names -= {activity.name}
        else:
            standing = folded_or_named(standing, activity.set_aside(), shopper, shop)
    return standing, replace(ahead, names=names)


def concluded(
    shopper: Shopper,
    standing: Standing,
    now: datetime,
    since: datetime,
    shop: Shopkeeping,
    tags_before: Mapping[str, Tag] | None = None,
) -> ProfileChange:
    """The write that brings what is stored of ``shopper`` to ``standing``, with the lifecycle and tags of ``now``.

    ``since`` is said of a tag that is new or has another value than among ``tags_before`` (None: than is stored).
    """
    profile = standing.profile
    lifecycle = lifecycle_of(profile, now, shop.dormant_after)
    assignment = _assigned(shopper, standing, shopper.tags if tags_before is None else tags_before, now, since, shop)
    changes = assignment.changes_from(shopper.tags)
    due_at = _due(profile, lifecycle, now, assignment.flips_at, shop.dormant_after) if changes.is_all else now
    profile = replace(profile, lifecycle=lifecycle, due_at=due_at)
    return ProfileChange(
        shopper.shopper_id,
        replace(profile, version=shopper.profile.version + 1),
        None if standing.traits == shopper.traits else standing.traits,
        changes.tags_set,
        changes.tags_removed,
        orders=tuple(standing.orders[order_id] for order_id in sorted(standing.touched)),
        traits_before=None if standing.traits == shopper.traits else shopper.traits,
    )


def looked_after(shopper: Shopper, now: datetime, shop: Shopkeeping) -> ProfileChange | None:
    """What a sweep at ``now`` finds changed by time alone; None when the shopper is not due."""
    due = shopper.profile.due_at
    if due is None or due > now:
        # The list lags behind: someone was here already.
        return None
    standing, tags, at = _as_stored(shopper), shopper.tags, due
    for _ in range(_MOST_STEPS):
        # From one change to the next, so that each tag holds since its own, however late the sweep is.
        assignment = _assigned(shopper, standing, tags, at, at, shop)
        tags = assignment.tags
        if assignment.flips_at is None or assignment.flips_at > now:
            break
        at = assignment.flips_at
    return concluded(shopper, standing, now, now, shop, tags)


def subject_of(shopper: Shopper, shop: Shopkeeping) -> ShopperSubject:
    """A shopper for rules, with all tags they carry."""
    return ShopperSubject(
        shopper.profile, shopper.traits, shopper.tags, shopper.consents, shop.dormant_after, shop.zone
    )


def _assigned(
    shopper: Shopper, standing: Standing, tags: Mapping[str, Tag], now: datetime, since: datetime, shop: Shopkeeping
) -> Assignment:
    subject = ShopperSubject(standing.profile, standing.traits, tags, shopper.consents, shop.dormant_after, shop.zone)
    may_infer = shopper.consents.is_personalised
    return assigned(shop.tags, tags, subject, now, since, shopper.withheld, may_infer=may_infer)


def _as_stored(shopper: Shopper) -> Standing:
    return Standing(shopper.profile, shopper.traits)


def _due(
    profile: Profile, lifecycle: Lifecycle, now: datetime, flips_at: datetime | None, dormant_after: timedelta
) -> datetime | None:
    dates = [flips_at, None if lifecycle is Lifecycle.DORMANT else dormant_from(profile, dormant_after)]
    wanted = min((date for date in dates if date is not None), default=None)
    standing = profile.due_at
    if wanted is not None and standing is not None and now < standing < wanted:
        # An earlier date that stands is left where it is: moving it would cost index writes at every event.
        return standing
    return wanted


def folded_or_named(standing: Standing, activity: Activity, shopper: Shopper, shop: Shopkeeping) -> Standing:
    """What is known after one more event. Raises ``ActivityUnusable`` naming it when it cannot be applied."""
    received_at = activity.received_at or activity.at
    try:
        return folded(standing, activity, shop.zone, is_personalised=shopper.consents.was_personalised(received_at))
    except (ArithmeticError, TypeError, ValueError, LookupError, AttributeError, RecursionError) as error:
        raise ActivityUnusable(activity.sequence, f"{type(error).__name__}: {error}") from error
