"""In-memory twin of the port of ``privacy``."""

from collections.abc import Sequence

from chalicelib.privacy.model import Consents, Evidence, StaleConsents


class MemoryConsentRecords:
    """``ConsentRecords`` in dictionaries."""

    def __init__(self) -> None:
        self._consents: dict[str, Consents] = {}
        self._moved: dict[str, str] = {}
        self._evidence: dict[str, list[Evidence]] = {}

    def of(self, shopper_id: str) -> Consents:
        if shopper_id in self._moved:
            return self.of(self._moved[shopper_id])
        return self._consents.get(shopper_id, Consents(shopper_id))

    def check(self, shopper_id: str, version: int) -> None:
        """Raises ``StaleConsents`` unless the consents are of ``version`` and were not merged away."""
        if shopper_id in self._moved or self.of(shopper_id).version != version:
            raise StaleConsents(f"the consents of shopper {shopper_id!r} were changed in between")

    def move(self, shopper_id: str, to: str) -> None:
        """Let the consents of ``shopper_id`` be those of ``to`` from now on."""
        self._moved[shopper_id] = to

    def save(self, consents: Consents, evidence: Evidence) -> None:
        shopper_id = consents.shopper_id
        self.check(shopper_id, consents.version - 1)
        self._consents[shopper_id] = consents
        self._evidence.setdefault(shopper_id, []).append(evidence)

    def evidence(self, shopper_id: str) -> list[Evidence]:
        return list(self._evidence.get(shopper_id, []))

    def history(self, shopper_id: str, limit: int, cursor: str | None = None) -> tuple[Sequence[Evidence], str | None]:
        newest_first = list(reversed(self._evidence.get(shopper_id, [])))
        start = int(cursor) if cursor else 0
        page = newest_first[start : start + limit]
        return page, str(start + limit) if start + limit < len(newest_first) else None
