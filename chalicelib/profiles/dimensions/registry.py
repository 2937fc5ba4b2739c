"""All rules of all dimensions, and what they say of a shopper."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time

from chalicelib.profiles.dimensions import basic, behaviour, consumption, psychology, traits
from chalicelib.profiles.dimensions.model import Dimension, Known, Rule, Source, Statement

RULES = (*basic.RULES, *behaviour.RULES, *consumption.RULES, *psychology.RULES)
"""Of several rules for one value the first one that can say anything counts: what was given stands before inferences."""
PATHS = tuple(dict.fromkeys(rule.path for rule in RULES))
"""``basic.age_band``, ``basic.gender``, ..."""
_BY_PATH: Mapping[str, tuple[Rule, ...]] = {path: tuple(rule for rule in RULES if rule.path == path) for path in PATHS}
_BY_THE_CALENDAR: Mapping[str, Callable[[Known], date | None]] = {
    "basic.age_band": traits.next_birthday,
    "behaviour.visit_frequency": behaviour.visit_falls_out,
    "consumption.order_frequency": consumption.order_falls_out,
}
"""What can change without an event, and on which day."""


def statement_of(path: str, known: Known, *, may_infer: bool) -> Statement | None:
    """What is known of one value, or None. Without ``may_infer`` (personalisation is off) only what was given.

    Raises ``KeyError`` for a path that is none of ``PATHS``.
    """
    rules = (rule for rule in _BY_PATH[path] if may_infer or rule.source is Source.GIVEN)
    return next((said for rule in rules if (said := rule.say(known)) is not None), None)


def dimensions_of(known: Known, *, may_infer: bool) -> dict[Dimension, dict[str, Statement]]:
    """All that is known, by dimension and name; without ``may_infer`` only what was given."""
    found: dict[Dimension, dict[str, Statement]] = {dimension: {} for dimension in Dimension}
    for path in PATHS:
        said = statement_of(path, known, may_infer=may_infer)
        if said is not None:
            dimension, _, name = path.partition(".")
            found[Dimension(dimension)][name] = said
    return found


def may_change_at(path: str, known: Known) -> datetime | None:
    """The earliest instant at which a value may change without a new event; None when only events change it."""
    day = _BY_THE_CALENDAR[path](known) if path in _BY_THE_CALENDAR else None
    return datetime.combine(day, time(), known.zone) if day else None
