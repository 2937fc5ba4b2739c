"""The versions of one index. Aliases carry all state, so that any container can go on where another one stopped:

``<alias>``                          the version being read
``<alias>.<analysis>``               the same one, under a digest of what it was analysed with: a plan of another analysis finds
                                     no index instead of the wrong one, without a call to ask first
``<alias>.<analysis>.<dictionary>``  the same again for plans made with learnt words, under the version of those it keeps
``<alias>.building``                 the version being built
``<alias>.before``                   the version read before the last swap, kept for a rollback

The words themselves are in the mapping's ``_meta``, which lives and dies with the version.
"""

from base64 import b64decode, b64encode
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.exceptions import NotFoundError

from chalicelib.core.ids import digest
from chalicelib.search import AnalysisMismatch, DictionaryMismatch, IndexMissing, PackedDictionary, Plan

_Action = dict[str, Any]
_DICTIONARY, _WORDS = "dictionary", "words"
_WITHOUT_WORDS = f"*.mappings._meta,-*.mappings._meta.{_WORDS}"
"""Writers read the metadata with every batch; the words may be hundreds of kilobytes."""


class Versions:
    """Raises the client's errors."""

    def __init__(self, client: OpenSearch, alias: str) -> None:
        self._client = client
        self.live = alias
        self.building = f"{alias}.building"
        self.before = f"{alias}.before"

    def analysed(self, analysis: str) -> str:
        """The name under which plans of ``analysis`` find the version being read."""
        return f"{self.live}.{digest(analysis)[:8]}"

    def read_by(self, plan: Plan) -> str:
        """The name under which ``plan`` finds the version being read, if it fits."""
        return self._named(plan.analysis, plan.dictionary)

    def behind(self, alias: str) -> list[str]:
        """The versions that ``alias`` stands for; none when there is no such alias."""
        try:
            return sorted(self._client.indices.get_alias(name=alias))
        except NotFoundError:
            return []

    def current(self) -> str:
        """The version being read. Raises ``IndexMissing``."""
        names = self.behind(self.live)
        if not names:
            raise IndexMissing(f"the index {self.live} does not exist")
        return names[0]

    def meta(self, version: str) -> dict[str, str]:
        """What the version was made for, and the version of the words it keeps."""
        return self._meta(version, _WITHOUT_WORDS)

    def check(self, plan: Plan) -> None:
        """Raises ``IndexMissing``, ``AnalysisMismatch`` or ``DictionaryMismatch`` when ``plan`` does not fit."""
        known = self.meta(self.current())
        if known["analysis"] != plan.analysis:
            raise mismatch(known["analysis"], plan.analysis)
        kept = known.get(_DICTIONARY)
        if plan.dictionary not in (None, kept):
            raise DictionaryMismatch(
                f"the index keeps the dictionary {kept}, this was understood with {plan.dictionary}"
            )

    def show(self, version: str) -> None:
        """Make ``version`` the one being read, and keep the one that was; in one step."""
        shown = [name for name in self.behind(self.live) if name != version]
        gone = [name for name in self.behind(self.before) if name not in (version, *shown)]
        actions: list[_Action] = [
            *({"add": {"index": version, "alias": name}} for name in (self.live, *self._names(version))),
            {"remove": {"index": version, "alias": self.building, "must_exist": False}},
            {"remove": {"index": version, "alias": self.before, "must_exist": False}},
            *({"remove_index": {"index": name}} for name in gone if shown),
        ]
        for name in shown:
            removed = (self.live, *self._read_names(name))
            actions += [{"remove": {"index": name, "alias": alias}} for alias in removed]
            actions.append({"add": {"index": name, "alias": self.before}})
        self._client.indices.update_aliases(body={"actions": actions})

    def teach(self, dictionary: PackedDictionary, version: str | None) -> None:
        """Have ``version`` (None: the one being read) keep ``dictionary``. Both names find it until the words are there."""
        name = version or self.current()
        known = self.meta(name)
        is_read = name in self.behind(self.live)
        if known.get(_DICTIONARY) != dictionary.version:
            if is_read:
                new = self._named(known["analysis"], dictionary.version)
                self._client.indices.put_alias(index=name, name=new)
            words = b64encode(dictionary.words).decode()
            taught = {**known, _DICTIONARY: dictionary.version, _WORDS: words}
            self._client.indices.put_mapping(index=name, body={"_meta": taught})
        if is_read:
            self._rename(name)

    def dictionary(self) -> PackedDictionary | None:
        """What the version being read keeps."""
        names = self.behind(self.live)
        known = self._meta(names[0], "*.mappings._meta") if names else {}
        return PackedDictionary(known[_DICTIONARY], b64decode(known[_WORDS])) if _DICTIONARY in known else None

    def _rename(self, version: str) -> None:
        # Of two that teach at once the later one's words stay: the names follow what is there.
        wanted, present = self._names(version), self._read_names(version)
        if set(wanted) == set(present):
            return
        actions: list[_Action] = [{"add": {"index": version, "alias": name}} for name in wanted]
        old = [name for name in present if name not in wanted]
        actions += [{"remove": {"index": version, "alias": name, "must_exist": False}} for name in old]
        self._client.indices.update_aliases(body={"actions": actions})

    def _names(self, version: str) -> list[str]:
        """The names under which plans should find ``version``."""
        known = self.meta(version)
        return list(dict.fromkeys(self._named(known["analysis"], words) for words in (None, known.get(_DICTIONARY))))

    def _read_names(self, version: str) -> list[str]:
        """The names under which plans find ``version`` now."""
        first = self.analysed(self.meta(version)["analysis"])
        aliases = self._client.indices.get_alias(index=version)[version]["aliases"]
        return [name for name in aliases if name == first or name.startswith(f"{first}.")]

    def _named(self, analysis: str, dictionary: str | None) -> str:
        name = self.analysed(analysis)
        return name if dictionary is None else f"{name}.{digest(dictionary)[:8]}"

    def _meta(self, version: str, wanted: str) -> dict[str, str]:
        mapping = self._client.indices.get_mapping(index=version, params={"filter_path": wanted})
        meta: dict[str, str] = mapping[version]["mappings"]["_meta"]
        return meta


def mismatch(built_with: str, other: str) -> AnalysisMismatch:
    """The error of a plan or document of another analysis."""
    return AnalysisMismatch(f"the index was analysed with {built_with}, this came from {other}: rebuild it")
