"""In-memory twin of the store of merges."""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.adapters.memory.privacy import MemoryConsentRecords
from chalicelib.adapters.memory.profiles import MemoryProfileRecords
from chalicelib.core.clock import to_rfc3339
from chalicelib.privacy.model import StaleConsents
from chalicelib.profiles.identity import Alias, LinkEntry, Merge, Outcome
from chalicelib.profiles.model import StaleProfile


class MemoryIdentityRecords:
    """``IdentityRecords`` over the twins of profiles and consents; the frequency cap is not theirs."""

    def __init__(self, profiles: MemoryProfileRecords, consents: MemoryConsentRecords) -> None:
        self._profiles = profiles
        self._consents = consents
        self._log: dict[str, dict[tuple[bool, str], LinkEntry]] = {}

    def alias_of(self, shopper_id: str) -> Alias | None:
        return self._profiles.alias_of(shopper_id)

    def merge(self, merge: Merge) -> None:
        other, into = merge.other, merge.change.shopper_id
        self._profiles.check(other.shopper_id, other.profile.version)
        self._profiles.check(into, merge.change.profile.version - 1)
        try:
            self._consents.check(other.shopper_id, other.consents.version)
            if merge.consents is not None and merge.evidence is not None:
                self._consents.save(merge.consents, merge.evidence)
        except StaleConsents as stale:
            raise StaleProfile(stale.message) from None
        self._profiles.apply(merge.change)
        self._consents.move(other.shopper_id, into)
        self._profiles.set_alias(other.shopper_id, Alias(into, is_moving=True))
        self._note(into, merge.entry)

    def bring_along(self, source: str, to: str) -> None:
        for (is_merge, _), entry in list(self._log.get(source, {}).items()):
            if is_merge:
                self._note(to, entry)

    def clear(self, source: str) -> None:
        self._profiles.clear(source)
        alias = self.alias_of(source)
        assert alias is not None
        self._profiles.set_alias(source, replace(alias, is_moving=False))

    def point(self, source: str, to: str) -> None:
        alias = self.alias_of(source)
        assert alias is not None
        self._profiles.set_alias(source, replace(alias, to=to))
        self._consents.move(source, to)

    def refused(self, entry: LinkEntry) -> None:
        self._note(entry.into, entry)

    def links(
        self, shopper_id: str, limit: int, cursor: str | None = None, *, followed: bool = True
    ) -> tuple[Sequence[LinkEntry], str | None]:
        log = self._log.get(shopper_id, {})
        places = sorted((place for is_merge, place in log if is_merge == followed), reverse=True, key=str.encode)
        rest = [place for place in places if cursor is None or place.encode() < cursor.encode()]
        return [log[followed, place] for place in rest[:limit]], rest[limit - 1] if len(rest) > limit else None

    def _note(self, shopper_id: str, entry: LinkEntry) -> None:
        place = (entry.outcome is Outcome.MERGED, f"{to_rfc3339(entry.at)}#{entry.other}")
        self._log.setdefault(shopper_id, {})[place] = entry
