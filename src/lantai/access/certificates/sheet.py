"""CertificateSheet 证明内容: what stands on a certificate, apart from how it is drawn and kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lantai.core.fixity import digest_bytes

FOUND, NOT_FOUND, COPY = "found", "not_found", "copy"
TITLES = {FOUND: "档案证明", NOT_FOUND: "查无档案证明", COPY: "档案复制件证明"}
FORM = "lantai-certificate/1"


@dataclass(frozen=True)
class Line:
    """One record relied on 所据档案."""

    reference_code: str
    title: str
    date: str
    creator: str
    pages: str
    quote: str = ""


@dataclass(frozen=True)
class CopyPage:
    """One page image appended 复制件, as PNG, with whence it came."""

    label: str  # 档号 第 n 页
    image: bytes

    @property
    def sha256(self) -> str:
        """The digest that the list of pages shows."""
        return hashlib.sha256(self.image).hexdigest()

    @property
    def sm3(self) -> str:
        """The same by SM3."""
        return str(digest_bytes(self.image, ("sm3",)).values["sm3"])


@dataclass(frozen=True)
class CertificateSheet:
    """Everything a certificate says."""

    number: str
    kind: str
    archives_code: str
    archives_name: str
    asker: str  # name, document with its number masked, relation: one phrase
    purpose: str
    question: str
    scope: str  # what was searched, for 查无
    lines: tuple[Line, ...]
    issued_on: date
    handler: str
    approver: str
    request: str
    verify_code: str
    verify_url: str
    seal_words: str = "档案利用专用章"
    pages: tuple[CopyPage, ...] = field(default=())
    specimen: bool = False  # a draft to look at: no seal, a mark across

    @property
    def title(self) -> str:
        """The heading."""
        return TITLES[self.kind]

    def facts(self) -> dict[str, Any]:
        """The canonical facts 证明要素 that are signed with SM2."""
        return {
            "form": FORM,
            "number": self.number,
            "kind": self.kind,
            "archives": {"code": self.archives_code, "name": self.archives_name},
            "asker": self.asker,
            "purpose": self.purpose,
            "question": self.question,
            "scope": self.scope,
            "records": [vars(line) for line in self.lines],
            "issued_on": self.issued_on.isoformat(),
            "handler": self.handler,
            "approver": self.approver,
            "request": self.request,
            "verify_code": self.verify_code,
            "verify_url": self.verify_url,
            "copy_pages": [
                {"label": p.label, "sha256": p.sha256, "sm3": p.sm3} for p in self.pages
            ],
        }
