"""Merchandising: writing rules down, and remembering them for whoever searches."""

from collections.abc import Container, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.core.clock import Clock
from chalicelib.core.remembered import Remembered
from chalicelib.search.model import SearchRequest
from chalicelib.search.ports import RuleBook
from chalicelib.search.rules import (
    MAX_RULES,
    Rule,
    RuleNotFound,
    TooManyRules,
)
from chalicelib.search.shelf import Shelf, shelf_of


class Merchandising:
    """The rules of a shop: kept in a book, remembered for ``cache_seconds`` by each container that searches."""

    def __init__(self, book: RuleBook, clock: Clock, cache_seconds: int) -> None:
        self._book = book
        # A shop that sells without its pins is better than one that does not answer.
        self._known = Remembered[Sequence[Rule]](lambda: tuple(book.all()), clock, cache_seconds, ())

    def create(self, rule: Rule) -> Rule:
        """Write a new rule down. Raises ``RuleExists``."""
        self._book.create(rule)
        self._known.forget()
        return rule

    def get(self, rule_id: str) -> Rule:
        """Raises ``RuleNotFound``."""
        rule = self._book.get(rule_id)
        if rule is None:
            raise RuleNotFound(f"规则 {rule_id} 不存在 (no such rule)")
        return rule

    def list(self, limit: int, cursor: str | None) -> tuple[Sequence[Rule], str | None]:
        """A page of rules, by id, and where the next one begins."""
        return self._book.list(limit, cursor)

    def replace(self, rule: Rule) -> Rule:
        """Put ``rule`` in the place of the one of its id. Raises ``RuleNotFound``, ``RuleChanged``."""
        known = self.get(rule.rule_id)
        changed = replace(rule, created_at=known.created_at, version=known.version + 1)
        self._book.replace(changed)
        self._known.forget()
        return changed

    def every(self) -> Sequence[Rule]:
        """Every rule, as it is now."""
        return self._book.all()

    def store(self, rules: Sequence[Rule], instead_of: Container[str] = ()) -> None:
        """Write rules down, new ones and others in the place of those of their ids, and take out those ``instead_of`` names.
        Raises ``TooManyRules``."""
        known = {rule.rule_id: rule for rule in self._book.all()}
        gone = [rule_id for rule_id in known if rule_id in instead_of]
        fresh = {rule.rule_id: _renewed(rule, known.get(rule.rule_id)) for rule in rules}
        if len((known.keys() - set(gone)) | fresh.keys()) > MAX_RULES:
            raise TooManyRules(
                f"规则和同义词合计不能超过 {MAX_RULES} 条 (at most {MAX_RULES} rules and synonyms together)"
            )
        self._book.put_many(tuple(fresh.values()))
        self._book.delete_many([rule_id for rule_id in gone if rule_id not in fresh])
        self._known.forget()

    def delete(self, rule_id: str) -> None:
        """Raises ``RuleNotFound``."""
        if not self._book.delete(rule_id):
            raise RuleNotFound(f"规则 {rule_id} 不存在 (no such rule)")
        self._known.forget()

    def shelf(self, request: SearchRequest, now: datetime) -> Shelf:
        """What the shop's rules make of ``request``; a change is seen ``cache_seconds`` later at most."""
        return shelf_of(self.rules(), request, now)

    def rules(self) -> Sequence[Rule]:
        """Every rule, as it was at most ``cache_seconds`` ago; older when the book does not answer."""
        return self._known.value()


def _renewed(rule: Rule, known: Rule | None) -> Rule:
    return replace(rule, created_at=known.created_at, version=known.version + 1) if known else rule
