"""Definition shelves 定义架: what the floors ship and what an installation adds in its data folder.

A shipped file that is wrong stops the program (a test sees to it); a file of the installation's
own that is wrong is set aside with its mistakes, and the rest goes on working.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

from django.conf import settings

from lantai.core.desks.case_definition import DefinitionError, Mistake
from lantai.core.registry import DataShelf, UnknownId

FLOORS = ("foundation", "governance", "catalogue", "preservation", "resources", "access")
_ROOT = Path(__file__).resolve().parents[2]
D = TypeVar("D")


class DefinitionShelf(Generic[D]):
    """The definitions of one desk: ``<floor>/<desk>/*.toml`` and ``<data>/definitions/<desk>``."""

    def __init__(self, desk: str, load: Callable[[Path, Mapping[str, Any] | None], D]) -> None:
        self.desk, self.load = desk, load
        folders = {floor: _ROOT / floor / desk for floor in FLOORS}
        self._shipped: DataShelf[D] = DataShelf(load, *folders.values())
        self._folders = folders
        self._own: dict[str, D] = {}
        self._mistakes: list[Mistake] = []
        self._seen: tuple[Any, ...] | None = None

    @property
    def own_folder(self) -> Path:
        """Where an installation lays definitions of its own."""
        return Path(settings.LANTAI.data) / "definitions" / self.desk

    def all(self) -> dict[str, D]:
        """Every definition by id; an own one of the same id comes before the shipped one."""
        self._look()
        return dict(sorted({**self._shipped.all(), **self._own}.items()))

    def get(self, key: str) -> D:
        """The definition of this id, or `UnknownId`."""
        found = self.all().get(key)
        if found is None:
            raise UnknownId(f"{key!r} is on no {self.desk} shelf")
        return found

    def shipped(self) -> dict[str, D]:
        """Only what the floors ship."""
        return self._shipped.all()

    def floor_of(self, key: str) -> str:
        """The floor a definition lies on; "" for one of the installation's own."""
        for floor, folder in self._folders.items():
            if (folder / f"{key}.toml").exists():
                return floor
        return ""

    def mistakes(self) -> list[Mistake]:
        """What is wrong with the installation's own files."""
        self._look()
        return self._mistakes

    def _look(self) -> None:
        folder = self.own_folder
        files = sorted(folder.glob("*.toml")) if folder.is_dir() else []
        seen = (folder, *((f.name, f.stat().st_mtime_ns) for f in files))
        if seen == self._seen:
            return
        own: dict[str, D] = {}
        mistakes: list[Mistake] = []
        for path in files:
            try:
                made = self.load(path, None)
                own[str(made.id)] = made  # type: ignore[attr-defined]
            except DefinitionError as problem:
                mistakes += problem.mistakes
            except (OSError, UnicodeError) as problem:
                mistakes.append(
                    Mistake(path.name, 1, f"读不出：{problem}", f"unreadable: {problem}")
                )
        self._own, self._mistakes, self._seen = own, mistakes, seen
