"""File names from outside 外来文件名: read in their encoding, let in by rule, never overwritten."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from dataclasses import dataclass, field

from lantai.core.packages.refusal import PackageRefused

_DRIVE = re.compile(r"^[A-Za-z]:")
_RESERVED = re.compile(r"^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LONGEST_NAME = 255
LONGEST_PATH = 4096


def decode_names(raw: list[bytes]) -> list[str]:
    """Names of one archive: UTF-8 if all of them are, else GB 18030 (GBK) for all.

    One choice for the whole archive, since a short GBK name may pass for UTF-8 by chance.
    """
    for encoding in ("utf-8", "gb18030"):
        try:
            return [name.decode(encoding) for name in raw]
        except UnicodeDecodeError:
            continue
    bad = next(name for name in raw if not _reads(name))
    raise PackageRefused("undecodable", bad.decode("utf-8", "backslashreplace"))


def _reads(name: bytes) -> bool:
    try:
        name.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True


def check_name(name: str, max_depth: int) -> str:
    """The relative path a name means, '/'-separated, or `PackageRefused`.

    A leading ``./`` and a folder's closing ``/`` are dropped; nothing else is altered.
    """
    while name.startswith("./"):
        name = name[2:]
    path = name.rstrip("/") if name != "/" else name
    if path.startswith(("/", "\\\\")) or _DRIVE.match(path):
        raise PackageRefused("absolute", name)
    if "\\" in path:
        raise PackageRefused("backslash", name)
    if len(path.encode("utf-8", "surrogateescape")) > LONGEST_PATH:
        raise PackageRefused("too-long", name)
    parts = path.split("/") if path else []
    if len(parts) > max_depth:
        raise PackageRefused("too-deep", name, limit=max_depth)
    for part in parts:
        if code := _fault(part):
            raise PackageRefused(code, name)
    return path


def leads_out(path: str) -> bool:
    """Whether a listed path leads out of its package, on this system or on another."""
    return (
        path.startswith(("/", "~", "\\"))
        or posixpath.normpath(path).split("/")[0] == ".."
        or re.match(r"^([A-Za-z]:|%\w+%)", path) is not None
    )


def _fault(part: str) -> str:
    """The code of what is wrong with one name, or nothing."""
    if part in ("", "."):
        return "empty-name"
    if part == "..":
        return "traversal"
    if any(unicodedata.category(char) == "Cc" for char in part):
        return "control"
    if any("\ud800" <= char <= "\udfff" for char in part):
        return "undecodable"
    if not _DIRECTION.isdisjoint(part):
        return "direction"
    if _RESERVED.match(part):
        return "reserved"
    if part[-1] in ". ":
        return "trailing"
    if len(part.encode("utf-8")) > LONGEST_NAME:
        return "too-long"
    return ""


@dataclass
class NamesSeen:
    """The names let in so far: refuses two that would meet on some file system."""

    files: dict[str, str] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)

    def add_file(self, path: str) -> None:
        """Let a file in; its folders with it."""
        key = _key(path)
        other = self.files.get(key) or self.folders.get(key)
        if other is not None:
            raise PackageRefused("collision", path, detail=other)
        self.files[key] = path
        self.add_folder(path.rpartition("/")[0])

    def add_folder(self, path: str) -> None:
        """Let a folder in, with those above; the same spelling again is no fault."""
        while path:
            key = _key(path)
            known = self.folders.get(key)
            if known == path:
                return
            if known is not None or key in self.files:
                raise PackageRefused("collision", path, detail=known or self.files[key])
            self.folders[key] = path
            path = path.rpartition("/")[0]


def _key(path: str) -> str:
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
