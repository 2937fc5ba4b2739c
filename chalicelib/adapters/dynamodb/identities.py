"""Who was merged into whom: an alias in the place of the merged profile and consents, and a log with the surviving shopper.

Units of a merge without orders or tags: profile and alias, the alias of the consents and the entry of the log, in one
transaction, 2 x (1 + 1 + 1 + 1) = 8; then 1 to end it, and 1 for each tag that is cleared away.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from chalicelib.adapters.dynamodb.consents import DynamoConsentRecords
from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import (
    BODY,
    CAP_RING,
    CONSENTS,
    HOT_PROFILE,
    MERGE_PREFIX,
    MOVED_TO,
    ORDER_PREFIX,
    PK,
    PROFILE_PREFIX,
    REFUSAL_PREFIX,
    SK,
    TTL,
    merge_key,
    refusal_key,
    shopper_key,
    shopper_partition,
)
from chalicelib.adapters.dynamodb.profiles import DynamoProfileRecords
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table, transact
from chalicelib.adapters.dynamodb.transactions import put_action
from chalicelib.core.clock import from_rfc3339, to_rfc3339
from chalicelib.profiles.identity import Alias, LinkEntry, Merge, Outcome, Told
from chalicelib.profiles.model import StaleProfile

_VERSION = "v"
_MOVING = "mv"
_REFUSALS_KEPT = timedelta(days=90)
_UNCHANGED = "v = :before"
_NEW = "attribute_not_exists(pk)"


class DynamoIdentityRecords:
    """``IdentityRecords`` on DynamoDB."""

    def __init__(self, table: Table, profiles: DynamoProfileRecords, consents: DynamoConsentRecords) -> None:
        self._table = table
        self._profiles = profiles
        self._consents = consents

    def alias_of(self, shopper_id: str) -> Alias | None:
        item = self._table.get(shopper_key(shopper_id, HOT_PROFILE), consistent=True)
        return Alias(item[MOVED_TO], _MOVING in item) if item and MOVED_TO in item else None

    def merge(self, merge: Merge) -> None:
        other, to = merge.other, merge.change.shopper_id
        actions = [
            *self._profiles.actions(merge.change),
            self._alias(other.shopper_id, HOT_PROFILE, to, other.profile.version, {_MOVING: 1}),
            self._alias(other.shopper_id, CONSENTS, to, other.consents.version, {}),
            put_action(self._table, _entry_item(merge.entry), _NEW),
        ]
        if merge.consents is not None and merge.evidence is not None:
            actions += self._consents.actions(merge.consents, merge.evidence)
        try:
            transact(self._table.client, actions)
        except ConditionFailed:
            raise StaleProfile(f"{other.shopper_id!r} or {to!r} was changed in between") from None

    def bring_along(self, source: str, to: str) -> None:
        self._unite_rings(source, to)
        for item in self._table.query_all(shopper_partition(source), prefix=MERGE_PREFIX, consistent=True):
            self._table.put({**item, PK: shopper_partition(to)})
            self._table.delete({PK: item[PK], SK: item[SK]})

    def clear(self, source: str) -> None:
        for prefix in (PROFILE_PREFIX, ORDER_PREFIX):
            for item in self._table.query_all(shopper_partition(source), prefix=prefix, consistent=True):
                if MOVED_TO not in item:
                    self._table.delete({PK: item[PK], SK: item[SK]})
        self._table.update(
            shopper_key(source, HOT_PROFILE), f"REMOVE {_MOVING}", condition=f"attribute_exists({MOVED_TO})"
        )

    def point(self, source: str, to: str) -> None:
        for sk in (HOT_PROFILE, CONSENTS):
            self._table.update(
                shopper_key(source, sk), f"SET {MOVED_TO} = :to", {":to": to}, f"attribute_exists({MOVED_TO})"
            )

    def refused(self, entry: LinkEntry) -> None:
        self._table.put(_entry_item(entry))

    def links(
        self, shopper_id: str, limit: int, cursor: str | None = None, *, followed: bool = True
    ) -> tuple[Sequence[LinkEntry], str | None]:
        prefix = MERGE_PREFIX if followed else REFUSAL_PREFIX
        page = self._table.query(
            shopper_partition(shopper_id),
            prefix=prefix,
            limit=limit,
            after=prefix + cursor if cursor else None,
            newest_first=True,
            consistent=True,
        )
        return [_to_entry(item) for item in page.items], page.next_key.removeprefix(prefix) if page.next_key else None

    def _alias(self, source: str, sk: str, to: str, version: int, marks: Item) -> Any:
        item = {**shopper_key(source, sk), MOVED_TO: to, _VERSION: version + 1, **marks}
        if version == 0:
            return put_action(self._table, item, _NEW)
        return put_action(self._table, item, _UNCHANGED, {":before": version})

    def _unite_rings(self, source: str, to: str) -> None:
        """One person has one cap: what either id was sent counts. A send has its own instant, so uniting twice is once."""
        theirs = self._table.get(shopper_key(source, CAP_RING), consistent=True)
        if theirs is None:
            return
        mine = self._table.get(shopper_key(to, CAP_RING), consistent=True)
        ring = msgspec.json.decode((mine or theirs)[BODY])
        sent = {*ring["sent_at"], *msgspec.json.decode(theirs[BODY])["sent_at"]}
        version = mine[_VERSION] if mine else 0
        ring |= {"shopper_id": to, "sent_at": sorted(sent, key=datetime.fromisoformat), "version": version + 1}
        item = {**shopper_key(to, CAP_RING), _VERSION: version + 1, BODY: msgspec.json.encode(ring).decode()}
        try:
            self._table.put(item, _UNCHANGED if mine else _NEW, {":before": version} if mine else None)
        except ConditionFailed:
            raise StaleProfile(f"{to!r} was sent something in between") from None


def _entry_item(entry: LinkEntry) -> Item:
    at = to_rfc3339(entry.at)
    body = {BODY: msgspec.json.encode([entry.into, entry.other, entry.told, entry.outcome, at]).decode()}
    if entry.outcome is Outcome.MERGED:
        return {**merge_key(entry.into, at, entry.other), **body}
    expires = int((entry.at + _REFUSALS_KEPT).timestamp())
    return {**refusal_key(entry.into, at, entry.other), **body, TTL: expires}


def _to_entry(item: Item) -> LinkEntry:
    into, other, told, outcome, at = msgspec.json.decode(item[BODY])
    return LinkEntry(into, other, Told(told), Outcome(outcome), from_rfc3339(at))
