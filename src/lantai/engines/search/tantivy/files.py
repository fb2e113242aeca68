"""The index's folder 索引目录: generations side by side and the pointer to the serving one.

current.json           {"generation": 3, "schema": "1-ab12cd34ef56"}
generation-3/          the serving index
generation-2/          the one before, for readers that have not looked yet
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from lantai.core.search.port import IndexDamaged, IndexOutdated

POINTER = "current.json"


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which generation serves, and by which schema it was made."""

    generation: int
    schema: str


class IndexFolder:
    """The folder of one index."""

    def __init__(self, path: Path, schema: str) -> None:
        self.path, self.schema = path, schema

    def generation(self, number: int) -> Path:
        """The folder of a generation."""
        return self.path / f"generation-{number}"

    def read(self) -> Pointer | None:
        """The pointer as it stands; None when there is no index yet; or `IndexDamaged`."""
        try:
            found = json.loads((self.path / POINTER).read_text(encoding="utf-8"))
            return Pointer(int(found["generation"]), str(found["schema"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise damaged(self.path, error) from error

    def serving(self) -> Pointer | None:
        """The pointer, or `IndexOutdated` when another schema made the index."""
        pointer = self.read()
        if pointer and pointer.schema != self.schema:
            raise IndexOutdated(
                "检索索引由其他版本建立，请执行 lantai rebuild index 重建。",
                f"The index was made by schema {pointer.schema}, this version needs "
                f"{self.schema}: run `lantai rebuild index`.",
            )
        return pointer

    def switch(self, generation: int) -> None:
        """Make a generation the serving one, in one step, and durable."""
        self.path.mkdir(parents=True, exist_ok=True)
        beside = self.path / f"{POINTER}.{os.getpid()}.new"
        with beside.open("w", encoding="utf-8") as stream:
            json.dump({"generation": generation, "schema": self.schema}, stream)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(self.path / POINTER)
        self._sync()

    def remove_old(self, serving: int) -> None:
        """Remove generations older than the one before the serving one."""
        for folder in self.path.glob("generation-*"):
            number = folder.name.rpartition("-")[2]
            if number.isdigit() and int(number) < serving - 1:
                shutil.rmtree(folder, ignore_errors=True)

    def stamp(self) -> tuple[int, int]:
        """Changes whenever the pointer is replaced."""
        return _stamp(self.path / POINTER)

    def commit_stamp(self, generation: int) -> tuple[int, int]:
        """Changes whenever the generation is committed to."""
        return _stamp(self.generation(generation) / "meta.json")

    def _sync(self) -> None:
        handle = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def without_lengths(folder: Path, except_for: Collection[str]) -> None:
    """Leave the length of each text out of a new index, a byte a field: all but few only match.

    The engine's builder of schemas does not offer it; its file does.
    """
    meta = folder / "meta.json"
    told = json.loads(meta.read_text(encoding="utf-8"))
    for field in told["schema"]:
        indexing = field["options"].get("indexing")
        if indexing and field["name"] not in except_for:
            indexing["fieldnorms"] = False
    beside = meta.with_suffix(".new")
    beside.write_text(json.dumps(told), encoding="utf-8")
    beside.replace(meta)


def damaged(path: Path, error: BaseException) -> IndexDamaged:
    """The error for an index that cannot be read."""
    return IndexDamaged(
        "检索索引损坏，请执行 lantai rebuild index 重建。",
        f"The index in {path.name} cannot be read ({error}): run `lantai rebuild index`.",
    )


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_ino)
