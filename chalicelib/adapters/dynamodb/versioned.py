"""Documents in one partition, each with a version: a change names the version that it was made on."""

from collections.abc import Callable, Iterator
from typing import Final

from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import BODY
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.core.errors import Conflict

VERSION: Final = "v"


class VersionedItems:
    """The items of ``partition``, each under its ``key``. ``stale`` makes the refusal of a change that was made on another
    version."""

    def __init__(
        self, table: Table, partition: str, key: Callable[[str], dict[str, str]], stale: Callable[[str], Conflict]
    ) -> None:
        self._table = table
        self._partition = partition
        self._key = key
        self._stale = stale

    def all(self) -> Iterator[Item]:
        """Every item by id, strongly consistent."""
        return self._table.query_all(self._partition, consistent=True)

    def get(self, item_id: str) -> Item | None:
        """One item, strongly consistent."""
        return self._table.get(self._key(item_id), consistent=True)

    def put(self, item_id: str, version: int, body: str, expected_version: int | None) -> None:
        """Store a document, if the stored version is the expected one (None: there is none)."""
        condition = "attribute_not_exists(pk)" if expected_version is None else "v = :before"
        values = None if expected_version is None else {":before": expected_version}
        try:
            self._table.put({**self._key(item_id), VERSION: version, BODY: body}, condition, values)
        except ConditionFailed:
            raise self._stale(item_id) from None

    def delete(self, item_id: str, expected_version: int) -> None:
        """Remove a document, if the stored version is the expected one."""
        try:
            self._table.delete(self._key(item_id), "v = :before", {":before": expected_version})
        except ConditionFailed:
            raise self._stale(item_id) from None
