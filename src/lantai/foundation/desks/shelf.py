"""OwnShelf 定义架: the definitions that come with the program, and those of this installation.

An installation's own lie in ``<data>/definitions/<kind>/*.toml``; they are read again when a file
there changes, and one with a mistake is left out and told of, never a reason to stop.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings

from lantai.core.desks.case_definition import DefinitionError, Mistake
from lantai.core.registry import DataShelf, UnknownId

T = TypeVar("T")


class OwnShelf(DataShelf[T]):
    """A `DataShelf` with the installation's own folder beside it."""

    def __init__(
        self, load: Callable[[Path, dict[str, Any]], T], kind: str, *folders: Path
    ) -> None:
        super().__init__(load, *folders)
        self.kind = kind
        self.mistakes: list[Mistake] = []
        self._stamp: tuple[Any, ...] | None = None
        self._merged: dict[str, T] = {}

    def all(self) -> dict[str, T]:
        """Built-in definitions and the installation's own, by id."""
        built_in = super().all()
        stamp = (id(built_in), *self._files())
        if stamp != self._stamp:
            self._merged = self._with_own(built_in, [path for path, *_ in stamp[1:]])
            self._stamp = stamp
        return self._merged

    def get(self, key: str) -> T:
        """The definition with this id, or `UnknownId`."""
        found = self.all()
        if key not in found:
            raise UnknownId(f"{key!r} is not one of: {', '.join(found)}")
        return found[key]

    def files(self) -> list[Path]:
        """Where definitions lie, the installation's own last."""
        return [*super().files(), *(path for path, *_ in self._files())]

    def forget(self) -> None:
        """Read everything again at the next question."""
        super().forget()
        self._stamp = None

    def _files(self) -> list[tuple[Path, int, int]]:
        folder = Path(settings.LANTAI.data) / "definitions" / self.kind
        if not folder.is_dir():
            return []
        return [
            (path, path.stat().st_mtime_ns, path.stat().st_size)
            for path in sorted(folder.glob("*.toml"))
        ]

    def _with_own(self, built_in: dict[str, T], paths: list[Path]) -> dict[str, T]:
        self.mistakes = []
        found = dict(built_in)
        for path in paths:
            try:
                made = self.load(path, {})
            except DefinitionError as problem:
                self.mistakes += problem.mistakes
                continue
            key = str(made.id)  # type: ignore[attr-defined]
            if key in found:
                self.mistakes.append(
                    Mistake(path.name, 1, f"定义 {key} 已经有了，请换一个 id", f"{key} is taken")
                )
                continue
            found[key] = made
        return dict(sorted(found.items()))
