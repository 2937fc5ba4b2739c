"""A rule's verdict as the API shows it."""

from typing import Any

from chalicelib.rules import Why


def why_document(why: Why) -> dict[str, Any]:
    """A node of a rule and what it found, with its parts."""
    said: dict[str, Any] = {"at": why.at, "is_true": why.is_true, "says": why.says}
    if why.found:
        said["found"] = why.found
    return said | ({"parts": [why_document(part) for part in why.parts]} if why.parts else {})
