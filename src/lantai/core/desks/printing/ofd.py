"""A paper as an OFD 版式文件: as the PDF looks, with its words beneath, by our own writer."""

from __future__ import annotations

import io
from collections.abc import Sequence

from lantai.core.desks.printing.blocks import Block, title_of
from lantai.core.desks.printing.pdf import write_pdf
from lantai.core.formats.conversions.pdf_to_ofd import pages_of
from lantai.core.formats.kinds.pdf import open_pdf
from lantai.core.ofd.pages import OfdMetadata
from lantai.core.ofd.writer import write_ofd

FEW, FINE, COARSE = 20, 200, 110  # a long table is drawn more coarsely: nobody waits for it


def write_ofd_paper(blocks: Sequence[Block]) -> bytes:
    """The paper; the same blocks give the same bytes but for what the PDF's day changes."""
    with open_pdf(write_pdf(blocks)) as document:
        pages = pages_of(document, COARSE if len(document) > FEW else FINE)
    out = io.BytesIO()
    write_ofd(out, pages, OfdMetadata(title=title_of(blocks)))
    return out.getvalue()
