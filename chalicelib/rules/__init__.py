"""Owns the language of rules: conditions on somebody, as JSON, that say why they hold and until when."""

from chalicelib.rules.documents import RuleInvalid
from chalicelib.rules.nodes import Why
from chalicelib.rules.parsing import MAX_DEPTH, MAX_NODES, Parser
from chalicelib.rules.quantities import DailyCounts, DaysSince, Fading, Quantity, Range, Steady, Within, midnight
from chalicelib.rules.rule import Rule, ValueRule, Verdict, parse, parse_value
from chalicelib.rules.subject import Fact, Subject, Vocabulary

__all__ = [
    "MAX_DEPTH",
    "MAX_NODES",
    "DailyCounts",
    "DaysSince",
    "Fact",
    "Fading",
    "Parser",
    "Quantity",
    "Range",
    "Rule",
    "RuleInvalid",
    "Steady",
    "Subject",
    "ValueRule",
    "Verdict",
    "Vocabulary",
    "Why",
    "Within",
    "midnight",
    "parse",
    "parse_value",
]
