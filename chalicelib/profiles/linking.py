"""The use cases of identity: who is whom, and how two become one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.core.clock import Clock, whole_milliseconds
from chalicelib.core.ids import Randomness
from chalicelib.profiles.identity import (
    LIMITS,
    MAX_MERGES,
    MERGES_WITHIN,
    Alias,
    Link,
    LinkEntry,
    Merge,
    MergeRefused,
    Outcome,
    Person,
    verdict,
)
from chalicelib.profiles.merging import merged
from chalicelib.profiles.model import Shopper, StaleProfile
from chalicelib.profiles.orders import Order, generation_of
from chalicelib.profiles.ports import IdentityRecords, ProfileRecords
from chalicelib.profiles.projection import Shopkeeping

_TRIES = 5


class Identities:
    """Follows what links two ids of one person."""

    def __init__(
        self,
        identities: IdentityRecords,
        profiles: ProfileRecords,
        clock: Clock,
        randomness: Randomness,
        shop: Callable[[], Shopkeeping] = Shopkeeping,
    ) -> None:
        self._identities = identities
        self._profiles = profiles
        self._clock = clock
        self._randomness = randomness
        self._shop = shop

    def link(self, link: Link) -> Outcome:
        """Follow ``link`` as far as the rules allow; again, and it changes nothing, or ends what was begun.

        Raises ``MergeRefused`` when a limit stands before it, ``StaleProfile`` or ``Unavailable`` when it may go later.
        """
        for _ in range(_TRIES):
            into, other = self._profiles.load(link.into), self._profiles.load(link.other)
            outcome = verdict(link, into, other, self._merged_lately(into.shopper_id))
            try:
                return self._follow(link, into, other, outcome)
            except StaleProfile:
                # Somebody shopped, or merged, in between.
                continue
        raise StaleProfile(f"{link.into!r} and {link.other!r} keep changing, try again")

    def merges_of(
        self, shopper_id: str, limit: int, cursor: str | None = None, *, followed: bool = True
    ) -> tuple[Sequence[LinkEntry], str | None]:
        """What was merged into a shopper (not ``followed``: what was refused to be), latest first, and the next cursor."""
        surviving = self._profiles.load(shopper_id).shopper_id
        return self._identities.links(surviving, limit, cursor, followed=followed)

    def _follow(self, link: Link, into: Shopper, other: Shopper, outcome: Outcome) -> Outcome:
        match outcome:
            case Outcome.ALREADY_ONE:
                pass
            case Outcome.MERGED:
                self._merge(link, into, other)
            case _:
                entry = LinkEntry(into.shopper_id, link.other, link.told, outcome, whole_milliseconds(link.at))
                self._identities.refused(entry)
                if outcome in LIMITS:
                    raise MergeRefused(f"{link.other!r} was not merged into {into.shopper_id!r}: {outcome}")
                return outcome
        self._settle(link.other, into.shopper_id)
        return outcome

    def _merge(self, link: Link, into: Shopper, other: Shopper) -> None:
        now = whole_milliseconds(self._clock.now())
        theirs = self._orders_of(other)
        mine = self._orders_of(into) if theirs else ()
        made = merged(link, Person(into, mine), Person(other, theirs), now, self._shop())
        self._identities.merge(self._with_orders_staged(made))

    def _orders_of(self, shopper: Shopper) -> tuple[Order, ...]:
        return tuple(self._profiles.orders_of(shopper.shopper_id, shopper.profile.generation))

    def _with_orders_staged(self, made: Merge) -> Merge:
        """The merge with its orders written beforehand: however many there are, one name makes them all true."""
        change = made.change
        if not change.orders:
            return made
        generation = generation_of(change.profile.version, self._randomness)
        self._profiles.stage_orders(change.shopper_id, generation, change.orders)
        profile = replace(change.profile, generation=generation)
        return replace(made, change=replace(change, profile=profile, orders=()))

    def _settle(self, source: str, surviving: str) -> None:
        """Bring what is still on its way to its end, along the path from ``source``, and make the path short."""
        for name, alias in list(self._path(source)):
            if alias.is_moving:
                self._identities.bring_along(name, surviving)
                self._profiles.forget_orders(surviving, self._profiles.load(surviving).profile.generation)
                self._identities.clear(name)
            if alias.to != surviving:
                self._identities.point(name, surviving)

    def _path(self, source: str) -> Iterator[tuple[str, Alias]]:
        seen: set[str] = set()
        while source not in seen:
            seen.add(source)
            alias = self._identities.alias_of(source)
            if alias is None:
                return
            yield source, alias
            source = alias.to

    def _merged_lately(self, shopper_id: str) -> int:
        since: datetime = self._clock.now() - MERGES_WITHIN
        entries, _ = self._identities.links(shopper_id, MAX_MERGES)
        return sum(entry.at > since for entry in entries)
