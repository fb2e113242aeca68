"""Writing dBase 写出 dbf: a table of texts as older catalogue programs read it, FoxPro 2 in GBK."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

LONGEST = 254  # bytes of a field; a column with longer texts is a memo, kept in the file beside
MISSING = "〓"  # what printers here set for a character they do not have


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
        texts = [_in_gbk(text) for text in row]
        widths = [
            max(width, len(text.encode("gbk"))) for width, text in zip(widths, texts, strict=True)
        ]
        waiting.write(json.dumps(texts, ensure_ascii=False) + "\n")
    return widths


def _read_again(waiting: Any) -> Iterator[tuple[str, ...]]:
    for line in waiting:
        yield tuple(json.loads(line))


def _in_gbk(text: str) -> str:
    text = text.replace("\0", "")
    try:
        text.encode("gbk")
    except UnicodeEncodeError:
        return "".join(c if _is_in_gbk(c) else MISSING for c in text)
    return text


def _is_in_gbk(sign: str) -> bool:
    return bool(sign.encode("gbk", "ignore"))
