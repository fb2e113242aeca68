"""Video 录像: a short film of titles and sentences (MP4, H.264)."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
from PIL import Image, ImageDraw

from lantai.core.specimens.makers._page import wrap
from lantai.core.specimens.makers.maker import Fonts, Maker
from lantai.core.specimens.records import Specimen

SIZE, RATE, HOLD = (640, 360), 4, 8  # pixels, frames a second, frames a card


class Video(Maker):
    """A card for the title and up to four for the text."""

    id = "mp4"
    suffix = ".mp4"

    def make(self, record: Specimen, path: Path, fonts: Fonts) -> list[Path]:
        """One thread and no clock inside: steady bytes."""
        lines = wrap(record.body, 20)
        cards = [
            wrap(record.title, 18),
            *(lines[i : i + 5] for i in range(0, min(len(lines), 20), 5)),
        ]
        with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as container:
            container.metadata["title"] = record.title
            stream = container.add_stream(
                "libx264", rate=RATE, options={"threads": "1", "preset": "veryfast", "crf": "30"}
            )
            stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
            stream.time_base = Fraction(1, RATE)
            for card in cards:
                frame_image = _card(card, fonts)
                for _ in range(HOLD):
                    for packet in stream.encode(av.VideoFrame.from_image(frame_image)):
                        container.mux(packet)
            for packet in stream.encode():
                container.mux(packet)
        return [path]


def _card(lines: list[str], fonts: Fonts) -> Image.Image:
    image = Image.new("RGB", SIZE, (24, 40, 54))
    draw = ImageDraw.Draw(image)
    for row, line in enumerate(lines):
        draw.text((44, 70 + row * 46), line, fill=(240, 236, 220), font=fonts.size(27))
    return image
