"""Text of a package in the encodings it may have: UTF-8, GB18030, GB2312 (DA/T 93 annex B)."""

from __future__ import annotations

from pathlib import Path

from lantai.core.bounded import read_at_most

MAX_TEXT = 16 * 2**20  # an explanation file is a page; a catalogue is XML or read by lines


class TextNotReadable(Exception):
    """The text file is too large or in no encoding a package may have."""


def decode_text(raw: bytes) -> tuple[str, str]:
    """(text, encoding): UTF-8 with or without mark, UTF-16 with mark, else GB18030."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        choices = ("utf-16",)
    else:
        choices = ("utf-8-sig", "gb18030")  # type: ignore[assignment]  # GB2312 is inside GB18030
    for encoding in choices:
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise TextNotReadable("编码不是 UTF-8、GB18030 或 GB2312 / unknown encoding")


def read_text_file(path: Path) -> str:
    """The text of a small file, or `TextNotReadable`."""
    try:
        raw = read_at_most(path, MAX_TEXT + 1)
    except OSError as problem:
        raise TextNotReadable(str(problem.strerror)) from problem
    if len(raw) > MAX_TEXT:
        raise TextNotReadable(f"超过 {MAX_TEXT} 字节 / too large")
    return decode_text(raw)[0]
