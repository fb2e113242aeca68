"""A form of package that can be written 封装形式: one file a form, found by the shelf."""

from __future__ import annotations

import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from lantai.core.packages.eep.signatures import EepSigner
from lantai.core.packages.package import PackageNotWritable, TransferManifest
from lantai.core.packages.records import Records
from lantai.core.progress import Progress, silent
from lantai.core.registry import Shelf


@dataclass(frozen=True)
class Making:
    """What a form is told beside the records. ``unit`` makes the package; ``signers`` sign EEPs."""

    unit: str
    created: datetime
    version: str
    signers: Sequence[EepSigner] = ()
    manifest: TransferManifest | None = None


@dataclass
class Written:
    """What was written, and where."""

    form: str
    folder: Path
    records: int = 0
    files: int = 0
    bytes: int = 0
    packages: list[str] = field(default_factory=list)


class Form(ABC):
    """One form; its folder appears whole or not at all."""

    id: str = ""
    label_zh: str = ""
    label_en: str = ""
    order: int = 50

    def write(
        self, records: Records, folder: Path, making: Making, progress: Progress = silent
    ) -> Written:
        """Write the records to ``folder``, which must not exist; `PackageNotWritable` if not."""
        if folder.exists():
            raise PackageNotWritable(f"{folder.name}：已经存在 / already exists")
        folder.parent.mkdir(parents=True, exist_ok=True)
        building = folder.with_name(f"{folder.name}.part")
        shutil.rmtree(building, ignore_errors=True)
        try:
            written = self.build(records, building, making, progress)
            if not written.records:
                raise PackageNotWritable("没有可装包的件 / there is no record to pack")
            os.replace(building, folder)  # noqa: PTH105 – atomic, same parent
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise
        written.folder = folder
        return written

    @abstractmethod
    def build(self, records: Records, folder: Path, making: Making, progress: Progress) -> Written:
        """Write them to a folder that is not there yet."""


def forms() -> Shelf[Form]:
    """The shelf of forms."""
    return Shelf(Form, "lantai.core.packages.forms", group="lantai.package_forms")  # type: ignore[type-abstract]
