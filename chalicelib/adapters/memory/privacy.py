"""In-memory twin of the port of ``privacy``."""

from chalicelib.privacy.model import Consents, Evidence, StaleConsents


class MemoryConsentRecords:
    """``ConsentRecords`` in dictionaries."""

    def __init__(self) -> None:
        self._consents: dict[str, Consents] = {}
        self._evidence: dict[str, list[Evidence]] = {}

    def of(self, shopper_id: str) -> Consents:
        return self._consents.get(shopper_id, Consents(shopper_id))

    def save(self, consents: Consents, evidence: Evidence) -> None:
        shopper_id = consents.shopper_id
        if self.of(shopper_id).version != consents.version - 1:
            raise StaleConsents(f"the consents of shopper {shopper_id!r} were changed in between")
        self._consents[shopper_id] = consents
        self._evidence.setdefault(shopper_id, []).append(evidence)

    def evidence(self, shopper_id: str) -> list[Evidence]:
        return list(self._evidence.get(shopper_id, []))
