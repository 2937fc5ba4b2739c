"""Merchandising rules in a dictionary."""

from collections.abc import Sequence

from chalicelib.search import Rule, RuleChanged, RuleExists


class MemoryRuleBook:
    """``RuleBook`` in a dictionary."""

    def __init__(self) -> None:
        self._rules: dict[str, Rule] = {}

    def create(self, rule: Rule) -> None:
        if rule.rule_id in self._rules:
            raise RuleExists(f"规则 {rule.rule_id} 已存在 (a rule with this id exists)", field="id")
        self._rules[rule.rule_id] = rule

    def get(self, rule_id: str) -> Rule | None:
        return self._rules.get(rule_id)

    def list(self, limit: int, cursor: str | None = None) -> tuple[Sequence[Rule], str | None]:
        behind = [rule for rule in self.all() if cursor is None or rule.rule_id > cursor]
        return behind[:limit], behind[limit - 1].rule_id if len(behind) > limit else None

    def all(self) -> Sequence[Rule]:
        return [self._rules[rule_id] for rule_id in sorted(self._rules)]

    def replace(self, rule: Rule) -> None:
        known = self._rules.get(rule.rule_id)
        if known is None or known.version != rule.version - 1:
            raise RuleChanged("规则已被他人修改，请刷新后重试 (the rule was changed in between)")
        self._rules[rule.rule_id] = rule

    def put_many(self, rules: Sequence[Rule]) -> None:
        self._rules.update({rule.rule_id: rule for rule in rules})

    def delete_many(self, rule_ids: Sequence[str]) -> None:
        for rule_id in rule_ids:
            self._rules.pop(rule_id, None)

    def delete(self, rule_id: str) -> bool:
        return self._rules.pop(rule_id, None) is not None
