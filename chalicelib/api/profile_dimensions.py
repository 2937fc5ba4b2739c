"""The four sides of a shopper as the API shows them."""

from datetime import datetime, tzinfo
from typing import Any

from chalicelib.core.clock import to_rfc3339
from chalicelib.profiles import Shopper
from chalicelib.profiles.dimensions import NAMES, Known, Statement, dimensions_of, in_words


def dimensions_document(shopper: Shopper, now: datetime, zone: tzinfo) -> dict[str, Any]:
    """All that is known at ``now``; of whom personalisation is switched off only what they said themselves."""
    known = Known(shopper.profile, shopper.traits, now, zone)
    sides = dimensions_of(known, may_infer=shopper.consents.is_personalised)
    return {
        side: {name: _statement(f"{side}.{name}", said) for name, said in statements.items()}
        for side, statements in sides.items()
    }


def _statement(path: str, said: Statement) -> dict[str, Any]:
    return {
        "name": NAMES[path],
        "value": said.value,
        "text": in_words(path, said.value),
        "source": said.source,
        "confidence": said.confidence,
        "since": to_rfc3339(said.since),
        "rule": said.rule,
        "rule_version": said.rule_version,
    }
