"""Owns what a shopper allowed: consent per channel and purpose with its evidence, and the personalisation switch."""

from chalicelib.privacy.model import Channel, Consent, Consents, Evidence, Purpose, Source, StaleConsents
from chalicelib.privacy.ports import ConsentRecords
from chalicelib.privacy.service import Privacy

__all__ = [
    "Channel",
    "Consent",
    "ConsentRecords",
    "Consents",
    "Evidence",
    "Privacy",
    "Purpose",
    "Source",
    "StaleConsents",
]
