"""Writes in bulk: what is busy is asked again after a while, what fails says why."""

from collections.abc import Iterable, Iterator
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.helpers import streaming_bulk

from chalicelib.adapters.opensearch.mapping import source_of
from chalicelib.core.ids import Randomness
from chalicelib.search import Write, WriteFailure

_RETRYABLE = frozenset({408, 429, 500, 502, 503, 504})
_CONFLICT, _MISSING = 409, 404
_BULK_DOCUMENTS = 200
_BULK_BYTES = 5_000_000
"""A bulk request: half of the 10 MB that the smallest domains accept."""
_BULK_SECONDS = 60
_BUSY_RETRIES = 3
_BUSY_SECONDS = 0.5
"""The first wait after 429 is once to twice as long, each later one double: at most 7 s, far inside a worker's minute."""
_UNMAPPED = "strict_dynamic_mapping_exception"


class Bulk:
    """Sends writes to one alias. Each carries the product's revision as external version: a late one changes nothing."""

    def __init__(self, client: OpenSearch, randomness: Randomness, *, refresh: bool) -> None:
        self._client = client
        self._randomness = randomness
        self._refresh = refresh

    def write(self, alias: str, writes: Iterable[Write], *, may_vanish: bool = False) -> list[WriteFailure]:
        """What failed. ``may_vanish``: nothing did, where ``alias`` is gone."""
        failures = []
        for operation, result in self._outcomes(_action(alias, write) for write in writes):
            is_gone = may_vanish and result["status"] == _MISSING and result["_index"] == alias
            if not is_gone and (failure := _failure(operation, result)):
                failures.append(failure)
        return failures

    def _outcomes(self, actions: Iterable[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
        outcomes = streaming_bulk(
            self._client,
            actions,
            chunk_size=_BULK_DOCUMENTS,
            max_chunk_bytes=_BULK_BYTES,
            raise_on_error=False,
            # A vanished alias must not become an index that guesses its mapping.
            require_alias=True,
            refresh="true" if self._refresh else "false",
            # Writers that were refused together must not come back together.
            max_retries=_BUSY_RETRIES,
            initial_backoff=_BUSY_SECONDS * (1 + self._randomness.token_bytes(1)[0] / 256),  # type: ignore[arg-type]
            max_backoff=_BUSY_SECONDS * 8,  # type: ignore[arg-type]
            request_timeout=_BULK_SECONDS,
        )
        for _, outcome in outcomes:
            yield next(iter(outcome.items()))


def _action(target: str, write: Write) -> dict[str, Any]:
    action = {"_index": target, "_id": write.object_id, "version": write.revision, "version_type": "external"}
    if write.document is None:
        return {**action, "_op_type": "delete"}
    return {**action, "_op_type": "index", "_source": source_of(write.document)}


def _failure(operation: str, result: dict[str, Any]) -> WriteFailure | None:
    """What went wrong with one write: nothing when it was done, or when a later revision was there already."""
    status = result["status"]
    is_deletion_of_nothing = operation == "delete" and status == _MISSING and "error" not in result
    if status < 300 or status == _CONFLICT or is_deletion_of_nothing:
        return None
    error = result.get("error", {})
    reason = f"{error.get('type')}: {error.get('reason')}" if isinstance(error, dict) else str(error)
    if reason.startswith(_UNMAPPED):
        reason = f"the mapping of the index is that of another version, rebuild it ({reason})"
    return WriteFailure(result["_id"], reason, status in _RETRYABLE or status == _MISSING)
