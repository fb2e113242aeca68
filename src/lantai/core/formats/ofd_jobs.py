"""What the sandbox is asked to do with an OFD; plain data in and out, `Unreadable` for faults."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lantai.core.formats.format import Unreadable
from lantai.core.formats.ofd_scans import scan_pages
from lantai.core.ofd.container import OfdUnreadable
from lantai.core.ofd.document import OfdDocument
from lantai.core.ofd.pages import OfdMetadata, OfdNotWritten
from lantai.core.ofd.render import OfdRenderer, render_png
from lantai.core.ofd.trust import TrustList
from lantai.core.ofd.writer import write_ofd


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OfdUnreadable as fault:
        raise Unreadable("damaged", f"OFD 无法读取：{fault}", f"unreadable OFD: {fault}") from fault


def ofd_info(path: str, trusted: Sequence[str] = ()) -> dict[str, Any]:
    """`OfdDocument.info` of a file; ``trusted`` are certificates (DER) in base64."""
    trust = TrustList(tuple(base64.b64decode(one) for one in trusted))
    with _told(), OfdDocument.open(Path(path)) as document:
        return document.info(trust)


def ofd_attachment(path: str, entry: str) -> bytes:
    """The bytes of one attachment."""
    with _told(), OfdDocument.open(Path(path)) as document:
        return document.attachment_bytes(entry)


def ofd_texts(path: str) -> list[str]:
    """The text of each page."""
    with _told(), OfdDocument.open(Path(path)) as document:
        return document.page_texts()


def ofd_render(path: str, out_dir: str, dpi: float) -> dict[str, Any]:
    """Draw all pages into a folder: ``files`` and ``warnings``."""
    with _told(), OfdDocument.open(Path(path)) as document:
        renderer = OfdRenderer(document)
        files = []
        for page in document.pages:
            target = Path(out_dir) / f"page-{page.number:04d}.png"
            renderer.page_image(page.number, dpi).convert("RGB").save(target, "PNG")
            files.append(str(target))
        return {"pages": len(files), "files": files, "warnings": sorted(set(renderer.warnings))}


def ofd_write(
    target: str, scans: Sequence[str], texts: Sequence[str], title: str
) -> dict[str, Any]:
    """Scans and their text as a double-layer OFD, read back: ``pages``, ``characters``, ``kept``."""
    try:
        pages = list(scan_pages([Path(one) for one in scans], texts))
        write_ofd(Path(target), pages, OfdMetadata(title=title))
    except OfdNotWritten as fault:
        raise Unreadable("not-written", f"没有写成 OFD：{fault}", f"no OFD: {fault}") from fault
    given = "".join(word.text for page in pages for word in page.words)
    read = "".join(ofd_texts(target))
    bare = ["".join(text.split()) for text in (given, read)]
    return {"pages": len(pages), "characters": len(bare[0]), "kept": bare[0] == bare[1]}


def ofd_page_png(path: str, number: int, width: int) -> bytes:
    """One page as PNG."""
    with _told():
        return render_png(Path(path), number, width)
