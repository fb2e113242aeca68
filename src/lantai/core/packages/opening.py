"""Opening a package of any profile: by its look, or by the profile named."""

from __future__ import annotations

import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lantai.core.packages.package import Package, PackageUnreadable
from lantai.core.progress import Progress, silent
from lantai.core.registry import Shelf, UnknownId

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".7z")


class Profile(ABC):
    """One way a package may look; lower ``order`` is asked first."""

    id: str = ""
    label_zh: str = ""
    label_en: str = ""
    order: int = 50

    @abstractmethod
    def fits(self, path: Path) -> bool:
        """Whether the path looks like one."""

    @abstractmethod
    def open(self, path: Path) -> Package:
        """Open it, or `PackageUnreadable`."""


def profiles() -> Shelf[Profile]:
    """The shelf of profiles."""
    return Shelf(Profile, "lantai.core.packages.profiles", group="lantai.packages")  # type: ignore[type-abstract]


@contextmanager
def open_package(
    path: Path, profile: str = "", progress: Progress = silent, shelf: Shelf[Profile] | None = None
) -> Iterator[Package]:
    """The package at a path, for the length of a `with`; archives are unpacked to a temporary
    folder first by the one safe unpacker. `PackageUnreadable` when it is none.
    """
    if not path.exists():
        raise PackageUnreadable(f"{path.name}：不存在 / no such path")
    with tempfile.TemporaryDirectory(prefix="lantai-package-") as scratch:
        source = path
        if path.is_file() and profile != "plain" and _is_archive(path):
            source = _unpacked(path, Path(scratch), progress)
        package = _choose(source, profile, shelf or profiles())
        if source is not path and package.identifier in {"", source.name}:
            package.identifier = source.name
        try:
            yield package
        finally:
            package.close()


def _is_archive(path: Path) -> bool:
    return path.name.lower().endswith(ARCHIVES)


def _unpacked(path: Path, scratch: Path, progress: Progress) -> Path:
    from lantai.core.packages.unpack import (
        PackageRefused,
        UnpackLimits,
        unpack,
    )

    name = path.name
    for suffix in sorted(ARCHIVES, key=len, reverse=True):
        if name.lower().endswith(suffix):
            name = name[: -len(suffix)]
            break
    target = scratch / (name or "package")
    target.mkdir()
    try:
        unpack(path, target, UnpackLimits(), progress)
    except PackageRefused as refusal:
        raise PackageUnreadable(f"{path.name}：{refusal}") from refusal
    except OSError as problem:
        raise PackageUnreadable(f"{path.name}：{problem.strerror or problem}") from problem
    return _descend(target)


def _descend(folder: Path) -> Path:
    """An archive often holds one folder: the package itself."""
    entries = list(folder.iterdir())
    if len(entries) == 1 and entries[0].is_dir() and not entries[0].is_symlink():
        return entries[0]
    return folder


def _choose(path: Path, profile: str, shelf: Shelf[Profile]) -> Package:
    try:
        if profile:
            return shelf.get(profile)().open(path)
        for kind in sorted(shelf.all().values(), key=lambda k: (k.order, k.id)):
            found = kind()
            if found.fits(path):
                return found.open(path)
    except UnknownId as problem:
        raise PackageUnreadable(f"没有这种信息包规格 / unknown profile: {problem}") from problem
    except OSError as problem:
        raise PackageUnreadable(f"{path.name}：{problem.strerror or problem}") from problem
    raise PackageUnreadable(f"{path.name}：无法识别 / not recognised")
