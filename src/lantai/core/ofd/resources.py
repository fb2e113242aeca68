"""Resources 资源 of a document: fonts, images, drawing parameters, composite units, colours."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from lxml import etree
from PIL import Image

from lantai.core.ofd.container import OfdContainer, OfdUnreadable
from lantai.core.ofd.fonts import FontCase
from lantai.core.safe_xml import child, child_text, children, local

Colour = tuple[int, int, int]
BLACK: Colour = (0, 0, 0)
MOST_IMAGE_PIXELS = 100_000_000
MOST_IMAGE_SIDE = 1_000_000
MOST_HELD = 50_000_000
"""Dots of decoded images that are kept for the next page."""
DECODED = ("BMP", "DIB", "GIF", "JPEG", "JPEG2000", "PNG", "TIFF", "WEBP")


class Resources:
    """What PublicRes, DocumentRes and PageRes define, by ID."""

    def __init__(self, container: OfdContainer) -> None:
        self.container = container
        self.fonts = FontCase()
        self.draw_params: dict[str, etree._Element] = {}
        self.composites: dict[str, etree._Element] = {}
        self.colour_spaces: dict[str, str] = {}
        self._media: dict[str, str] = {}
        self._images: dict[str, Image.Image | None] = {}
        self.warnings: list[str] = []

    def load(self, location: str, beside: str) -> None:
        """Read a Res file named in the entry ``beside``; a missing one is a warning."""
        entry = self.container.resolve(location, beside)
        if entry is None:
            self.warnings.append(f"resource not found: {location}")
            return
        try:
            root = self.container.xml(entry)
        except OfdUnreadable as fault:
            self.warnings.append(str(fault))
            return
        folder = root.get("BaseLoc", "").strip("/ ")
        bases = [f"{entry.rpartition('/')[0]}/{folder}/x", entry, f"{folder}/x"]
        for kind, item in _items(root):
            self._take(kind, item, bases)

    def _take(self, kind: str, item: etree._Element, bases: list[str]) -> None:
        key = item.get("ID", "")
        if kind == "Font":
            self._font(key, item, bases)
        elif kind == "MultiMedia":
            entry = self.container.resolve(child_text(item, "MediaFile"), *bases)
            if entry:
                self._media[key] = entry
        elif kind == "DrawParam":
            self.draw_params[key] = item
        elif kind == "CompositeGraphicUnit":
            self.composites[key] = item
        elif kind == "ColorSpace":
            self.colour_spaces[key] = item.get("Type", "RGB").upper()

    def _font(self, key: str, item: etree._Element, bases: list[str]) -> None:
        entry = self.container.resolve(child_text(item, "FontFile"), *bases)
        data = None
        if entry:
            try:
                data = self.container.read(entry)
            except OfdUnreadable as fault:
                self.warnings.append(str(fault))
        self.fonts.add(key, item.get("FontName", "") + " " + item.get("FamilyName", ""), data)

    def image(self, key: str) -> Image.Image | None:
        """The image as RGBA, or None when it is missing or of a kind we do not decode."""
        if key not in self._images:
            if sum(one.width * one.height for one in self._images.values() if one) > MOST_HELD:
                self._images.clear()
            entry = self._media.get(key)
            self._images[key] = self._decode(entry) if entry else None
        return self._images[key]

    def _decode(self, entry: str) -> Image.Image | None:
        try:
            return decode_image(self.container.read(entry))
        except OfdUnreadable as fault:
            self.warnings.append(str(fault))
        except (OSError, ValueError, SyntaxError, EOFError) as fault:
            self.warnings.append(f"image {entry}: {fault}")
        return None

    def parameter(self, element: etree._Element, layer_param: str, name: str) -> Any:
        """An attribute or child named ``name`` of the object, else of its DrawParam chain."""
        found = element.get(name)
        if found is None:
            found = child(element, name)
        key = element.get("DrawParam", "") or layer_param
        for _ in range(8):
            if found is not None or key not in self.draw_params:
                return found
            source = self.draw_params[key]
            found = source.get(name)
            if found is None:
                found = child(source, name)
            key = source.get("Relative", "")
        return found

    def colour(self, element: etree._Element | None, default: Colour) -> tuple[Colour, float]:
        """(RGB, alpha 0-1) of a FillColor or StrokeColor; a gradient gives its middle colour."""
        if element is None:
            return default, 1.0
        alpha = _alpha(element)
        value = element.get("Value")
        if value is None:
            stops = [s for s in element.iter() if local(s) == "Color" and s.get("Value")]
            if not stops:
                return default, alpha
            element = stops[len(stops) // 2]
            value = element.get("Value")
        space = self.colour_spaces.get(element.get("ColorSpace", ""), "")
        return _rgb(value or "", space, default), alpha


def _items(root: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    for group in root:
        for item in group:
            yield local(item), item


def _alpha(element: etree._Element) -> float:
    try:
        return min(max(float(element.get("Alpha", "255")) / 255, 0.0), 1.0)
    except ValueError:
        return 1.0


def _rgb(value: str, space: str, default: Colour) -> Colour:
    try:
        numbers = [
            int(part[1:], 16) if part.startswith("#") else int(float(part))
            for part in value.split()
        ]
    except ValueError:
        return default
    numbers = [min(max(n, 0), 255) for n in numbers]
    if len(numbers) == 1 or (space == "GRAY" and numbers):
        return (numbers[0],) * 3
    if len(numbers) == 4:
        c, m, y, k = numbers
        return tuple(round((255 - ink) * (255 - k) / 255) for ink in (c, m, y))  # type: ignore[return-value]
    return (numbers[0], numbers[1], numbers[2]) if len(numbers) >= 3 else default


def decode_image(data: bytes) -> Image.Image:
    """An image as RGBA within the pixel limit; raises OSError or ValueError."""
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(io.BytesIO(data), formats=DECODED) as image:
        if image.width * image.height > MOST_IMAGE_PIXELS or max(image.size) > MOST_IMAGE_SIDE:
            raise ValueError("too many pixels")
        return image.convert("RGBA")


def load_resources(
    container: OfdContainer, common: etree._Element | None, beside: str
) -> Resources:
    """The resources that a document's CommonData names."""
    resources = Resources(container)
    for name in ("PublicRes", "DocumentRes"):
        for element in children(common, name):
            resources.load((element.text or "").strip(), beside)
    return resources
