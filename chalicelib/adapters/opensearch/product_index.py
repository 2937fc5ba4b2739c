"""``ProductIndex`` on OpenSearch. Aliases carry all state, so that any container can go on where another one stopped:

``<alias>``             the version being read
``<alias>.<analysis>``  the same one, under a digest of what it was analysed with: a plan of another analysis finds no
                        index instead of the wrong one, without a call to ask first
``<alias>.building``    the version being built
``<alias>.before``      the version read before the last swap, kept for a rollback
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.exceptions import NotFoundError, RequestError
from opensearchpy.helpers import streaming_bulk

from chalicelib.adapters.opensearch.connection import translated
from chalicelib.adapters.opensearch.mapping import index_body, layout_digest, source_of
from chalicelib.adapters.opensearch.query import compile_plan, read_answer
from chalicelib.core.ids import Randomness, digest, new_id
from chalicelib.search import AnalysisMismatch, Document, Found, IndexMissing, Plan, Write, WriteFailure

_RETRYABLE = frozenset({408, 429, 500, 502, 503, 504})
_CONFLICT, _MISSING = 409, 404
_BULK_DOCUMENTS = 200
_BULK_BYTES = 5_000_000
"""A bulk request: half of the 10 MB that the smallest domains accept."""
_BULK_SECONDS = 60
_BUSY_RETRIES = 3
_BUSY_SECONDS = 0.5
"""The first wait after 429 is once to twice as long, each later one double: at most 7 s, far inside a worker's minute."""
_BUILD_SECONDS = 300
_CREATE_SECONDS = 30
"""A cold node takes its time for its first index; asked again meanwhile it says that the index is there."""
_UNMAPPED = "strict_dynamic_mapping_exception"
_ALREADY_THERE = "resource_already_exists_exception"

_Action = dict[str, Any]


class OpenSearchProductIndex:
    """Writes carry the product's revision as external version. ``refresh``: what was written is found at once (tests)."""

    def __init__(self, client: OpenSearch, alias: str, randomness: Randomness, *, refresh: bool = False) -> None:
        self._client = client
        self._alias = alias
        self._building = f"{alias}.building"
        self._before = f"{alias}.before"
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
            analyses = {self._alias: self._meta(self._live())["analysis"]}
            for alias in (self._building, self._before):
                for name in self._behind(alias):
                    analyses[alias] = self._meta(name)["analysis"]
            wanted = {write.document.analysis for write in writes if write.document is not None}
            if strange := wanted - {analyses.get(alias) for alias in (self._alias, self._building)}:
                raise _mismatch(analyses[self._alias], strange.pop())
            failures = {}
            for alias, analysis in analyses.items():
                fitting = [each for each in writes if each.document is None or each.document.analysis == analysis]
                found = list(self._bulk(_action(alias, write) for write in fitting))
                # The version before serves nobody: what fails there holds nothing up.
                failures.update({} if alias == self._before else {failure.object_id: failure for failure in found})
        return list(failures.values())

    def ensure(self, analysis: str) -> None:
        with translated():
            if self._client.indices.exists_alias(name=self._alias):
                return
            aliases: dict[str, Any] = {self._alias: {}, self._analysed(analysis): {}}
            try:
                # The same name and both aliases in one call: of two containers one creates, one finds it done.
                self._client.indices.create(
                    index=f"{self._alias}-first",
                    body={**index_body(analysis), "aliases": aliases},
                    request_timeout=_CREATE_SECONDS,
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
            made = {**body, "aliases": {self._building: {}}}
            self._client.indices.create(index=version, body=made, request_timeout=_CREATE_SECONDS)
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
            self._client.indices.put_settings(index=version, body={"index": {"refresh_interval": None}})
            self._client.indices.refresh(index=version, request_timeout=_BUILD_SECONDS)
            self._show(version)

    def rollback(self) -> str:
        with translated():
            names = self._behind(self._before)
            if not names:
                raise IndexMissing(f"no earlier version of the index {self._alias} is kept")
            self._show(names[0])
        return names[0]

    def _show(self, version: str) -> None:
        """Make ``version`` the one being read, and keep the one that was; in one step."""
        shown = [name for name in self._behind(self._alias) if name != version]
        gone = [name for name in self._behind(self._before) if name not in (version, *shown)]
        actions: list[_Action] = [
            {"add": {"index": version, "alias": self._alias}},
            {"add": {"index": version, "alias": self._analysed(self._meta(version)["analysis"])}},
            {"remove": {"index": version, "alias": self._building, "must_exist": False}},
            {"remove": {"index": version, "alias": self._before, "must_exist": False}},
            *({"remove_index": {"index": name}} for name in gone if shown),
        ]
        for name in shown:
            analysed = self._analysed(self._meta(name)["analysis"])
            actions += [{"remove": {"index": name, "alias": alias}} for alias in (self._alias, analysed)]
            actions.append({"add": {"index": name, "alias": self._before}})
        self._client.indices.update_aliases(body={"actions": actions})

    def drop(self, version: str) -> None:
        with translated():
            if version not in (*self._behind(self._alias), *self._behind(self._before)):
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
            return self._meta(names[0])["analysis"] if names else None

    def outdated(self, analysis: str) -> str | None:
        with translated():
            names = self._behind(self._alias)
            made_for = self._meta(names[0]) if names else {"analysis": analysis, "layout": layout_digest()}
        if made_for["analysis"] != analysis:
            return f"it was analysed with {made_for['analysis']}, this version makes {analysis}"
        if made_for.get("layout") != layout_digest():
            return "its mapping is that of another version"
        return None

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
        built_with = self._meta(self._live())["analysis"]
        if built_with != analysis:
            raise _mismatch(built_with, analysis)

    def _meta(self, version: str) -> dict[str, str]:
        mapping = self._client.indices.get_mapping(index=version)
        meta: dict[str, str] = mapping[version]["mappings"]["_meta"]
        return meta

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
            # Writers that were refused together must not come back together.
            max_retries=_BUSY_RETRIES,
            initial_backoff=_BUSY_SECONDS * (1 + self._randomness.token_bytes(1)[0] / 256),  # type: ignore[arg-type]
            max_backoff=_BUSY_SECONDS * 8,  # type: ignore[arg-type]
            request_timeout=_BULK_SECONDS,
        )
        for _, outcome in outcomes:
            operation, result = next(iter(outcome.items()))
            if failure := _failure(operation, result):
                # A version whose building ended meanwhile needs no writes any more.
                if result["status"] == _MISSING and result["_index"] == self._building:
                    continue
                yield failure


def _mismatch(built_with: str, other: str) -> AnalysisMismatch:
    return AnalysisMismatch(f"the index was analysed with {built_with}, this came from {other}: rebuild it")


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
    if reason.startswith(_UNMAPPED):
        reason = f"the mapping of the index is that of another version, rebuild it ({reason})"
    return WriteFailure(result["_id"], reason, status in _RETRYABLE or status == _MISSING)
