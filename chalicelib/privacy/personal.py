"""Personal values on their way in: sealed wherever they stand, and hashed where a shopper is to be found by them."""

import re
from collections.abc import Mapping
from typing import Any, Final

from chalicelib.core.sealing import Sealer
from chalicelib.privacy.personal_names import NAMES, REGIONS, PersonalKind, plain_name

_EMAIL: Final = re.compile(r"[^\s@<>\"']{1,64}@[^\s@<>\"'/?&]{1,180}\.[^\s@<>\"'/?&.]{2,24}")
_PHONE: Final = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}")
MAX_NAMES: Final = 4
_FINDABLE: Final = (PersonalKind.EMAIL, PersonalKind.PHONE)


def sealed_document(document: Mapping[str, Any], sealer: Sealer, shopper_id: str) -> dict[str, Any]:
    """A JSON object without its personal values: those under a name of ``personal_names``, however deep, and every text
    that is an e-mail address, whatever its name. Of an address the region stays.
    """
    return {name: _sealed_under(name, value, sealer, shopper_id) for name, value in document.items()}


def looks_personal(shopper_id: str) -> bool:
    """Whether an id is an e-mail address or a mobile number: ids are keys and are never sealed."""
    return bool(_EMAIL.fullmatch(shopper_id) or _PHONE.fullmatch(shopper_id))


def names_to_find(traits: Mapping[str, Any], sealer: Sealer) -> frozenset[str]:
    """By what a shopper with these traits (sealed or not) is found: ``email#<hash>``, ``phone#<hash>``.

    At most ``MAX_NAMES``, of the traits that come first by name: all of them are written together.
    """
    kinds = ((name, NAMES.get(plain_name(name))) for name in sorted(traits))
    opened = ((kind, sealer.opened(traits[name])) for name, kind in kinds if kind in _FINDABLE)
    told = [(kind, text) for kind, text in opened if kind and isinstance(text, str) and text.strip()]
    return frozenset(name_to_find(kind, text, sealer) for kind, text in told[:MAX_NAMES])


def name_to_find(kind: PersonalKind, text: str, sealer: Sealer) -> str:
    """The name under which an e-mail address or a phone number is kept for looking up: a keyed hash."""
    return f"{kind}#{sealer.blind(f'{kind}:{_as_compared(kind, text)}')}"


def _as_compared(kind: PersonalKind, text: str) -> str:
    if kind is PersonalKind.PHONE:
        digits = re.sub(r"\D", "", text)
        return digits.removeprefix("0086").removeprefix("86") if _PHONE.fullmatch(text.strip()) else digits
    return text.strip().casefold()


def _sealed_under(name: str, value: Any, sealer: Sealer, shopper_id: str) -> Any:
    if plain_name(name) in NAMES:
        return _sealed_whole(value, sealer, shopper_id)
    if isinstance(value, dict):
        return sealed_document(value, sealer, shopper_id)
    if isinstance(value, list):
        return [_sealed_under("", each, sealer, shopper_id) for each in value]
    if isinstance(value, str) and "@" in value and _EMAIL.fullmatch(value.strip()):
        return sealer.seal(value, shopper_id)
    return value


def _sealed_whole(value: Any, sealer: Sealer, shopper_id: str) -> Any:
    """Every text and number in a personal value sealed, but for regions; numbers open as text."""
    match value:
        case dict():
            return {
                name: inner
                if plain_name(name) in REGIONS and not isinstance(inner, dict | list)
                else _sealed_whole(inner, sealer, shopper_id)
                for name, inner in value.items()
            }
        case list():
            return [_sealed_whole(each, sealer, shopper_id) for each in value]
        case bool() | None:
            return value
        case int() | float():
            return sealer.seal(str(value), shopper_id)
        case str() if value.strip():
            return sealer.seal(value, shopper_id)
        case _:
            return value
