"""Consents beside the profile (``P#C``), and behind them the evidence of every decision (``C#...``)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from chalicelib.adapters.dynamodb.items import Item, to_typed
from chalicelib.adapters.dynamodb.keys import (
    BODY,
    CONSENT_EVIDENCE_PREFIX,
    CONSENTS,
    MOVED_TO,
    consent_evidence_key,
    shopper_key,
    shopper_partition,
)
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table, transact
from chalicelib.core.clock import from_rfc3339, to_rfc3339
from chalicelib.privacy.model import Channel, Consent, Consents, Evidence, Purpose, StaleConsents

_VERSION = "v"


class DynamoConsentRecords:
    """``ConsentRecords`` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def of(self, shopper_id: str) -> Consents:
        item = self._table.get(shopper_key(shopper_id, CONSENTS), consistent=True)
        return self.of(item[MOVED_TO]) if item and MOVED_TO in item else to_consents(shopper_id, item)

    def save(self, consents: Consents, evidence: Evidence) -> None:
        try:
            transact(self._table.client, self.actions(consents, evidence))
        except ConditionFailed:
            raise StaleConsents(f"the consents of shopper {consents.shopper_id!r} were changed in between") from None

    def actions(self, consents: Consents, evidence: Evidence) -> list[dict[str, Any]]:
        """What a save does, all of it or nothing: the consents, on condition of their version, and the evidence."""
        shopper_id = consents.shopper_id
        document = {
            "on": consents.is_personalised,
            "d": [_packed(each) for each in consents.decisions],
            "t": [(to_rfc3339(at), is_on) for at, is_on in consents.turns],
        }
        item = {**shopper_key(shopper_id, CONSENTS), _VERSION: consents.version, BODY: _json(document)}
        proof = {
            **consent_evidence_key(shopper_id, to_rfc3339(evidence.at), consents.version),
            BODY: _json(_packed_evidence(evidence)),
        }
        name = self._table.name
        put: dict[str, Any] = {
            "TableName": name,
            "Item": to_typed(item),
            "ConditionExpression": "attribute_not_exists(pk)" if consents.version == 1 else "v = :before",
        }
        if consents.version > 1:
            put["ExpressionAttributeValues"] = to_typed({":before": consents.version - 1})
        return [{"Put": put}, {"Put": {"TableName": name, "Item": to_typed(proof)}}]

    def evidence(self, shopper_id: str) -> list[Evidence]:
        items = self._table.query_all(shopper_partition(shopper_id), prefix=CONSENT_EVIDENCE_PREFIX, consistent=True)
        return [_to_evidence(msgspec.json.decode(item[BODY])) for item in items]

    def history(self, shopper_id: str, limit: int, cursor: str | None = None) -> tuple[Sequence[Evidence], str | None]:
        page = self._table.query(
            shopper_partition(shopper_id),
            prefix=CONSENT_EVIDENCE_PREFIX,
            limit=limit,
            after=CONSENT_EVIDENCE_PREFIX + cursor if cursor else None,
            newest_first=True,
        )
        following = page.next_key.removeprefix(CONSENT_EVIDENCE_PREFIX) if page.next_key else None
        return [_to_evidence(msgspec.json.decode(item[BODY])) for item in page.items], following


def to_consents(shopper_id: str, item: Item | None) -> Consents:
    """The consents in their item; none when there is no item."""
    if item is None:
        return Consents(shopper_id)
    document = msgspec.json.decode(item[BODY])
    decisions = tuple(_to_consent(each) for each in document["d"])
    turns = tuple((from_rfc3339(at), is_on) for at, is_on in document["t"])
    return Consents(shopper_id, decisions, document["on"], item[_VERSION], turns)


def _packed(consent: Consent) -> list[Any]:
    return [
        consent.channel,
        consent.purpose,
        consent.is_given,
        to_rfc3339(consent.at),
        consent.source,
        consent.text_version,
        consent.actor,
    ]


def _to_consent(packed: list[Any]) -> Consent:
    channel, purpose, is_given, at, source, text_version, actor = packed
    return Consent(Channel(channel), Purpose(purpose), is_given, from_rfc3339(at), source, text_version, actor)


def _packed_evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "at": to_rfc3339(evidence.at),
        "source": evidence.source,
        "text": evidence.text_version,
        "decision": _packed(evidence.decision) if evidence.decision else None,
        "on": evidence.is_personalised,
        "by": evidence.actor,
    }


def _to_evidence(document: dict[str, Any]) -> Evidence:
    at: datetime = from_rfc3339(document["at"])
    decision = _to_consent(document["decision"]) if document["decision"] else None
    return Evidence(at, document["source"], document["text"], decision, document["on"], document["by"])


def _json(document: Any) -> str:
    return msgspec.json.encode(document).decode()
