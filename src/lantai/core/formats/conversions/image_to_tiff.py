"""Pictures at risk to TIFF 图像转 TIFF, without loss."""

from __future__ import annotations

from pathlib import Path

from lantai.core.formats.migration import Migration, Proof
from lantai.core.formats.picture_parts import frames_of
from lantai.core.formats.pictures import MOST_PIXELS, judge_size, open_image


class ImageToTiff(Migration):
    """GIF, BMP and WebP are not among the formats for keeping."""

    id = "image-to-tiff"
    label_zh = "图像转 TIFF"
    label_en = "Pictures to TIFF"
    sources = frozenset({"gif", "bmp", "webp", "png"})
    target = "TIFF"
    extension = "tif"
    puids = frozenset({"fmt/353", "fmt/10", "fmt/7", "fmt/8", "fmt/9"})
    order = 20

    def convert(self, source: Path, kind: str, target: Path) -> None:
        """All frames, compressed by LZW, with the resolution the original states."""
        with open_image(source) as image:
            frames, count = [], frames_of(image, source)
            judge_size(image, MOST_PIXELS // count)  # all of them are held until they are written
            for number in range(count):
                image.seek(number)
                frames.append(_plain(image))
            first, *others = frames
            extra = {"dpi": image.info["dpi"]} if "dpi" in image.info else {}
            first.save(
                target, "TIFF", compression="tiff_lzw", save_all=bool(others),
                append_images=others, **extra,
            )  # fmt: skip

    def prove(self, source: Path, kind: str, target: Path) -> list[Proof]:
        """Every dot of every frame."""
        return [pixels_proof(source, target)]


def pixels_proof(source: Path, target: Path) -> Proof:
    """Frames, size and every dot compared."""
    with open_image(source) as old, open_image(target) as new:
        counts = (frames_of(old, source), frames_of(new, target))
        shown = [
            f"{image.width}×{image.height}×{n}" for image, n in zip((old, new), counts, strict=True)
        ]
        same = counts[0] == counts[1]
        for number in range(counts[0] if same else 0):
            old.seek(number)
            new.seek(number)
            same = same and _plain(old).tobytes() == _plain(new).convert(_plain(old).mode).tobytes()
    return Proof("像素 pixels", shown[0], shown[1], same)


def _plain(image):  # type: ignore[no-untyped-def]
    """The picture without a palette: what is seen."""
    if image.mode in {"P", "PA"}:
        return image.convert("RGBA" if "transparency" in image.info else "RGB")
    return image.copy()
