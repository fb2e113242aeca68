"""Shelves 架: what a folder holds is what the system offers.

A shelf walks the packages it was given, imports every module whose name has no leading
underscore, and takes the concrete subclasses of its base that are *defined in that module*
(then the entry points of its group). A second owner of an id is refused. A shelf is passed
in where it is used, so a test can give its own.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class DuplicateId(Exception):
    """Two things on one shelf claim the same id."""


class UnknownId(LookupError):
    """Nothing on the shelf has this id."""


class Shelf(Generic[T]):
    """Classes found by walking packages. ``base`` subclasses carry a class attribute ``id``."""

    def __init__(self, base: type[T], *packages: str, group: str = "") -> None:
        self.base, self.packages, self.group = base, packages, group
        self._found: dict[str, type[T]] | None = None

    def all(self) -> dict[str, type[T]]:
        """Every entry by id, ordered by id."""
        if self._found is None:
            found: dict[str, type[T]] = {}
            for entry in self._walk():
                key = str(entry.id)  # type: ignore[attr-defined]
                if key in found and found[key] is not entry:
                    raise DuplicateId(f"{key}: {found[key].__module__} and {entry.__module__}")
                found[key] = entry
            self._found = dict(sorted(found.items()))
        return self._found

    def get(self, key: str) -> type[T]:
        """The entry with this id, or `UnknownId`."""
        try:
            return self.all()[key]
        except KeyError:
            raise UnknownId(f"{key!r} is not one of: {', '.join(self.all())}") from None

    def forget(self) -> None:
        """Walk again at the next question (tests add files at run time)."""
        self._found = None

    def _walk(self) -> Iterator[type[T]]:
        for name in self.packages:
            for module in walk_modules(name):
                for member in vars(module).values():
                    if (
                        inspect.isclass(member)
                        and issubclass(member, self.base)
                        and member is not self.base
                        and not inspect.isabstract(member)
                        and member.__module__ == module.__name__
                        and getattr(member, "id", "")
                    ):
                        yield member
        if self.group:
            from importlib.metadata import entry_points  # costs 0.1 s of every start

            for point in entry_points(group=self.group):
                yield point.load()


class DataShelf(Generic[T]):
    """TOML definitions found in folders, one file an entry; ``load(path, data)`` builds it."""

    def __init__(self, load: Callable[[Path, dict[str, Any]], T], *folders: Path) -> None:
        self.load, self.folders = load, list(folders)
        self._found: dict[str, T] | None = None

    def add_folder(self, folder: Path) -> None:
        """Also read an installation's own definitions from here."""
        if folder not in self.folders:
            self.folders.append(folder)
            self._found = None

    def all(self) -> dict[str, T]:
        """Every definition by id (the file's stem unless it says ``id``), ordered by id."""
        if self._found is None:
            found: dict[str, T] = {}
            for folder in self.folders:
                for path in sorted(folder.glob("*.toml")) if folder.is_dir() else []:
                    with path.open("rb") as stream:
                        data = tomllib.load(stream)
                    key = str(data.get("id", path.stem))
                    if key in found:
                        raise DuplicateId(f"{key}: {path}")
                    found[key] = self.load(path, data)
            self._found = dict(sorted(found.items()))
        return self._found

    def get(self, key: str) -> T:
        """The definition with this id, or `UnknownId`."""
        try:
            return self.all()[key]
        except KeyError:
            raise UnknownId(f"{key!r} is not one of: {', '.join(self.all())}") from None

    def files(self) -> list[Path]:
        """The files that definitions are read from."""
        return [
            p for folder in self.folders if folder.is_dir() for p in sorted(folder.glob("*.toml"))
        ]

    def text_of(self, key: str) -> str:
        """The file of a definition as it lies there, or `UnknownId`."""
        for path in self.files():
            text = path.read_text(encoding="utf-8")
            if key == str(tomllib.loads(text).get("id", path.stem)):
                return text
        raise UnknownId(f"{key!r} has no file")

    def forget(self) -> None:
        """Read the folders again at the next question."""
        self._found = None


def walk_modules(package: str, only: str = "") -> Iterator[Any]:
    """Import and yield a package's modules, deep, skipping names with a leading underscore.

    ``only`` keeps modules with that last name (``tasks`` finds every feature's tasks).
    """
    root = importlib.import_module(package)
    for info in pkgutil.walk_packages(getattr(root, "__path__", []), package + "."):
        parts = info.name.split(".")
        if any(part.startswith("_") for part in parts) or "migrations" in parts:
            continue
        if only and parts[-1] != only:
            continue
        yield importlib.import_module(info.name)
