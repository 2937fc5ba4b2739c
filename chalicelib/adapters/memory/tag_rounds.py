"""In-memory twin of ``RoundRecords``."""

from collections.abc import Sequence

from chalicelib.profiles.tags.rounds import Round


class MemoryRoundRecords:
    """``RoundRecords`` in a dictionary; ``asked`` has the steps that were asked for, in order."""

    def __init__(self) -> None:
        self._rounds: dict[str, Round] = {}
        self.asked: list[tuple[str, int]] = []

    def add(self, new: Round) -> bool:
        if new.round_id in self._rounds:
            return False
        self._keep(new)
        return True

    def get(self, round_id: str) -> Round | None:
        return self._rounds.get(round_id)

    def replace(self, before: Round, after: Round) -> bool:
        known = self._rounds.get(before.round_id)
        if known is None or known.page != before.page or not known.is_running:
            return False
        self._keep(after)
        return True

    def latest(self, limit: int) -> Sequence[Round]:
        return [self._rounds[round_id] for round_id in sorted(self._rounds, reverse=True)[:limit]]

    def _keep(self, round_: Round) -> None:
        self._rounds[round_.round_id] = round_
        if round_.is_running:
            self.asked.append((round_.round_id, round_.page))
