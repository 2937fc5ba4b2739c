"""Shoppers' names in the search log, each beside its shopper."""

from chalicelib.adapters.dynamodb.consents import to_consents
from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import CONSENTS, LOG_NAME, MOVED_TO, SK, shopper_key
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.core.ids import Randomness
from chalicelib.search.log.trail import new_name

_NAME = "n"


class DynamoLogNames:
    """``LogNames`` on DynamoDB. Nothing is remembered between searches, so that "off" and a forgotten name act at once."""

    def __init__(self, table: Table, randomness: Randomness) -> None:
        self._table = table
        self._randomness = randomness

    def of(self, shopper_id: str) -> str | None:
        found = self._table.get_many([shopper_key(shopper_id, LOG_NAME), shopper_key(shopper_id, CONSENTS)])
        items = {item[SK]: item for item in found}
        if MOVED_TO in items.get(CONSENTS, {}):
            # One person, one switch, one name.
            return self.of(items[CONSENTS][MOVED_TO])
        if not to_consents(shopper_id, items.get(CONSENTS)).is_personalised:
            return None
        return _name(items[LOG_NAME]) if LOG_NAME in items else self._given(shopper_id)

    def forget(self, shopper_id: str) -> None:
        self._table.delete(shopper_key(shopper_id, LOG_NAME))

    def _given(self, shopper_id: str) -> str:
        key, name = shopper_key(shopper_id, LOG_NAME), new_name(self._randomness)
        try:
            self._table.put({**key, _NAME: name}, "attribute_not_exists(pk)")
        except ConditionFailed as earlier:
            # Two first searches at once: one name holds.
            return _name(earlier.existing or {_NAME: name})
        return name


def _name(item: Item) -> str:
    name: str = item[_NAME]
    return name
