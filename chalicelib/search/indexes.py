"""Indexes as connectors see them: settings by name, and temporary ones that are filled and then moved over the shop's."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.core.clock import Clock
from chalicelib.core.ids import Randomness, new_id
from chalicelib.core.remembered import Remembered
from chalicelib.search.index_names import IndexKind, IndexNote, IndexNotes, kind_of
from chalicelib.search.overhauls import Overhaul, Overhauls

Settings = Mapping[str, Any]


class Indexes:
    """The shop's index, its replicas and temporary ones. Settings are kept as sent; who reads them gives them meaning."""

    def __init__(
        self,
        notes: IndexNotes,
        overhauls: Overhauls,
        clock: Clock,
        randomness: Randomness,
        shop_index: str,
        cache_seconds: int,
    ) -> None:
        self._notes = notes
        self._overhauls = overhauls
        self._clock = clock
        self._randomness = randomness
        self._shop_index = shop_index
        # A page of another length is better than none.
        self._known = Remembered[Mapping[str, Settings]](self._read, clock, cache_seconds, {})

    def note(self, name: str) -> IndexNote | None:
        """What was said of an index, as it is now."""
        return self._notes.get(name)

    def notes(self) -> list[IndexNote]:
        """What was said of every index."""
        return self._notes.all()

    def settings(self, name: str) -> Settings:
        """The settings a search of ``name`` goes by, a replica's over the shop's, as they were at most ``cache_seconds`` ago."""
        known = self._known.value()
        return {**known.get(self._shop_index, {}), **known.get(name, {})}

    def change_settings(self, name: str, changes: Settings) -> None:
        """Set what ``changes`` names; None takes a setting back."""
        now = self._clock.now()
        note = self._notes.get(name) or self._new(name)
        kept = {each: value for each, value in {**note.settings, **changes}.items() if value is not None}
        self._notes.put(replace(note, settings=kept, updated_at=now))
        self._known.forget()

    def stage(self, name: str) -> str | None:
        """The stage of a temporary index; None when nothing was put there."""
        note = self._notes.get(name)
        return note.stage if note else None

    def opened(self, name: str) -> str:
        """The stage of a temporary index, made when there is none."""
        stage = self.stage(name) or self._notes.create(self._new(name)).stage
        assert stage is not None
        return stage

    def emptied(self, name: str) -> str:
        """A new, empty stage of a temporary index; its settings stay."""
        now, note = self._clock.now(), self._notes.get(name) or self._new(name)
        stage = new_id(self._randomness)
        self._notes.put(replace(note, stage=stage, updated_at=now))
        return stage

    def copy_settings(self, source: str, destination: str) -> None:
        """Let ``destination`` have the settings of ``source``; a temporary one begins to exist by it."""
        note, now = self._notes.get(source), self._clock.now()
        target = self._notes.get(destination) or self._new(destination)
        self._notes.put(replace(target, settings=note.settings if note else {}, updated_at=now))
        self._known.forget()

    def move(self, source: str) -> Overhaul | None:
        """Have the catalogue become what the temporary index ``source`` holds, and the shop's settings what it was given, if
        anything; ``source`` is gone at once. None when there is no such index."""
        note = self._notes.get(source)
        if note is None or note.stage is None:
            return None
        overhaul = self._overhauls.start(note.stage)
        if note.settings:
            self.copy_settings(source, self._shop_index)
        self._notes.delete(source)
        return overhaul

    def forget(self, name: str) -> None:
        """A temporary index and what was put there is no more."""
        self._notes.delete(name)
        self._known.forget()

    def _new(self, name: str) -> IndexNote:
        now = self._clock.now()
        is_temporary = kind_of(name, self._shop_index) is IndexKind.TEMPORARY
        return IndexNote(name, now, now, stage=new_id(self._randomness) if is_temporary else None)

    def _read(self) -> Mapping[str, Settings]:
        return {note.name: note.settings for note in self._notes.all()}
