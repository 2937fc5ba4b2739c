"""``ProductIndex`` on OpenSearch."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.exceptions import NotFoundError, RequestError

from chalicelib.adapters.opensearch import meanings
from chalicelib.adapters.opensearch.bulk import Bulk
from chalicelib.adapters.opensearch.connection import translated
from chalicelib.adapters.opensearch.mapping import BLOCK, STORED, index_body, layout_digest, read_analysed
from chalicelib.adapters.opensearch.query import compile_plan, read_answer
from chalicelib.adapters.opensearch.versions import Versions, mismatch
from chalicelib.core.ids import Randomness, new_id
from chalicelib.search import (
    OBJECT_ID,
    Analysed,
    Document,
    Found,
    IndexMissing,
    PackedDictionary,
    Place,
    Plan,
    Write,
    WriteFailure,
)

_BUILD_SECONDS = 300
_CREATE_SECONDS = 30
"""A cold node takes its time for its first index; asked again meanwhile it says that the index is there."""
_ALREADY_THERE = "resource_already_exists_exception"


class OpenSearchProductIndex:
    """Writes carry the product's revision as external version. ``refresh``: what was written is found at once (tests)."""

    def __init__(self, client: OpenSearch, alias: str, randomness: Randomness, *, refresh: bool = False) -> None:
        self._client = client
        self._alias = alias
        self._versions = Versions(client, alias)
        self._building = self._versions.building
        self._before = self._versions.before
        self._randomness = randomness
        self._bulk = Bulk(client, randomness, refresh=refresh)

    def search(self, plan: Plan, version: str | None = None) -> Found:
        body = compile_plan(plan)
        with translated():
            try:
                answer = self._client.search(index=version or self._versions.read_by(plan), body=body)
            except NotFoundError:
                if version:
                    raise
                self._versions.check(plan)
                # It fits by now: readers were given another version in between.
                answer = self._client.search(index=self._versions.read_by(plan), body=body)
        return read_answer(plan, answer)

    def teach(self, dictionary: PackedDictionary, version: str | None = None) -> None:
        with translated():
            self._versions.teach(dictionary, version)

    def dictionary(self) -> PackedDictionary | None:
        with translated():
            return self._versions.dictionary()

    def analysed(self, object_ids: Sequence[str]) -> Mapping[str, Analysed]:
        wanted = {"stored_fields": STORED, "_source": [meanings.FIELD]}
        with translated():
            if not object_ids:
                return {}
            # Realtime reading would have every waiting change refreshed first; an analysis cannot be out of date.
            asked = {"docs": [{"_id": each, **wanted} for each in dict.fromkeys(object_ids)]}
            found = self._client.mget(index=self._alias, body=asked, realtime=False)["docs"]
        return {each["_id"]: read_analysed(each) for each in found if each.get("fields")}

    def apply(self, writes: Sequence[Write]) -> Sequence[WriteFailure]:
        with translated():
            analyses = {self._alias: self._versions.meta(self._versions.current())["analysis"]}
            for alias in (self._building, self._before):
                for name in self._versions.behind(alias):
                    analyses[alias] = self._versions.meta(name)["analysis"]
            wanted = {write.document.analysis for write in writes if write.document is not None}
            if strange := wanted - {analyses.get(alias) for alias in (self._alias, self._building)}:
                raise mismatch(analyses[self._alias], strange.pop())
            failures = {}
            for alias, analysis in analyses.items():
                fitting = [each for each in writes if each.document is None or each.document.analysis == analysis]
                # A version whose building ended meanwhile needs no writes any more.
                found = self._bulk.write(alias, fitting, may_vanish=alias == self._building)
                # The version before serves nobody: what fails there holds nothing up.
                failures.update({} if alias == self._before else {failure.object_id: failure for failure in found})
        return list(failures.values())

    def ensure(self, analysis: str) -> None:
        with translated():
            if self._client.indices.exists_alias(name=self._alias):
                return
            aliases: dict[str, Any] = {self._alias: {}, self._versions.analysed(analysis): {}}
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
            for abandoned in self._versions.behind(self._building):
                self._client.indices.delete(index=abandoned)
            made = {**body, "aliases": {self._building: {}}}
            self._client.indices.create(index=version, body=made, request_timeout=_CREATE_SECONDS)
        return version

    def load(self, version: str, documents: Iterable[Document]) -> Sequence[WriteFailure]:
        writes = (Write(document.object_id, document.revision, document) for document in documents)
        with translated():
            if self._versions.behind(self._building) != [version]:
                raise IndexMissing(f"the index version {version} is not being built")
            return self._bulk.write(self._building, writes)

    def in_blocks(self, version: str, after: Place | None, size: int) -> Sequence[Place]:
        body: dict[str, Any] = {
            "query": {"exists": {"field": BLOCK}},
            "sort": [{BLOCK: "asc"}, {f"facets.{OBJECT_ID}": "asc"}],
            "size": size,
            "_source": False,
            "track_total_hits": False,
        }
        with translated():
            if after is None:
                # A version being built shows nothing new by itself.
                self._client.indices.refresh(index=version, request_timeout=_BUILD_SECONDS)
            else:
                body["search_after"] = after
            hits = self._client.search(index=version, body=body)["hits"]["hits"]
        return [(block, object_id) for block, object_id in (hit["sort"] for hit in hits)]

    def swap(self, version: str) -> None:
        with translated():
            self._client.indices.put_settings(index=version, body={"index": {"refresh_interval": None}})
            self._client.indices.refresh(index=version, request_timeout=_BUILD_SECONDS)
            self._versions.show(version)

    def rollback(self) -> str:
        with translated():
            names = self._versions.behind(self._before)
            if not names:
                raise IndexMissing(f"no earlier version of the index {self._alias} is kept")
            self._versions.show(names[0])
        return names[0]

    def drop(self, version: str) -> None:
        with translated():
            if version not in (*self._versions.behind(self._alias), *self._versions.behind(self._before)):
                self._client.indices.delete(index=version, ignore_unavailable=True)

    def count(self, version: str | None = None) -> int:
        with translated():
            name = version or self._alias
            self._client.indices.refresh(index=name)
            count: int = self._client.count(index=name)["count"]
        return count

    def analysis(self) -> str | None:
        with translated():
            names = self._versions.behind(self._alias)
            return self._versions.meta(names[0])["analysis"] if names else None

    def outdated(self, analysis: str) -> str | None:
        with translated():
            names = self._versions.behind(self._alias)
            made_for = self._versions.meta(names[0]) if names else {"analysis": analysis, "layout": layout_digest()}
        if made_for["analysis"] != analysis:
            return f"it was analysed with {made_for['analysis']}, this version makes {analysis}"
        if made_for.get("layout") != layout_digest():
            return "its mapping is that of another version"
        return None
