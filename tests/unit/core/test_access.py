"""Keys made of keys, as Algolia makes them."""

import base64
import hashlib
import hmac
from dataclasses import replace

import pytest

from chalicelib.core.access import Scope, new_key, parent_of
from chalicelib.core.ids import SeededRandomness
from tests.support.search import NOW


def secured(secret: str, parameters: str) -> str:
    signature = hmac.new(secret.encode(), parameters.encode(), hashlib.sha256).hexdigest()
    return base64.b64encode((signature + parameters).encode()).decode()


SECRET, KEY = new_key(Scope.SEARCH, "shop", NOW, SeededRandomness("a"))
OTHER_SECRET, OTHER = new_key(Scope.SEARCH, "other", NOW, SeededRandomness("b"))
ADMIN_SECRET, ADMIN = new_key(Scope.ADMIN, "admin", NOW, SeededRandomness("c"))
KEYS = [OTHER, ADMIN, KEY]


def test_the_hash_of_a_search_key_is_enough_to_check_what_it_signed() -> None:
    assert parent_of(secured(SECRET, "filters=brand%3Ax"), KEYS) == (KEY, "filters=brand%3Ax")
    assert parent_of(secured(OTHER_SECRET, ""), KEYS) == (OTHER, "")


@pytest.mark.parametrize(
    "presented",
    [
        secured(ADMIN_SECRET, "a=b"),
        secured("guessed", "a=b"),
        secured(SECRET, "a=b")[:-4],
        base64.b64encode(b"short").decode(),
        base64.b64encode(b"\xff" * 90).decode(),
        base64.b64encode(("é" * 80).encode()).decode(),
        "no base64 at all",
        SECRET,
    ],
)
def test_nothing_else_passes(presented: str) -> None:
    assert parent_of(presented, KEYS) is None


def test_parameters_cannot_be_changed_and_a_revoked_parent_takes_its_children_along() -> None:
    plain = base64.b64decode(secured(SECRET, "filters=brand%3Ax")).decode()
    assert parent_of(base64.b64encode(plain.replace("%3Ax", "%3Ay").encode()).decode(), KEYS) is None
    assert parent_of(secured(SECRET, "a=b"), [replace(KEY, revoked_at=NOW)]) is None
