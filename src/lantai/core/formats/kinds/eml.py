"""EML 电子邮件 (RFC 5322) and MHTML."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lantai.core.formats.format import Format, PageText, Problem, Unreadable
from lantai.core.formats.mail import attachments, header_text, leaves, mail_text, parse_mail

MOST = 256 * 1024 * 1024


class Eml(Format):
    """One message in a file."""

    id = "eml"
    label_zh, label_en = "电子邮件（EML）", "e-mail message (EML)"
    puids = ("fmt/278", "fmt/950", "x-fmt/429")
    mimes = ("message/rfc822",)
    extensions = ("eml", "mht", "mhtml")
    has_text = True

    def texts(self, path: Path) -> Iterator[PageText]:
        """The message on one page."""
        yield PageText(1, mail_text(parse_mail(_bytes(path))))

    def characterise(self, path: Path) -> dict[str, Any]:
        """Headers, attachments, nesting."""
        message = parse_mail(_bytes(path))
        return {
            "from": header_text(message, "From"),
            "to": header_text(message, "To"),
            "date": header_text(message, "Date"),
            "subject": header_text(message, "Subject"),
            "message_id": header_text(message, "Message-ID"),
            "attachments": attachments(message),
            "depth": max((depth for _, depth in leaves(message)), default=0),
            "defects": [type(d).__name__ for d in message.defects],
        }

    def verify(self, path: Path) -> list[Problem]:
        """Has headers; a message without any is not one."""
        message = parse_mail(_bytes(path))
        if not message.keys():
            return [
                Problem(
                    "not-this-format", "error", "没有邮件头，不是邮件", "no headers: not a mail"
                )
            ]
        return super().verify(path)


def _bytes(path: Path) -> bytes:
    with path.open("rb") as stream:
        data = stream.read(MOST + 1)
    if len(data) > MOST:
        raise Unreadable("too-large", "邮件过大", "message too large")
    return data
