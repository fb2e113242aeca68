"""MBOX 邮箱文件 (RFC 4155): streamed, whatever its size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lantai.core.formats.format import Format, PageText, Problem
from lantai.core.formats.mail import mail_text, parse_mail

_BEGIN = re.compile(rb"^From \S.*\b\d{4}\s*$|^From \S+ .*\d\d:\d\d")
MOST_MESSAGE = 64 * 1024 * 1024


class Mbox(Format):
    """Many messages in one file; each is a page."""

    id = "mbox"
    label_zh, label_en = "邮箱文件（MBOX）", "mailbox (MBOX)"
    puids = ("fmt/720",)
    mimes = ("application/mbox",)
    extensions = ("mbox",)
    has_text = True

    def texts(self, path: Path) -> Iterator[PageText]:
        """One page a message."""
        for number, data in enumerate(messages(path), 1):
            yield PageText(number, mail_text(parse_mail(data)))

    def characterise(self, path: Path) -> dict[str, Any]:
        """How many messages."""
        return {"messages": sum(1 for _ in messages(path))}

    def verify(self, path: Path) -> list[Problem]:
        """Begins with a From line."""
        if next(messages(path), None) is None:
            return [Problem("not-this-format", "error", "没有邮件", "no messages found")]
        return []


def messages(path: Path) -> Iterator[bytes]:
    """The raw messages; a "From " inside a body does not begin one unless it follows an empty
    line and looks like an envelope. What exceeds the size limit of a message is dropped."""
    parts: list[bytes] = []
    size, open_, blank = 0, False, True
    with path.open("rb") as stream:
        while line := stream.readline(1 << 20):
            if blank and line.startswith(b"From ") and _BEGIN.match(line):
                if open_:
                    yield b"".join(parts)
                parts, size, open_ = [], 0, True
            elif open_ and size < MOST_MESSAGE:
                kept = line[1:] if re.match(rb">+From ", line) else line
                parts.append(kept)
                size += len(kept)
            blank = line in (b"\n", b"\r\n")
    if open_:
        yield b"".join(parts)
