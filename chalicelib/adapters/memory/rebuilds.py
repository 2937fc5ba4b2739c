"""Rebuilds in a dictionary."""

from chalicelib.search import Rebuild, RebuildStatus


class MemoryRebuildRecords:
    """``RebuildRecords`` in a dictionary; ``asked`` are the pages that a stream would ask for, oldest first."""

    def __init__(self) -> None:
        self._rebuilds: dict[str, Rebuild] = {}
        self.asked: list[tuple[str, int]] = []

    def add(self, rebuild: Rebuild) -> None:
        self._keep(rebuild)

    def get(self, rebuild_id: str) -> Rebuild | None:
        return self._rebuilds.get(rebuild_id)

    def replace(self, before: Rebuild, after: Rebuild) -> bool:
        known = self._rebuilds[before.rebuild_id]
        if known.page != before.page or known.status is not RebuildStatus.RUNNING:
            return False
        self._keep(after)
        return True

    def _keep(self, rebuild: Rebuild) -> None:
        self._rebuilds[rebuild.rebuild_id] = rebuild
        if rebuild.status is RebuildStatus.RUNNING:
            self.asked.append((rebuild.rebuild_id, rebuild.page))
