"""A rule that cannot be understood is refused, and the error points at the node."""

from typing import Any

import pytest

from chalicelib.profiles import VOCABULARY
from chalicelib.rules import MAX_DEPTH, MAX_NODES, RuleInvalid, parse, parse_value

ORDERED = {"did": {"event": "ordered"}}


def deep(levels: int) -> dict[str, Any]:
    """A rule of so many levels."""
    rule: dict[str, Any] = ORDERED
    for _ in range(levels - 1):
        rule = {"not": rule}
    return rule


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (None, "rule"),
        ([], "rule"),
        ({}, "rule"),
        ({"and": []}, "rule.and"),
        ({"all": [], "any": []}, "rule"),
        ({"all": []}, "rule.all"),
        ({"all": {}}, "rule.all"),
        ({"all": [ORDERED] * 31}, "rule.all"),
        ({"all": [ORDERED, {"did": {"event": "ordered", "at_least": "3"}}]}, "rule.all[1].did.at_least"),
        ({"all": [ORDERED, {"any": [{"not": {"did": {"event": "flown"}}}]}]}, "rule.all[1].any[0].not.did.event"),
        ({"did": {}}, "rule.did.event"),
        ({"did": {"event": "ordered", "at_least": True}}, "rule.did.at_least"),
        ({"did": {"event": "ordered", "at_least": -1}}, "rule.did.at_least"),
        ({"did": {"event": "ordered", "within_days": 91}}, "rule.did.within_days"),
        ({"did": {"event": "refunded", "within_days": 30}}, "rule.did.event"),
        ({"did": {"event": "ordered", "times": 3}}, "rule.did.times"),
        ({"spent": {"within_days": 30}}, "rule.spent"),
        ({"last_did": {"event": "ordered"}}, "rule.last_did"),
        ({"last_did": {"event": "refunded", "within_days": 3}}, "rule.last_did.event"),
        ({"first_did": {"event": "ordered", "within_days": 3}}, "rule.first_did.event"),
        ({"compare": {"number": "luck", "gte": 1}}, "rule.compare.number"),
        ({"compare": {"number": "trait.", "gte": 1}}, "rule.compare.number"),
        ({"compare": {"number": "spend"}}, "rule.compare"),
        ({"compare": {"number": "spend", "gte": 1, "lt": 2}}, "rule.compare"),
        ({"compare": {"number": "spend", "gte": float("nan")}}, "rule.compare.gte"),
        ({"compare": {"number": "spend", "gte": 10**400}}, "rule.compare.gte"),
        ({"compare": {"number": "spend", "between": [1]}}, "rule.compare.between"),
        ({"compare": {"number": "spend", "between": [1, "2"]}}, "rule.compare.between[1]"),
        ({"is": {"equals": 1}}, "rule.is.what"),
        ({"is": {"what": "mood", "equals": "好"}}, "rule.is.what"),
        ({"is": {"what": "trait.city"}}, "rule.is"),
        ({"is": {"what": "trait.city", "equals": ["北京"]}}, "rule.is.equals"),
        ({"is": {"what": "trait.city", "one_of": ["北京", ""]}}, "rule.is.one_of[1]"),
        ({"is": {"what": "trait.city", "contains": ["京" * 101]}}, "rule.is.contains[0]"),
        ({"has": "mood"}, "rule.has"),
        ({"has": ["trait.city"]}, "rule.has"),
        ({"likes": {"kind": "brand", "at_least": 3}}, "rule.likes"),
        ({"likes": {"kind": "brand", "name": "山野"}}, "rule.likes.at_least"),
        ({"likes": {"kind": "brand", "name": "山野", "at_least": 0}}, "rule.likes.at_least"),
        ({"likes": {"kind": "colour", "name": "红", "at_least": 3}}, "rule.likes.kind"),
        ({"favourite": {"kind": "brand"}}, "rule.favourite.one_of"),
        (deep(MAX_DEPTH + 1), "rule" + ".not" * MAX_DEPTH),
        ({"all": [{"any": [ORDERED] * 25}] * 4}, "rule.all[3].any[20]"),
    ],
)
def test_the_error_names_the_node(document: Any, field: str) -> None:
    with pytest.raises(RuleInvalid) as raised:
        parse(document, VOCABULARY)
    assert raised.value.field == field
    assert raised.value.message


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({}, "tag.rule"),
        ({"when": ORDERED, "cases": []}, "tag.rule"),
        ({"when": {"did": {}}}, "tag.rule.when.did.event"),
        ({"when": ORDERED, "at_least": 3}, "tag.rule.at_least"),
        ({"cases": []}, "tag.rule.cases"),
        ({"cases": [{"when": ORDERED}]}, "tag.rule.cases[0].value"),
        ({"cases": [{"when": ORDERED, "value": 3}]}, "tag.rule.cases[0].value"),
        ({"cases": [{"when": ORDERED, "value": "是"}, {"when": {}, "value": "否"}]}, "tag.rule.cases[1].when"),
        ({"value_of": "favourite.colour"}, "tag.rule.value_of"),
        ({"value_of": "trait.city", "at_least": 3}, "tag.rule.at_least"),
        ({"value_of": "trait.city", "when": {"has": 1}}, "tag.rule.when.has"),
        ({"value_of": "trait.city", "cases": []}, "tag.rule"),
    ],
)
def test_the_error_of_a_rule_with_values_names_the_node(document: Any, field: str) -> None:
    with pytest.raises(RuleInvalid) as raised:
        parse_value(document, VOCABULARY, "tag.rule")
    assert raised.value.field == field


def test_the_deepest_and_the_largest_rule_are_understood() -> None:
    parse(deep(MAX_DEPTH), VOCABULARY)
    parse({"all": [{"any": [ORDERED] * 24}] * 3 + [{"any": [ORDERED] * 23}]}, VOCABULARY)
    assert MAX_NODES == 1 + 4 + 3 * 24 + 23
