"""``ProductIndex`` on OpenSearch. Aliases carry all state, so that any container can go on where another one stopped:

``<alias>``             the version being read
``<alias>.<analysis>``  the same one, under a digest of what it was analysed with: a plan of another analysis finds no
                        index instead of the wrong one, without a call to ask first
``<alias>.building``    the version being built
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.exceptions import NotFoundError, RequestError
from opensearchpy.helpers import streaming_bulk

from chalicelib.adapters.opensearch.connection import translated
from chalicelib.adapters.opensearch.mapping import index_body, source_of
from chalicelib.adapters.opensearch.query import compile_plan, read_answer
from chalicelib.core.ids import Randomness, digest, new_id
from chalicelib.search import AnalysisMismatch, Document, Found, IndexMissing, Plan, Write, WriteFailure

_RETRYABLE = frozenset({408, 429, 500, 502, 503, 504})
_CONFLICT, _MISSING = 409, 404
_BULK_DOCUMENTS = 200
_BULK_BYTES = 5_000_000
"""A bulk request: half of the 10 MB that the smallest domains accept."""
_BULK_SECONDS = 60
_BUILD_SECONDS = 300
_ALREADY_THERE = "resource_already_exists_exception"

_Action = dict[str, Any]


class OpenSearchProductIndex:
    """Writes carry the product's revision as external version. ``refresh``: what was written is found at once (tests)."""

    def __init__(self, client: OpenSearch, alias: str, randomness: Randomness, *, refresh: bool = False) -> None:
        self._client = client
        self._alias = alias
        self._building = f"{alias}.building"
        self._randomness = randomness
        self._refresh = refresh

    def search(self, plan: Plan) -> Found:
        with translated():
            try:
                answer = self._client.search(index=self._analysed(plan.analysis), body=compile_plan(plan))
            except NotFoundError:
                self._check(plan.analysis)
                raise
        return read_answer(plan, answer)

    def apply(self, writes: Sequence[Write]) -> Sequence[WriteFailure]:
        with translated():
            self._live()
            for analysis in {write.document.analysis for write in writes if write.document is not None}:
                self._check(analysis)
            targets = [self._alias]
            if self._client.indices.exists_alias(name=self._building):
                targets.append(self._building)
            failures = list(self._bulk(_action(target, write) for write in writes for target in targets))
        return list({failure.object_id: failure for failure in failures}.values())

    def ensure(self, analysis: str) -> None:
        with translated():
            if self._client.indices.exists_alias(name=self._alias):
                return
            aliases: dict[str, Any] = {self._alias: {}, self._analysed(analysis): {}}
            try:
                # The same name and both aliases in one call: of two containers one creates, one finds it done.
                self._client.indices.create(
                    index=f"{self._alias}-first", body={**index_body(analysis), "aliases": aliases}
                )
            except RequestError as error:
                if error.error != _ALREADY_THERE:
                    raise

    def create(self, analysis: str) -> str:
        version = f"{self._alias}-{new_id(self._randomness)[:12]}"
        body = index_body(analysis)
        body["settings"]["refresh_interval"] = "-1"
        with translated():
            # What an earlier build left behind when it died.
            for abandoned in self._behind(self._building):
                self._client.indices.delete(index=abandoned)
            self._client.indices.create(index=version, body={**body, "aliases": {self._building: {}}})
        return version

    def load(self, version: str, documents: Iterable[Document]) -> Sequence[WriteFailure]:
        actions = (
            _action(self._building, Write(document.object_id, document.revision, document)) for document in documents
        )
        with translated():
            if self._behind(self._building) != [version]:
                raise IndexMissing(f"the index version {version} is not being built")
            return list(self._bulk(actions))

    def swap(self, version: str) -> None:
        with translated():
            analysis = self._meta(version)
            self._client.indices.put_settings(index=version, body={"index": {"refresh_interval": None}})
            self._client.indices.refresh(index=version, request_timeout=_BUILD_SECONDS)
            gone = [name for name in self._behind(self._alias) if name != version]
            actions: list[_Action] = [
                {"add": {"index": version, "alias": self._alias}},
                {"add": {"index": version, "alias": self._analysed(analysis)}},
                {"remove": {"index": version, "alias": self._building, "must_exist": False}},
                *({"remove_index": {"index": name}} for name in gone),
            ]
            self._client.indices.update_aliases(body={"actions": actions})

    def drop(self, version: str) -> None:
        with translated():
            if version not in self._behind(self._alias):
                self._client.indices.delete(index=version, ignore_unavailable=True)

    def count(self, version: str | None = None) -> int:
        with translated():
            name = version or self._alias
            self._client.indices.refresh(index=name)
            count: int = self._client.count(index=name)["count"]
        return count

    def analysis(self) -> str | None:
        with translated():
            names = self._behind(self._alias)
            return self._meta(names[0]) if names else None

    def _analysed(self, analysis: str) -> str:
        return f"{self._alias}.{digest(analysis)[:8]}"

    def _behind(self, alias: str) -> list[str]:
        try:
            return sorted(self._client.indices.get_alias(name=alias))
        except NotFoundError:
            return []

    def _live(self) -> str:
        names = self._behind(self._alias)
        if not names:
            raise IndexMissing(f"the index {self._alias} does not exist")
        return names[0]

    def _check(self, analysis: str) -> None:
        built_with = self._meta(self._live())
        if built_with != analysis:
            raise AnalysisMismatch(f"the index was analysed with {built_with}, this came from {analysis}")

    def _meta(self, version: str) -> str:
        mapping = self._client.indices.get_mapping(index=version)
        analysis: str = mapping[version]["mappings"]["_meta"]["analysis"]
        return analysis

    def _bulk(self, actions: Iterable[_Action]) -> Iterator[WriteFailure]:
        outcomes = streaming_bulk(
            self._client,
            actions,
            chunk_size=_BULK_DOCUMENTS,
            max_chunk_bytes=_BULK_BYTES,
            raise_on_error=False,
            # A vanished alias must not become an index that guesses its mapping.
            require_alias=True,
            refresh="true" if self._refresh else "false",
            request_timeout=_BULK_SECONDS,
        )
        for _, outcome in outcomes:
            operation, result = next(iter(outcome.items()))
            if failure := _failure(operation, result):
                # A version whose building ended meanwhile needs no writes any more.
                if result["status"] == _MISSING and result["_index"] == self._building:
                    continue
                yield failure


def _action(target: str, write: Write) -> _Action:
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
    return WriteFailure(result["_id"], reason, status in _RETRYABLE or status == _MISSING)
