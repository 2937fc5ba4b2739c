"""API keys in the marketing table, one partition: a shop has a handful."""

from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import API_KEYS, SK, api_key_key
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.core.access import ApiKey, Scope
from chalicelib.core.clock import from_rfc3339, to_rfc3339


class DynamoApiKeys:
    """``ApiKeys`` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, key_hash: str) -> ApiKey | None:
        item = self._table.get(api_key_key(key_hash))
        return _to_key(item) if item else None

    def put(self, key: ApiKey) -> None:
        self._table.put(
            {
                **api_key_key(key.key_hash),
                "scope": str(key.scope),
                "name": key.name,
                "created_at": to_rfc3339(key.created_at),
                "revoked_at": to_rfc3339(key.revoked_at) if key.revoked_at else None,
            }
        )

    def all(self) -> list[ApiKey]:
        return [_to_key(item) for item in self._table.query_all(API_KEYS)]


def _to_key(item: Item) -> ApiKey:
    revoked = item.get("revoked_at")
    return ApiKey(
        item[SK],
        Scope(item["scope"]),
        item["name"],
        from_rfc3339(item["created_at"]),
        from_rfc3339(revoked) if revoked else None,
    )
