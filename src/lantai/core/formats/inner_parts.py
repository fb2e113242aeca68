"""What a fixed-layout file holds beside its pages 版式文件的签章、附件、目录, for its reader.

One shape for OFD and PDF: ``signatures`` (verdict, trusted, …), ``attachments``, ``outlines``,
``custom_tags``, ``versions``, ``integrity``; empty lists where there is none.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lantai.core.formats.kinds.pdf import signatures_of
from lantai.core.formats.ofd_jobs import ofd_attachment, ofd_info
from lantai.core.formats.sandbox import run_isolated
from lantai.core.ofd.trust import TrustList

KINDS = ("ofd", "pdf")
_NAMES = ("signatures", "attachments", "outlines", "custom_tags", "versions")
_SECONDS = 60.0


def inner_parts(path: Path, kind: str, trust: TrustList) -> dict[str, Any]:
    """Read in the sandbox; `ParseFailed` when the file does not open."""
    found: dict[str, Any] = run_isolated(
        read_parts, str(path), kind, trust.to_json(), seconds=_SECONDS
    )
    return found


def attachment(path: Path, entry: str) -> bytes:
    """One attachment of an OFD, read in the sandbox; `ParseFailed` when it is not there."""
    data: bytes = run_isolated(ofd_attachment, str(path), entry, seconds=_SECONDS)
    return data


def read_parts(path: str, kind: str, trusted: Sequence[str]) -> dict[str, Any]:
    """The worker's part of `inner_parts`."""
    if kind == "ofd":
        info = ofd_info(path, trusted)
        outlines = [one for body in info["documents"] for one in body["outlines"]]
        parts = {name: info.get(name, []) for name in _NAMES}
        return {**parts, "outlines": outlines, "integrity": info["integrity"]}
    trust = TrustList(tuple(base64.b64decode(one) for one in trusted))
    signatures = signatures_of(Path(path), trust)
    return {**{name: [] for name in _NAMES}, "signatures": signatures, "integrity": None}
