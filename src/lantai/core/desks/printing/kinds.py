"""The kinds of file 文种格式 a paper is given out as."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from lantai.core.desks.printing.blocks import Block
from lantai.core.desks.printing.ofd import write_ofd_paper
from lantai.core.desks.printing.pdf import write_pdf
from lantai.core.desks.printing.word import write_docx


class Kind(NamedTuple):
    """A kind: how its button reads, its media type, its writer."""

    label: str
    mime: str
    write: Callable[[Sequence[Block]], bytes]


KINDS = {
    "pdf": Kind("PDF", "application/pdf", write_pdf),
    "docx": Kind(
        "Word",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        write_docx,
    ),
    "ofd": Kind("OFD", "application/ofd", write_ofd_paper),
}


def written(blocks: Sequence[Block], kind: str) -> bytes:
    """The paper as a file of the kind (a key of `KINDS`)."""
    return KINDS[kind].write(blocks)
