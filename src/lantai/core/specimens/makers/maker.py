"""What every maker is given, and the shelf they stand on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from lantai.core.registry import Shelf

if TYPE_CHECKING:
    from PIL import ImageFont

    from lantai.core.specimens.records import Specimen

BUNDLED = Path(__file__).parents[1] / "fonts" / "lantai-song.ttf"


@dataclass
class Fonts:
    """The typeface files are drawn with: the bundled one, or a TrueType (glyf) file given."""

    path: Path = BUNDLED
    _sizes: dict[int, ImageFont.FreeTypeFont] = field(default_factory=dict, repr=False)

    def size(self, pixels: int) -> ImageFont.FreeTypeFont:
        """The face for drawing on images, at so many pixels."""
        from PIL import ImageFont

        if pixels not in self._sizes:
            self._sizes[pixels] = ImageFont.truetype(str(self.path), pixels)
        return self._sizes[pixels]

    @cached_property
    def pdf_name(self) -> str:
        """The name under which the face is known to reportlab."""
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont

        name = f"Specimen{self.path.stem.replace('-', '')}"
        pdfmetrics.registerFont(TTFont(name, str(self.path)))
        return name


class Maker(ABC):
    """Makes one kind of file; ``id`` is the kind a record asks for."""

    id: str = ""
    suffix: str = ""

    @abstractmethod
    def make(self, record: Specimen, path: Path, fonts: Fonts) -> list[Path]:
        """Write the file (or files, beside ``path``); the same record gives the same bytes."""


@cache
def makers() -> Shelf[Maker]:
    """Every maker by kind."""
    return Shelf(Maker, "lantai.core.specimens.makers")  # type: ignore[type-abstract]
