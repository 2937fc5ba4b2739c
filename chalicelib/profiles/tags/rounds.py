"""Rounds over all shoppers: each is judged by the tags' rules as they are now, and what they carry is counted.

A round is made of pages that a worker can do again after the one before it died: judging twice is judging once, and a page is
counted in the same conditional write that moves on from it.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import msgspec

from chalicelib.core.clock import Clock
from chalicelib.core.errors import NotFound, Unavailable
from chalicelib.core.ids import digest
from chalicelib.profiles.model import StaleProfile, Tag
from chalicelib.profiles.tags.definition import TagDefinition
from chalicelib.profiles.tags.registry import TagRegistry
from chalicelib.profiles.tags.tallies import Tally, tallied

PAGE_ITEMS = 500
"""Items of the store that a page looks at, a fifth to a tenth of them profiles: a second or two of a worker's minute."""
EVERY = timedelta(days=1)
"""So old a count may be. A round a day also mends what a container with older rules judged while they were changed."""
PATIENCE = timedelta(minutes=15)
"""A worker repeats a page that failed for minutes; a round that stands still for longer is pushed."""
LATEST = 20


class RoundNotFound(NotFound):
    """There is no round of this id."""


class RoundStatus(StrEnum):
    """``OVERTAKEN``: a later round took over, with newer rules."""

    RUNNING = "running"
    DONE = "done"
    OVERTAKEN = "overtaken"


@dataclass(frozen=True, slots=True)
class Round:
    """``round_id`` grows with time. ``rules`` tells the rules apart that it was begun for. ``page`` counts the steps taken,
    ``after`` is where the next begins. ``retagged`` counts shoppers of whom something changed, ``busy`` those who kept
    changing and were judged by whoever changed them. ``tallies`` are by tag id.
    """

    round_id: str
    rules: str
    started_at: datetime
    changed_at: datetime
    status: RoundStatus = RoundStatus.RUNNING
    page: int = 0
    after: str | None = None
    looked_at: int = 0
    retagged: int = 0
    busy: int = 0
    tallies: Mapping[str, Tally] = field(default_factory=dict)

    @property
    def is_running(self) -> bool:
        return self.status is RoundStatus.RUNNING


@dataclass(frozen=True, slots=True)
class Judged:
    """A shopper's tags after they were judged, and whether anything changed; no tags at all of one who is gone."""

    tags: Mapping[str, Tag]
    has_changed: bool


class RoundRecords(Protocol):
    """What is known of rounds. Whoever stores a running one also has its next page done, by some worker, some time."""

    def add(self, new: Round) -> bool:
        """Store a new one; False when its id is taken."""
        ...

    def get(self, round_id: str) -> Round | None: ...

    def replace(self, before: Round, after: Round) -> bool:
        """Store ``after`` if the record is still at ``before``'s page and running; whether it was."""
        ...

    def latest(self, limit: int) -> Sequence[Round]:
        """The latest, newest first."""
        ...


class Judging(Protocol):
    """All shoppers, a page at a time, and the judging of each."""

    def everyone(self, limit: int, cursor: str | None = None) -> tuple[Sequence[str], str | None]:
        """Some of all shoppers, and where to go on (None at the end)."""
        ...

    def rejudge(self, shopper_id: str, registry: TagRegistry) -> Judged:
        """Judge a shopper by ``registry``. Raises ``StaleProfile`` when others kept changing the profile."""
        ...


class TagRounds:
    """Starts rounds and does their pages. ``registry`` gives the tags as of now, not as of a cache."""

    def __init__(
        self, records: RoundRecords, judging: Judging, registry: Callable[[], TagRegistry], clock: Clock
    ) -> None:
        self._records = records
        self._judging = judging
        self._registry = registry
        self._clock = clock

    def start(self) -> Round:
        """Begin a round; one that is under way stops at its next page."""
        now = self._clock.now()
        number = int(now.timestamp() * 1000)
        made = Round(_id(number), rules_of(self._registry()), now, now)
        while not self._records.add(made):
            number += 1
            made = replace(made, round_id=_id(number))
        return made

    def catch_up(self) -> Round | None:
        """Begin a round if the rules are others than those of the last one, or it is a day old; push one that stands still.

        Asked after each change of a definition and by a schedule: a change whose maker died has its round all the same.
        """
        now = self._clock.now()
        last = next(iter(self._records.latest(1)), None)
        if last is None or last.rules != rules_of(self._registry()) or now - last.started_at >= EVERY:
            return self.start()
        if last.is_running and now - last.changed_at >= PATIENCE:
            self._records.replace(last, replace(last, changed_at=now))
        return None

    def after_change(self) -> None:
        """``catch_up`` for whoever saved a definition: saved it is, though the store should be busy now."""
        with suppress(Unavailable):
            self.catch_up()

    def get(self, round_id: str) -> Round:
        """Raises ``RoundNotFound``."""
        found = self._records.get(round_id)
        if found is None:
            raise RoundNotFound(f"there is no job {round_id!r}")
        return found

    def latest(self) -> Sequence[Round]:
        """The latest, newest first."""
        return self._records.latest(LATEST)

    def counted(self) -> Round | None:
        """The latest that came to its end: what its tallies say is true as of then."""
        return next((each for each in self.latest() if each.status is RoundStatus.DONE), None)

    def step(self, round_id: str, page: int) -> None:
        """Take step ``page``, once however often it is asked for. Raises ``Unavailable`` when it should be tried again."""
        known = self._records.get(round_id)
        if known is None or known.page != page or not known.is_running:
            return
        now = self._clock.now()
        last = next(iter(self._records.latest(1)), known)
        reached = replace(known, status=RoundStatus.OVERTAKEN) if last.round_id > round_id else self._judged(known, now)
        self._records.replace(known, replace(reached, page=page + 1, changed_at=now))

    def _judged(self, known: Round, now: datetime) -> Round:
        registry = self._registry()
        shoppers, after = self._judging.everyone(PAGE_ITEMS, known.after)
        for shopper_id in shoppers:
            try:
                judged = self._judging.rejudge(shopper_id, registry)
            except StaleProfile:
                known = replace(known, busy=known.busy + 1)
                continue
            known = replace(
                known,
                looked_at=known.looked_at + 1,
                retagged=known.retagged + judged.has_changed,
                tallies=tallied(known.tallies, judged.tags, now),
            )
        return replace(known, after=after, status=RoundStatus.DONE if after is None else RoundStatus.RUNNING)


def rules_of(registry: TagRegistry) -> str:
    """A digest of all that decides who carries which tag: not of names, owners and visibility."""
    return digest(*(msgspec.json.encode(_deciding(each), order="deterministic").decode() for each in registry.all()))


def _deciding(each: TagDefinition) -> tuple[object, ...]:
    return (
        each.tag_id,
        each.group,
        each.value_type,
        each.rule,
        each.confidence,
        each.lifetime_days,
        each.exclusive_group,
        each.priority,
        each.is_enabled,
    )


def _id(number: int) -> str:
    return f"{number:015d}"
