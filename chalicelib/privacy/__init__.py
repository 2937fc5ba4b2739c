"""Owns what a shopper allowed: consent per channel and purpose with its evidence, and the personalisation switch."""

from chalicelib.privacy.model import Channel, Consent, Consents, Evidence, Purpose, Source, StaleConsents
from chalicelib.privacy.personal import looks_personal, name_to_find, names_to_find, sealed_document
from chalicelib.privacy.personal_names import PersonalKind
from chalicelib.privacy.ports import ConsentRecords
from chalicelib.privacy.service import Privacy
from chalicelib.privacy.unsubscribing import UnsubscribeLinkInvalid, UnsubscribeLinks, Unsubscription

__all__ = [
    "Channel",
    "Consent",
    "ConsentRecords",
    "Consents",
    "Evidence",
    "PersonalKind",
    "Privacy",
    "Purpose",
    "Source",
    "StaleConsents",
    "UnsubscribeLinkInvalid",
    "UnsubscribeLinks",
    "Unsubscription",
    "looks_personal",
    "name_to_find",
    "names_to_find",
    "sealed_document",
]
