"""A package 信息包 as checks and deposits see it: items, their files, and what ails it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lantai.core.packages.index import PackageIndex

FAULTS_KEPT = 1_000  # a hostile package must not fill memory with complaints


class PackageUnreadable(Exception):
    """Nothing in the package can be read: exit 2, verdict `unreadable`."""


class PackageNotWritable(Exception):
    """The package cannot be written as asked: the message names the item and the reason."""


@dataclass(frozen=True, slots=True)
class PackageFault:
    """One fault of content found while reading; checks turn it into a finding."""

    code: str
    path: str
    detail: str = ""


@dataclass(slots=True)
class TransferFile:
    """One content file 内容数据 of an item; ``path`` is relative to the package once read.

    ``role`` is 主文档 or 附属文档; ``size`` in bytes, -1 where nothing says it; digests are
    lower-case hex, empty where nothing says them.
    """

    path: str
    size: int = -1
    sm3: str = ""
    sha512: str = ""
    mime: str = ""
    puid: str = ""
    role: str = "主文档"
    format: str = ""
    created: str = ""


@dataclass(frozen=True, slots=True)
class ProcessEvent:
    """One act 业务行为 in the record's life: who, when (ISO 8601), and why (M80-M84)."""

    act: str
    agent: str
    time: str
    note: str = ""


@dataclass(slots=True)
class TransferItem:
    """One record 件: values by canonical element name, its files, the acts done to it.

    ``folder`` and ``metadata_path`` are relative to the package; ``listed`` are the values of
    its line in the catalogue file 目录文件 (empty: no line).
    """

    values: dict[str, str]
    files: list[TransferFile] = field(default_factory=list)
    events: list[ProcessEvent] = field(default_factory=list)
    folder: str = ""
    metadata_path: str = ""
    listed: dict[str, str] = field(default_factory=dict)
    faults: list[PackageFault] = field(default_factory=list)

    @property
    def reference_code(self) -> str:
        """The 档号 it claims; empty where it claims none."""
        return self.values.get("reference_code", "")

    @property
    def name(self) -> str:
        """What to call it in a report: 档号, else its folder or first file."""
        return self.reference_code or self.folder or (self.files[0].path if self.files else "?")


@dataclass(slots=True)
class TransferManifest:
    """The explanation file 说明文件 (STANDARDS §6.4); None where the file does not say."""

    package_id: str = ""
    sender: str = ""
    content: str = ""
    first_code: str = ""
    last_code: str = ""
    item_count: int | None = None
    byte_count: int | None = None
    environment: str = ""
    receiver: str = ""
    work_name: str = ""
    created_at: str = ""
    other: dict[str, str] = field(default_factory=dict)


class Package(ABC):
    """A package opened for reading; a context manager that lets its index go."""

    profile: str = ""
    has_metadata: bool = True
    layout: str = ""

    def __init__(self, folder: Path, identifier: str = "") -> None:
        self.folder = folder
        self.identifier = identifier or folder.name
        self.index = PackageIndex()
        self.manifest: TransferManifest | None = None
        self.faults: list[PackageFault] = []
        self.faults_seen = 0

    @abstractmethod
    def items(self) -> Iterator[TransferItem]:
        """Every item, one at a time, in the order of their paths; may be walked again."""

    @abstractmethod
    def item_count(self) -> int:
        """How many items `items` will give."""

    def place(self, path: str) -> Path:
        """Where a path of this package lies on disk."""
        return self.folder / path

    def received(self, item: TransferItem) -> Path | None:
        """The file that describes an item, as it came; None where none does."""
        found = self.place(item.metadata_path) if item.metadata_path else None
        return found if found is not None and found.is_file() else None

    def fault(self, code: str, path: str, detail: str = "") -> None:
        """Note a fault; after the first thousand only their number is kept."""
        self.faults_seen += 1
        if len(self.faults) < FAULTS_KEPT:
            self.faults.append(PackageFault(code, path, detail))

    def close(self) -> None:
        """Let the index go."""
        self.index.close()

    def __enter__(self) -> Package:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
