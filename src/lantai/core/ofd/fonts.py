"""Which font 字体 draws a character: the document's own, else one of the system's (fonts.toml)."""

from __future__ import annotations

import io
import tomllib
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

_TABLE = Path(__file__).with_name("fonts.toml")
_SIZES_KEPT = 64


@lru_cache(maxsize=1)
def _families() -> list[tuple[str, tuple[str, ...], tuple[tuple[Path, int], ...]]]:
    with _TABLE.open("rb") as stream:
        table = tomllib.load(stream)
    wanted = {name for family in table["family"] for name, _ in family["files"]}
    there: dict[str, Path] = {}
    for folder in (Path(name).expanduser() for name in table["folders"]):
        if folder.is_dir():
            for path in sorted(folder.rglob("*.[to]t[cf]")):
                if path.name in wanted:
                    there.setdefault(path.name, path)
    return [
        (
            family["id"],
            tuple(family["names"]),
            tuple((there[name], index) for name, index in family["files"] if name in there),
        )
        for family in table["family"]
    ]


def system_fonts(name: str) -> list[tuple[Path, int]]:
    """Font files (with face index) for a font name, best first; [] when the system has none."""
    folded = name.casefold()
    families = _families()
    best = next((f for f in families if any(word in folded for word in f[1])), families[0])
    rest = [entry for family in families if family is not best for entry in family[2]]
    return list(dict.fromkeys([*best[2], *rest]))


class FontCase:
    """The fonts of one document, opened once for each size in pixels."""

    def __init__(self) -> None:
        self._embedded: dict[str, bytes] = {}
        self._names: dict[str, str] = {}
        self._open: dict[tuple[str, int, int], ImageFont.FreeTypeFont | None] = {}

    def add(self, font_id: str, name: str, data: bytes | None) -> None:
        """Make a font of the document known under its id."""
        self._names[font_id] = name
        if data:
            self._embedded[font_id] = data

    def font_for(self, font_id: str, character: str, pixels: int) -> ImageFont.FreeTypeFont | None:
        """A font that has this character, at this size; None when no font at all is there."""
        first = None
        for choice in range(1 + len(system_fonts(self._names.get(font_id, "")))):
            font = self._opened(font_id, choice, pixels)
            if font is None:
                continue
            first = first or font
            if character.isspace() or has_character(font, character):
                return font
        return first

    def _opened(self, font_id: str, choice: int, pixels: int) -> ImageFont.FreeTypeFont | None:
        key = (font_id, choice, pixels)
        if key not in self._open:
            if len(self._open) > _SIZES_KEPT * 4:
                self._open.clear()
            self._open[key] = self._load(font_id, choice, pixels)
        return self._open[key]

    def _load(self, font_id: str, choice: int, pixels: int) -> ImageFont.FreeTypeFont | None:
        try:
            if choice == 0:
                data = self._embedded.get(font_id)
                if data is None:
                    return None
                return ImageFont.truetype(io.BytesIO(data), pixels)
            path, index = system_fonts(self._names.get(font_id, ""))[choice - 1]
            return ImageFont.truetype(str(path), pixels, index=index)
        except (OSError, ValueError):
            return None


def has_character(font: ImageFont.FreeTypeFont, character: str) -> bool:
    """Whether the font draws this character as something else than its missing-glyph box."""
    try:
        mask, missing = font.getmask(character), font.getmask("\U0010fffe")
    except (OSError, ValueError):
        return False
    if mask.getbbox() is None:
        return False
    return mask.size != missing.size or bytes(mask) != bytes(missing)
