"""Papers of the kinds an office sends 电子文件: small, all different, the same on every run."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from pathlib import Path

SEED = 20261122
WORDS = "云溪县民政局关于救灾款发放的通知请各乡镇按期办理并将结果报县局备案"
KINDS = ("txt", "xml", "txt", "pdf", "txt", "jpg")
"""Turn about: half are texts, the rest XML, PDF and pictures."""


def make_papers(folder: Path, count: int, kinds: tuple[str, ...] = KINDS) -> Path:
    """A folder of ``count`` small files of these kinds, turn about; 1 to 8 kB each."""
    rng = random.Random(SEED)
    folder.mkdir(parents=True)
    for n in range(count):
        kind = kinds[n % len(kinds)]
        (folder / f"通知{n:06d}.{kind}").write_bytes(_MAKERS[kind](rng, n))
    return folder


def _words(rng: random.Random, least: int, most: int) -> str:
    return "".join(rng.choices(WORDS, k=rng.randint(least, most)))


def _text(rng: random.Random, n: int) -> bytes:
    return f"第{n}号\n{_words(rng, 350, 1_300)}\n".encode()


def _xml(rng: random.Random, n: int) -> bytes:
    parts = "".join(f"<段落>{_words(rng, 40, 160)}</段落>" for _ in range(6))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<通知 号="{n}">{parts}</通知>\n'.encode()


def _pdf(rng: random.Random, n: int) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    sheet = Canvas(out, pageCompression=1, invariant=1)
    sheet.setTitle(f"Notice {n}")
    for line in range(30):
        sheet.drawString(72, 780 - 20 * line, f"{n}-{line} {rng.getrandbits(240):x}")
    sheet.showPage()
    sheet.save()
    return out.getvalue()


def _jpg(rng: random.Random, n: int) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    small = Image.frombytes("RGB", (16, 16), rng.randbytes(768))
    small.resize((160, 220)).save(out, "JPEG", quality=70, comment=str(n).encode())
    return out.getvalue()


_MAKERS: dict[str, Callable[[random.Random, int], bytes]] = {
    "txt": _text,
    "xml": _xml,
    "pdf": _pdf,
    "jpg": _jpg,
}
