"""Writing dBase 写出 dbf: a table of texts as older catalogue programs read it, FoxPro 2 in GBK."""

from __future__ import annotations

import codecs
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

LONGEST = 254  # bytes of a field; a column with longer texts is a memo, kept in the file beside
MISSING = "〓"  # what printers here set for a character they do not have
_GETA = "lantai.geta"


def _set_missing(fault: UnicodeError) -> tuple[str, int]:
    if not isinstance(fault, UnicodeEncodeError):
        raise fault
    return MISSING * (fault.end - fault.start), fault.end


codecs.register_error(_GETA, _set_missing)


def write_dbase(path: Path, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write ``path`` (.dbf), and a memo file (.fpt) beside it if a text needs one; how many rows.

    ``heads`` have at most ten bytes in GBK each. A character that GBK lacks becomes 〓.
    """
    import dbf  # only for dbf

    with tempfile.TemporaryFile("w+", encoding="utf-8") as waiting:
        widths = _laid_aside(rows, waiting, len(heads))
        kinds = [f"C({width})" if width <= LONGEST else "M" for width in widths]
        fields = [f"{head} {kind}" for head, kind in zip(heads, kinds, strict=True)]
        table = dbf.Table(str(path), "; ".join(fields), codepage="cp936", dbf_type="fp")
        waiting.seek(0)
        with closing(table.open(mode=dbf.READ_WRITE)):
            for row in _read_again(waiting):
                table.append(row)
            return len(table)


def _laid_aside(rows: Iterable[Sequence[str]], waiting: Any, columns: int) -> list[int]:
    """Keep the rows until the bytes of the longest text of each column are known; those."""
    widths = [1] * columns
    for row in rows:
        cells = [text.replace("\0", "").encode("gbk", _GETA) for text in row]
        widths = [max(width, len(cell)) for width, cell in zip(widths, cells, strict=True)]
        texts = [cell.decode("gbk") for cell in cells]
        waiting.write(json.dumps(texts, ensure_ascii=False) + "\n")
    return widths


def _read_again(waiting: Any) -> Iterator[tuple[str, ...]]:
    for line in waiting:
        yield tuple(json.loads(line))
