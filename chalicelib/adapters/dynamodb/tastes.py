"""Tastes for search, read from profiles: one eventually consistent query, half a read unit."""

from datetime import datetime

from chalicelib.adapters.dynamodb.profiles import DynamoProfileRecords
from chalicelib.adapters.profile_taste import to_taste
from chalicelib.search.model import Taste


class DynamoTastes:
    """``Tastes`` over the shoppers table. Nothing is remembered between searches, so that "off" acts at once."""

    def __init__(self, records: DynamoProfileRecords) -> None:
        self._records = records

    def of(self, shopper_id: str, now: datetime) -> Taste:
        return to_taste(self._records.load(shopper_id, consistent=False), now)
