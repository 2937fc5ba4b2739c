"""Merchandising rules: what a shop's people change about the answers to a query or a category, and when."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from chalicelib.core.errors import Conflict, Impossible, InvalidRequest, NotFound
from chalicelib.search.document import ATTRIBUTE_PREFIX, CATEGORY, CATEGORY_LEVELS, OBJECT_ID, PLAIN_FACETS
from chalicelib.search.plan import Condition, Filter, Operator
from chalicelib.search.text import fold

MAX_RULES = 1_000
"""A shop's rules and synonyms together: every container that searches reads them all."""
MAX_ACTIONS = 50
MAX_POSITION = 100
MAX_WORDS = 20
MAX_TEXT_CHARACTERS = 200
MAX_URL_CHARACTERS = 2_000
MAX_BOOST = 10.0
BURIED = 0.1
"""A tenth of its score takes a hit behind every other one that says as much of the query."""


class RuleNotFound(NotFound):
    """There is no rule of that id."""


class RuleExists(Conflict):
    """A rule of that id was written before."""


class TooManyRules(Impossible):
    """The shop would have more rules and synonyms than each search can look at."""


class RuleChanged(Conflict):
    """Somebody else changed the rule in between."""


class TriggerKind(StrEnum):
    """Which searches a rule is for. ``ALWAYS`` is for what holds everywhere: synonyms, hidden products."""

    EXACT = "exact"
    CONTAINS = "contains"
    CATEGORY = "category"
    ALWAYS = "always"


class ActionKind(StrEnum):
    """What a rule does."""

    PIN = "pin"
    BURY = "bury"
    BOOST = "boost"
    HIDE = "hide"
    REDIRECT = "redirect"
    SYNONYMS = "synonyms"


@dataclass(frozen=True, slots=True)
class Trigger:
    """``value`` is the query (or a part of it), folded before it is compared, or a category: its name or whole path."""

    kind: TriggerKind
    value: str = ""

    def fires(self, query: str, filters: Iterable[Filter]) -> bool:
        """Whether a search for ``query`` under ``filters`` is meant."""
        wanted, asked = comparable(self.value), comparable(query)
        if self.kind is TriggerKind.EXACT:
            return wanted == asked
        if self.kind is TriggerKind.CONTAINS:
            return wanted in asked
        if self.kind is TriggerKind.CATEGORY:
            return any(_is_category(each, self.value) for each in filters)
        return True


@dataclass(frozen=True, slots=True)
class RuleAction:
    """One thing to do. Which fields are read depends on ``kind``:

    ``PIN`` ``product_id`` and ``position`` (from 1); ``HIDE``, ``BURY``, ``BOOST`` either ``product_id`` or ``facet`` and
    ``value``, ``BOOST`` also ``factor`` (above 1); ``REDIRECT`` ``url``; ``SYNONYMS`` ``words`` of one meaning, with
    ``is_one_way`` only from the first to the others.
    """

    kind: ActionKind
    product_id: str | None = None
    position: int | None = None
    facet: str | None = None
    value: str | None = None
    factor: float | None = None
    url: str | None = None
    words: tuple[str, ...] = ()
    is_one_way: bool = False

    @property
    def target(self) -> tuple[str, str]:
        """The facet and the value of the products meant."""
        return (OBJECT_ID, self.product_id) if self.product_id else (self.facet or "", self.value or "")


@dataclass(frozen=True, slots=True)
class Rule:
    """Valid from ``starts_at`` until before ``ends_at`` (None: open). ``version`` counts the changes.

    Raises ``InvalidRequest`` naming the field when a part makes no sense.
    """

    rule_id: str
    name: str
    trigger: Trigger
    actions: tuple[RuleAction, ...]
    created_at: datetime
    is_enabled: bool = True
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    version: int = field(default=1)

    def __post_init__(self) -> None:
        _require(0 < len(self.rule_id) <= 64 and "#" not in self.rule_id, "id", "must have 1 to 64 characters, no #")
        _require(bool(self.name.strip()) and len(self.name) <= MAX_TEXT_CHARACTERS, "name", "must not be empty or long")
        _require(0 < len(self.actions) <= MAX_ACTIONS, "actions", f"must have 1 to {MAX_ACTIONS} entries")
        _check_trigger(self.trigger)
        for at, action in enumerate(self.actions):
            _check_action(action, f"actions[{at}]")
        ends_late = self.starts_at is None or self.ends_at is None or self.starts_at < self.ends_at
        _require(ends_late, "ends_at", "must be after starts_at")

    def holds(self, now: datetime) -> bool:
        """Whether the rule is switched on and valid at ``now``."""
        has_begun = self.starts_at is None or self.starts_at <= now
        return self.is_enabled and has_begun and (self.ends_at is None or now < self.ends_at)


@lru_cache(maxsize=8_192)
def comparable(text: str) -> str:
    """``text`` as queries and rules are compared: folded, one space between words."""
    return " ".join(fold(text).split())


def _is_category(each: Filter, value: str) -> bool:
    return len(each.any_of) == 1 and _picks(each.any_of[0], value)


def _picks(condition: Condition, value: str) -> bool:
    if condition.operator is not Operator.IS or condition.is_negated:
        return False
    if condition.field not in (CATEGORY, *CATEGORY_LEVELS):
        return False
    chosen = str(condition.value)
    return value in (chosen, chosen.rpartition(" > ")[2])


def _check_trigger(trigger: Trigger) -> None:
    needs_text = trigger.kind in (TriggerKind.CONTAINS, TriggerKind.CATEGORY)
    _require(not needs_text or comparable(trigger.value) != "", "trigger.value", "must not be empty")
    _require(len(trigger.value) <= MAX_TEXT_CHARACTERS, "trigger.value", f"has over {MAX_TEXT_CHARACTERS} characters")


def _check_action(action: RuleAction, at: str) -> None:
    if action.kind is ActionKind.REDIRECT:
        _require(_is_safe(action.url or ""), f"{at}.url", "must begin with https://, http:// or one /")
    elif action.kind is ActionKind.SYNONYMS:
        distinct = {comparable(word) for word in action.words}
        fit = 2 <= len(action.words) <= MAX_WORDS and "" not in distinct and len(distinct) == len(action.words)
        _require(fit, f"{at}.words", f"must be 2 to {MAX_WORDS} different words")
        _require(max(map(len, action.words)) <= 50, f"{at}.words", "has a word of more than 50 characters")
    elif action.kind is ActionKind.PIN:
        _require(bool(action.product_id), f"{at}.product_id", "is missing")
        in_range = action.position is not None and 1 <= action.position <= MAX_POSITION
        _require(in_range, f"{at}.position", f"must be between 1 and {MAX_POSITION}")
    else:
        _check_target(action, at)


def _check_target(action: RuleAction, at: str) -> None:
    by_facet = bool(action.facet and action.value)
    _require(bool(action.product_id) != by_facet, at, "needs either product_id or facet and value")
    known = not by_facet or action.facet in PLAIN_FACETS or str(action.facet).startswith(ATTRIBUTE_PREFIX)
    _require(known, f"{at}.facet", f"must be one of {', '.join(PLAIN_FACETS)} or {ATTRIBUTE_PREFIX}<name>")
    if action.kind is ActionKind.BOOST:
        in_range = action.factor is not None and 1 < action.factor <= MAX_BOOST
        _require(in_range, f"{at}.factor", f"must be above 1 and at most {MAX_BOOST:g}")


def _is_safe(url: str) -> bool:
    # A browser follows it: no scripts, and "//host" or "/\host" leave the shop while looking like a path of it.
    is_path = url.startswith("/") and url[1:2] not in ("/", "\\")
    is_plain = url.isprintable() and " " not in url
    return len(url) <= MAX_URL_CHARACTERS and is_plain and (is_path or url.startswith(("https://", "http://")))


def _require(holds: bool, name: str, message: str) -> None:
    if not holds:
        raise InvalidRequest(f"{name} {message}", field=name)
