"""Reading a rule's JSON piece by piece: every complaint names the place."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from chalicelib.core.errors import InvalidRequest

MAX_TEXT_CHARACTERS = 100
MAX_VALUES = 50
MOST = 1e12


class RuleInvalid(InvalidRequest):
    """A rule cannot be understood; ``field`` is the path of the node that is wrong (``rule.all[1].did.at_least``)."""


class Piece:
    """One JSON object of a rule and where it stands."""

    def __init__(self, value: Any, at: str, *, may: Collection[str], must: Collection[str] = ()) -> None:
        if not isinstance(value, Mapping):
            raise RuleInvalid(f"{at} must be an object", field=at)
        self.at = at
        self._value = value
        for name in value:
            if name not in may:
                raise RuleInvalid(f"{at} knows no {_shown(name)}; it knows {listed(may)}", field=f"{at}.{_shown(name)}")
        for name in must:
            if name not in value:
                raise RuleInvalid(f"{at} needs {name}", field=f"{at}.{name}")

    def __contains__(self, name: str) -> bool:
        return name in self._value

    def get(self, name: str) -> Any:
        """The value as it is, or None."""
        return self._value.get(name)

    def path(self, name: str) -> str:
        """Where a value stands."""
        return f"{self.at}.{name}"

    def word(self, name: str, known: Collection[str]) -> str:
        """A text that is one of ``known``."""
        value = self.get(name)
        if not isinstance(value, str) or value not in known:
            raise RuleInvalid(f"{self.path(name)} must be one of {listed(known)}", field=self.path(name))
        return value

    def text(self, name: str) -> str:
        """A text that is not empty."""
        return text_at(self.get(name), self.path(name))

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        values = list_at(self.get(name), self.path(name), MAX_VALUES)
        return tuple(text_at(value, f"{self.path(name)}[{place}]") for place, value in enumerate(values))

    def number(self, name: str) -> float:
        """A number."""
        return number_at(self.get(name), self.path(name))

    def whole(self, name: str, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``."""
        value = self.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise RuleInvalid(f"{self.path(name)} must be a whole number from {low} to {high}", field=self.path(name))
        return value

    def only_one_of(self, names: Sequence[str]) -> str:
        """The one name of ``names`` that is there."""
        there = [name for name in names if name in self._value]
        if len(there) != 1:
            raise RuleInvalid(f"{self.at} needs exactly one of {listed(names)}", field=self.at)
        return there[0]


def text_at(value: Any, at: str) -> str:
    """A text that is not empty and not too long. Raises ``RuleInvalid``."""
    if not isinstance(value, str) or not 0 < len(value.strip()) <= len(value) <= MAX_TEXT_CHARACTERS:
        raise RuleInvalid(f"{at} must be a text of 1 to {MAX_TEXT_CHARACTERS} characters", field=at)
    return value


def number_at(value: Any, at: str) -> float:
    """A number. Raises ``RuleInvalid``."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= MOST:
        raise RuleInvalid(f"{at} must be a number of at most {MOST:.0f}", field=at)
    return value


def list_at(value: Any, at: str, most: int) -> Sequence[Any]:
    """A list with at least one value. Raises ``RuleInvalid``."""
    if not isinstance(value, list | tuple) or not 0 < len(value) <= most:
        raise RuleInvalid(f"{at} must be a list of 1 to {most}", field=at)
    return value


def plain_at(value: Any, at: str) -> Any:
    """A text, number, true or false. Raises ``RuleInvalid``."""
    if isinstance(value, bool):
        return value
    return text_at(value, at) if isinstance(value, str) else number_at(value, at)


def listed(names: Collection[str]) -> str:
    """The names, to be read."""
    return ", ".join(sorted(names))


def _shown(name: Any) -> str:
    return str(name)[:40]
