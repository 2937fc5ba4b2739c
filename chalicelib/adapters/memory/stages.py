"""Overhauls, stages and the notes of indexes in dictionaries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from chalicelib.catalog.model import Product
from chalicelib.search import IndexNote, Overhaul


class MemoryOverhaulRecords:
    """``OverhaulRecords`` in a dictionary; ``asked`` are the pages that a stream would ask for, oldest first."""

    def __init__(self) -> None:
        self._overhauls: dict[int, Overhaul] = {}
        self.asked: list[tuple[int, int]] = []

    def add(self, overhaul: Overhaul) -> bool:
        if overhaul.overhaul_id in self._overhauls:
            return False
        self._keep(overhaul)
        return True

    def get(self, overhaul_id: int) -> Overhaul | None:
        return self._overhauls.get(overhaul_id)

    def replace(self, before: Overhaul, after: Overhaul) -> bool:
        if self._overhauls[before.overhaul_id].page != before.page:
            return False
        self._keep(after)
        return True

    def running(self) -> Sequence[Overhaul]:
        latest = sorted(self._overhauls, reverse=True)[:20]
        return [self._overhauls[each] for each in latest if self._overhauls[each].is_running]

    def _keep(self, overhaul: Overhaul) -> None:
        self._overhauls[overhaul.overhaul_id] = overhaul
        if overhaul.is_running:
            self.asked.append((overhaul.overhaul_id, overhaul.page))


class MemoryStages:
    """``Stages`` in dictionaries."""

    def __init__(self) -> None:
        self._stages: dict[str, dict[str, Product]] = defaultdict(dict)

    def put_many(self, stage: str, products: Sequence[Product]) -> None:
        self._stages[stage].update({each.product_id: each for each in products})

    def delete_many(self, stage: str, product_ids: Sequence[str]) -> None:
        for each in product_ids:
            self._stages[stage].pop(each, None)

    def get_many(self, stage: str, product_ids: Sequence[str]) -> Mapping[str, Product]:
        return {each: self._stages[stage][each] for each in product_ids if each in self._stages[stage]}

    def page(self, stage: str, after: str | None, limit: int) -> tuple[Sequence[Product], str | None]:
        ids = sorted(each for each in self._stages[stage] if after is None or each > after)
        return [self._stages[stage][each] for each in ids[:limit]], ids[limit - 1] if len(ids) > limit else None


class MemoryIndexNotes:
    """``IndexNotes`` in a dictionary."""

    def __init__(self) -> None:
        self._notes: dict[str, IndexNote] = {}

    def create(self, note: IndexNote) -> IndexNote:
        return self._notes.setdefault(note.name, note)

    def get(self, name: str) -> IndexNote | None:
        return self._notes.get(name)

    def put(self, note: IndexNote) -> None:
        self._notes[note.name] = note

    def delete(self, name: str) -> None:
        self._notes.pop(name, None)

    def all(self) -> list[IndexNote]:
        return [self._notes[name] for name in sorted(self._notes)]
