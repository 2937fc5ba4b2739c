"""Merchandising rules in one partition of the marketing table.

Units: a container that searches reads the partition once per ``ZHAOHUI_RULE_CACHE_SECONDS`` (a rule is about half a KB: 1 read
unit per 16 rules, eventually consistent); writing a rule is 1.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec

from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import BODY, RULES, rule_key
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.search import Rule, RuleChanged, RuleExists

WRITERS = 8
"""Writes under way at once: below the SDK's pool of ten connections."""


class DynamoRuleBook:
    """``RuleBook`` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def create(self, rule: Rule) -> None:
        try:
            self._table.put(_item(rule), "attribute_not_exists(pk)")
        except ConditionFailed:
            raise RuleExists(f"规则 {rule.rule_id} 已存在 (a rule with this id exists)", field="id") from None

    def get(self, rule_id: str) -> Rule | None:
        item = self._table.get(rule_key(rule_id), consistent=True)
        return _to_rule(item) if item else None

    def list(self, limit: int, cursor: str | None = None) -> tuple[Sequence[Rule], str | None]:
        page = self._table.query(RULES, limit=limit, after=cursor)
        return [_to_rule(item) for item in page.items], page.next_key

    def all(self) -> Sequence[Rule]:
        return [_to_rule(item) for item in self._table.query_all(RULES)]

    def replace(self, rule: Rule) -> None:
        try:
            self._table.put(_item(rule), "v = :before", {":before": rule.version - 1})
        except ConditionFailed:
            raise RuleChanged("规则已被他人修改，请刷新后重试 (the rule was changed in between)") from None

    def put_many(self, rules: Sequence[Rule]) -> None:
        with ThreadPoolExecutor(WRITERS) as writers:
            list(writers.map(self._table.put, map(_item, rules)))

    def delete_many(self, rule_ids: Sequence[str]) -> None:
        with ThreadPoolExecutor(WRITERS) as writers:
            list(writers.map(self._table.delete, map(rule_key, rule_ids)))

    def delete(self, rule_id: str) -> bool:
        return self._table.delete(rule_key(rule_id)) is not None


def _item(rule: Rule) -> Item:
    return {**rule_key(rule.rule_id), "v": rule.version, BODY: msgspec.json.encode(rule).decode()}


def _to_rule(item: Item) -> Rule:
    return msgspec.json.decode(item[BODY], type=Rule)
