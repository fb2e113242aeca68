"""What a file format 文件格式 is to the system: one class, one file in ``kinds/``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from lantai.core.registry import Shelf


class Unreadable(Exception):
    """The file cannot be read as its format: ``code`` says why, in both languages.

    Codes: ``damaged``, ``encrypted``, ``too-large``, ``too-many-pixels``, ``not-this-format``,
    ``needs-tool``, ``empty``.
    """

    def __init__(self, code: str, message_zh: str, message_en: str) -> None:
        super().__init__(f"{message_zh} {message_en}")
        self.code, self.message_zh, self.message_en = code, message_zh, message_en


@dataclass(frozen=True)
class PageText:
    """Text of one page, sheet, slide, message or record, numbered from 1."""

    page: int
    text: str


@dataclass(frozen=True)
class Problem:
    """Something wrong with a file: ``severity`` is error (does not open) or warning."""

    code: str
    severity: str
    message_zh: str
    message_en: str


@dataclass(frozen=True)
class ReadLimits:
    """How far reading goes: pages and characters kept, seconds and bytes of memory spent."""

    pages: int = 5_000
    characters: int = 20_000_000
    seconds: float = 120.0
    memory: int = 2 * 1024**3


@dataclass(frozen=True)
class ExtractedText:
    """The text of a file; ``warning`` is empty or says in both languages what is missing."""

    pages: tuple[PageText, ...]
    warning: str = ""

    @property
    def text(self) -> str:
        """All pages, parted by a form feed."""
        return "\f".join(page.text for page in self.pages)


class Format:
    """A format by its PRONOM ids, media types and extensions; subclasses live in ``kinds/``.

    The methods run on hostile input inside the sandbox: they raise `Unreadable` for what they
    recognise, and anything else is caught there. They return plain data.
    """

    id: ClassVar[str] = ""
    label_zh: ClassVar[str] = ""
    label_en: ClassVar[str] = ""
    puids: ClassVar[tuple[str, ...]] = ()
    mimes: ClassVar[tuple[str, ...]] = ()
    extensions: ClassVar[tuple[str, ...]] = ()
    has_text: ClassVar[bool] = False
    starts: ClassVar[tuple[bytes, ...]] = ()  # how its files start, for what PRONOM lacks

    def characterise(self, path: Path) -> dict[str, Any]:
        """Significant properties 技术特征 for preservation, JSON-able; {} when none known."""
        return {}

    def texts(self, path: Path) -> Iterator[PageText]:
        """The text page by page, lazily, so that limits can stop it."""
        return iter(())

    def extract_text(self, path: Path) -> list[PageText]:
        """The whole text; [] for formats without text."""
        return list(self.texts(path))

    def verify(self, path: Path) -> list[Problem]:
        """Does it open (可用性)? The default opens it for its properties, then reads its text."""
        try:
            self.characterise(path)
            for _ in self.texts(path):
                break
        except Unreadable as fault:
            return [problem_of(fault)]
        return []


def problem_of(fault: Unreadable) -> Problem:
    """A fault as a finding."""
    return Problem(fault.code, "error", fault.message_zh, fault.message_en)


def damaged(what: object) -> Unreadable:
    """The usual fault: the file does not parse."""
    return Unreadable("damaged", f"文件损坏，无法读取：{what}", f"damaged, cannot be read: {what}")


def encrypted() -> Unreadable:
    """The file asks for a password."""
    return Unreadable("encrypted", "文件已加密，需要口令", "encrypted, needs a password")


_SHELF: Shelf[Format] = Shelf(Format, "lantai.core.formats.kinds", group="lantai.formats")


def formats() -> Shelf[Format]:
    """The shelf of all formats known here."""
    return _SHELF


class FormatFinder:
    """Finds the format for a PRONOM id, media type or extension."""

    def __init__(self, shelf: Shelf[Format]) -> None:
        self.by_puid: dict[str, str] = {}
        self.by_mime: dict[str, str] = {}
        self.by_extension: dict[str, str] = {}
        for key, entry in shelf.all().items():
            self.by_puid.update(dict.fromkeys(entry.puids, key))
            self.by_mime.update(dict.fromkeys(entry.mimes, key))
            self.by_extension.update(dict.fromkeys(entry.extensions, key))

    def find(self, puid: str, mime: str, extension: str) -> str:
        """The format's id, or an empty string; the extension counts only for unknown files."""
        found = self.by_puid.get(puid, "")
        for one in mime.split(","):
            found = found or self.by_mime.get(one.strip().lower(), "")
        if not found and puid == "UNKNOWN":
            found = self.by_extension.get(extension.lower().lstrip("."), "")
        return found
