"""Reading a mail 电子邮件: headers in any charset, body text, the list of attachments."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from email.header import decode_header
from email.message import Message
from typing import Any

from lantai.core.formats.encoding import decode
from lantai.core.formats.html_text import html_text

MOST_DEPTH = 50
MOST_PARTS = 5_000
_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_LABELS = {"From": "发件人", "To": "收件人", "Cc": "抄送", "Date": "日期", "Subject": "主题"}


def parse_mail(data: bytes) -> Message:
    """The message, however broken."""
    return email.message_from_bytes(data, policy=email.policy.compat32)


def header_text(message: Message, name: str) -> str:
    """A header decoded: RFC 2047 words, or raw GB18030 or UTF-8 bytes."""
    value = _raw_header(message, name)
    if not value:
        return ""
    parts = []
    try:
        words = decode_header(value)
    except (email.errors.HeaderParseError, ValueError, UnicodeError):
        words = [(str(value), None)]
    for word, charset in words:
        raw = word if isinstance(word, bytes) else _raw(word)
        parts.append(decode(raw, charset if charset and charset != "unknown-8bit" else "")[0])
    return re.sub(r"\s*[\r\n]+\s*", " ", "".join(parts)).strip()


def _raw_header(message: Message, name: str) -> str:
    """The first such header as it stood, undecoded bytes as surrogates."""
    wanted = name.lower()
    return next((str(value) for key, value in message.raw_items() if key.lower() == wanted), "")


def _raw(word: str) -> bytes:
    return word.encode("utf-8", "surrogateescape")


def leaves(message: Message) -> Iterator[tuple[Message, int]]:
    """Parts that hold something, with their depth; stops at the limits."""
    stack: list[tuple[Message, int]] = [(message, 0)]
    count = 0
    while stack and count < MOST_PARTS:
        part, depth = stack.pop()
        count += 1
        payload = part.get_payload()
        if isinstance(payload, list) and depth < MOST_DEPTH:
            stack.extend((c, depth + 1) for c in reversed(payload) if isinstance(c, Message))
        elif not isinstance(payload, list):
            yield part, depth


def attachments(message: Message) -> list[dict[str, Any]]:
    """Name, media type and size in bytes of each attached part."""
    found = []
    for part, _ in leaves(message):
        name = attachment_name(part)
        if name or part.get_content_disposition() == "attachment":
            size = len(_payload(part))
            found.append({"name": name, "mime": part.get_content_type(), "size": size})
    return found


def attachment_name(part: Message) -> str:
    """The part's file name decoded, or an empty string."""
    holder = Message()
    for header in ("Content-Disposition", "Content-Type"):
        value = decode(_raw(_raw_header(part, header)))[0]
        if value:
            holder[header] = re.sub(r"\s*[\r\n]+\s*", " ", value)
    try:
        name = holder.get_filename() or ""
    except (ValueError, UnicodeError, TypeError):
        return ""
    named = Message()
    named["Name"] = name.replace("\n", " ").replace("\r", " ")
    return header_text(named, "Name")


def _payload(part: Message) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except (ValueError, UnicodeError, AssertionError):
        data = None
    return data if isinstance(data, bytes) else b""


def mail_text(message: Message) -> str:
    """Headers, body (HTML only where there is no plain text), names of attachments."""
    lines = []
    for name in _HEADERS:
        value = header_text(message, name)
        if value:
            lines.append(f"{_LABELS[name]}: {value}")
    plain, rich = [], []
    for part, _ in leaves(message):
        if attachment_name(part) or part.get_content_disposition() == "attachment":
            continue
        charset = part.get_content_charset() or ""
        if part.get_content_type() == "text/html":
            rich.append(html_text(_payload(part), charset))
        elif part.get_content_maintype() == "text":
            plain.append(decode(_payload(part), charset)[0])
    body = plain if any(text.strip() for text in plain) else rich
    named = [item["name"] for item in attachments(message) if item["name"]]
    if named:
        body.append("附件: " + "；".join(named))
    return "\n".join([*lines, "", *body]).replace("\r\n", "\n").strip()
