"""The mappings that ship: one JSON file for each scheme."""

from functools import cache
from pathlib import Path

import msgspec

from chalicelib.webhooks.mapping import PlatformMapping, read_mapping
from chalicelib.webhooks.model import Scheme, WebhookSource

_FOLDER = Path(__file__).parent / "platforms"


@cache
def shipped(scheme: Scheme) -> PlatformMapping:
    """How ``scheme``'s platform is read unless its source says otherwise."""
    return read_mapping(msgspec.json.decode((_FOLDER / f"{scheme}.json").read_bytes()), str(scheme))


def mapping_of(source: WebhookSource) -> PlatformMapping:
    """How ``source`` is read."""
    return shipped(source.scheme) if source.mapping is None else read_mapping(source.mapping)
