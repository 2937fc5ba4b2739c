"""The use cases of segments.

Who is in a segment is asked of the profile when it matters, so it is never late: nothing has to be recomputed when a shopper
changes, a rule does, or a date passes.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from chalicelib.core.clock import Clock
from chalicelib.core.errors import Unavailable
from chalicelib.core.remembered import Remembered
from chalicelib.profiles import ProfileRecords, Shopkeeping, Shopper, subject_of
from chalicelib.rules import Rule, Why
from chalicelib.segments.model import (
    MAX_SEGMENTS,
    Segment,
    SegmentExists,
    SegmentUnknown,
    StaleSegment,
    TooManySegments,
)
from chalicelib.segments.ports import SegmentRecords

_TRIES: Final = 8


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether a shopper is in, and why. ``is_off``: they switched personalisation off, so they are in no segment."""

    shopper_id: str
    is_in: bool
    why: Why
    is_off: bool


class Segments:
    """The segments there are, and who is in them. ``shop`` tells how the shop is kept."""

    def __init__(
        self,
        records: SegmentRecords,
        shoppers: ProfileRecords,
        clock: Clock,
        shop: Callable[[], Shopkeeping],
        cache_seconds: int,
    ) -> None:
        self._records = records
        self._shoppers = shoppers
        self._clock = clock
        self._shop = shop
        self._known = Remembered(self.all, clock, cache_seconds)

    def known(self) -> Sequence[Segment]:
        """The segments, the oldest first, at most ``cache_seconds`` old; older ones while the store does not answer."""
        return self._known.value()

    def all(self) -> Sequence[Segment]:
        """The segments as of now, the oldest first."""
        return sorted(self._records.all(), key=lambda each: (each.created_at, each.segment_id))

    def get(self, segment_id: str) -> Segment:
        """One segment as of now. Raises ``SegmentUnknown``."""
        segment = self._records.get(segment_id)
        if segment is None:
            raise SegmentUnknown(f"没有这个人群 (there is no segment {segment_id[:40]!r})")
        return segment

    def create(self, segment: Segment) -> Segment:
        """Add a segment. Raises ``SegmentExists``, ``TooManySegments``."""
        made = self._added(segment)
        # Others may have been added since: whoever finds too many takes theirs back.
        if len(self._records.all()) > MAX_SEGMENTS:
            self.delete(made.segment_id)
            raise _too_many()
        return made

    def _added(self, segment: Segment) -> Segment:
        if len(self._records.all()) >= MAX_SEGMENTS:
            raise _too_many()
        try:
            return self._stored(segment, None)
        except StaleSegment:
            raise SegmentExists(
                f"人群 {segment.segment_id} 已存在 (a segment with this id exists)", field="id"
            ) from None

    def replace(self, segment: Segment, version: int | None = None) -> Segment:
        """Put a segment in the place of the one with its id. Raises ``SegmentUnknown``, ``StaleSegment`` when ``version`` is
        given and no longer the current one, and ``Unavailable`` when others keep changing it."""
        for _ in range(_TRIES):
            current = self.get(segment.segment_id)
            if version is not None and version != current.version:
                raise StaleSegment(f"the segment is at version {current.version}", field="version")
            changed = replace(segment, created_at=current.created_at, version=current.version + 1)
            # Who names no version means to come last.
            with suppress(StaleSegment):
                return self._stored(changed, current.version)
        raise Unavailable("人群正被他人修改，请稍后再试 (others are changing this segment, try again)")

    def delete(self, segment_id: str) -> None:
        """Remove a segment; what names it then has nobody in it. Raises ``SegmentUnknown``, ``StaleSegment``."""
        self._records.delete(segment_id, self.get(segment_id).version)
        self._known.forget()

    def of(self, shopper: Shopper) -> frozenset[str]:
        """The segments that a shopper is in at the moment; none for who switched personalisation off."""
        if not shopper.profile.version or not shopper.consents.is_personalised:
            return frozenset()
        subject, now = subject_of(shopper, self._shop()), self._clock.now()
        return frozenset(each.segment_id for each in self.known() if each.condition.outcome(subject, now)[0])

    def judge(self, rule: Rule, shopper_ids: Sequence[str]) -> Iterator[Judged]:
        """What a rule, saved or not, says of these shoppers, of each once; of those of whom nothing is known, nothing."""
        shop, now, met = self._shop(), self._clock.now(), set[str]()
        for shopper_id in dict.fromkeys(shopper_ids):
            shopper = self._shoppers.load(shopper_id)
            if shopper.profile.version and shopper.shopper_id not in met:
                met.add(shopper.shopper_id)
                verdict = rule.judge(subject_of(shopper, shop), now)
                is_off = not shopper.consents.is_personalised
                yield Judged(shopper.shopper_id, verdict.is_true and not is_off, verdict.why, is_off)

    def _stored(self, segment: Segment, expected_version: int | None) -> Segment:
        self._records.put(segment, expected_version)
        self._known.forget()
        return segment


def _too_many() -> TooManySegments:
    return TooManySegments(f"人群已满 {MAX_SEGMENTS} 个 (there are {MAX_SEGMENTS} segments already)")
