"""Drawing OFD pages 版式呈现: templates, content, annotations and seals, as PNG.

Draws TextObject, PathObject, ImageObject, PageBlock and CompositeObject. Text with Alpha 0
stays unseen. What cannot be drawn (JBIG2, glyphs known only by number) is left out and told in
``warnings``.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lxml import etree
from PIL import Image

from lantai.core.ofd.canvas import Canvas
from lantai.core.ofd.container import OfdUnreadable
from lantai.core.ofd.document import OfdBody, OfdDocument, OfdPage, numbers
from lantai.core.ofd.geometry import IDENTITY, Matrix, apply, compose, scale_of, subpaths
from lantai.core.ofd.layout import advance
from lantai.core.ofd.resources import BLACK, Resources, decode_image, load_resources
from lantai.core.ofd.seal import SealPicture
from lantai.core.ofd.signatures import signature_parts, stamp_annotations
from lantai.core.safe_xml import child, child_text, children, local

MOST_PIXELS = 80_000_000
MOST_OBJECTS = 200_000
MOST_DEPTH = 32
_ORDER = {"Background": 0, "Body": 1, "Foreground": 2}


def render_pages(
    path: Path, out_dir: Path, dpi: float = 150.0, only: Iterable[int] | None = None
) -> list[Path]:
    """Write ``page-0001.png`` … into the folder; returns the files.

    ``only`` chooses pages by number from 1. Raises `OfdUnreadable`.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    wanted = set(only) if only is not None else None
    made = []
    with OfdDocument.open(path) as document:
        renderer = OfdRenderer(document)
        for page in document.pages:
            if wanted is None or page.number in wanted:
                target = out_dir / f"page-{page.number:04d}.png"
                renderer.page_image(page.number, dpi).convert("RGB").save(target, "PNG")
                made.append(target)
    return made


def render_png(path: Path, number: int, width: int) -> bytes:
    """One page (from 1) as PNG, ``width`` pixels wide; raises `OfdUnreadable`."""
    with OfdDocument.open(path) as document:
        if not 1 <= number <= len(document.pages):
            raise OfdUnreadable(f"没有第 {number} 页 no page {number}")
        box = document.pages[number - 1].box
        image = OfdRenderer(document).page_image(number, width / box[2] * 25.4)
    stream = io.BytesIO()
    image.convert("RGB").save(stream, "PNG")
    return stream.getvalue()


class OfdRenderer:
    """Draws the pages of one open document."""

    def __init__(self, document: OfdDocument) -> None:
        self.document = document
        self.warnings: list[str] = []
        self._resources: dict[int, Resources] = {}

    def page_image(
        self, number: int, dpi: float, background: tuple[int, ...] = (255, 255, 255, 255)
    ) -> Image.Image:
        """One page (from 1) as an RGBA picture; a page without content stays empty."""
        page = self.document.pages[number - 1]
        body = next(b for b in self.document.bodies if page in b.pages)
        scale = dpi / 25.4
        pixels = page.box[2] * page.box[3] * scale * scale
        if pixels > MOST_PIXELS:
            scale *= (MOST_PIXELS / pixels) ** 0.5
        size = max(1, round(page.box[2] * scale)), max(1, round(page.box[3] * scale))
        canvas = Canvas(*size, background)
        base: Matrix = (scale, 0, 0, scale, -page.box[0] * scale, -page.box[1] * scale)
        drawing = _Drawing(canvas, self._resources_of(body), base)
        self._draw_page(body, page, drawing)
        self._draw_annotations(body, page, drawing)
        self._draw_stamps(body, page, drawing)
        self.warnings.extend(drawing.resources.warnings)
        return canvas.image

    def _resources_of(self, body: OfdBody) -> Resources:
        key = id(body)
        if key not in self._resources:
            self._resources[key] = load_resources(self.document.container, body.common, body.entry)
        return self._resources[key]

    def _draw_page(self, body: OfdBody, page: OfdPage, drawing: _Drawing) -> None:
        if page.entry is None:
            self.warnings.append(f"page {page.number}: no content")
            return
        try:
            root = self.document.container.xml(page.entry)
        except OfdUnreadable as fault:
            self.warnings.append(str(fault))
            return
        for element in children(root, "PageRes"):
            drawing.resources.load((element.text or "").strip(), page.entry)
        templates = list(children(root, "Template"))
        for template in templates:
            if template.get("ZOrder", "Background") != "Foreground":
                self._draw_template(body, template, drawing)
        drawing.layers(child(root, "Content"))
        for template in templates:
            if template.get("ZOrder", "Background") == "Foreground":
                self._draw_template(body, template, drawing)

    def _draw_template(self, body: OfdBody, use: etree._Element, drawing: _Drawing) -> None:
        for template in children(body.common, "TemplatePage"):
            if template.get("ID") == use.get("TemplateID"):
                entry = self.document.container.resolve(template.get("BaseLoc", ""), body.entry)
                if entry:
                    try:
                        root = self.document.container.xml(entry)
                    except OfdUnreadable as fault:
                        self.warnings.append(str(fault))
                        continue
                    drawing.layers(child(root, "Content"))

    def _draw_annotations(self, body: OfdBody, page: OfdPage, drawing: _Drawing) -> None:
        container = self.document.container
        entry = container.resolve(child_text(body.root, "Annotations"), body.entry)
        if entry is None:
            return
        try:
            for listed in children(container.xml(entry), "Page"):
                if listed.get("PageID") != page.id:
                    continue
                file = container.resolve(child_text(listed, "FileLoc"), entry, body.entry)
                for annotation in children(container.xml(file), "Annot") if file else ():
                    if annotation.get("Visible", "true") != "false":
                        drawing.appearance(child(annotation, "Appearance"))
        except OfdUnreadable as fault:
            self.warnings.append(str(fault))

    def _draw_stamps(self, body: OfdBody, page: OfdPage, drawing: _Drawing) -> None:
        container = self.document.container
        entry = container.resolve(
            child_text(body.element, "Signatures"), self.document.entry, body.entry
        )
        if entry is None:
            return
        try:
            for root, seal in signature_parts(container, entry):
                if seal is None or seal.picture is None:
                    continue
                for stamp in stamp_annotations(root):
                    box = numbers(stamp.get("Boundary", ""), 4)
                    if stamp.get("PageRef") == page.id and box:
                        self._draw_seal(seal.picture, box, drawing)
        except OfdUnreadable as fault:
            self.warnings.append(str(fault))

    def _draw_seal(self, seal: SealPicture, box: tuple[float, ...], drawing: _Drawing) -> None:
        try:
            picture = seal_image(seal)
        except (OfdUnreadable, OSError, ValueError, SyntaxError) as fault:
            self.warnings.append(f"seal: {fault}")
            return
        unit = compose(drawing.base, (box[2], 0, 0, box[3], box[0], box[1]))
        drawing.canvas.picture(picture, unit, 1.0)


def seal_image(seal: SealPicture) -> Image.Image:
    """The seal's picture as RGBA, white made clear; one kept as OFD is drawn."""
    if seal.kind == "ofd" or seal.data[:2] == b"PK":
        with OfdDocument.open(io.BytesIO(seal.data)) as inner:
            renderer = OfdRenderer(inner)
            return renderer.page_image(1, 300.0, (255, 255, 255, 0))
    image = decode_image(seal.data)
    if image.getchannel("A").getextrema() == (255, 255):
        lightest = image.convert("L").point(lambda value: 0 if value > 245 else 255)
        image.putalpha(lightest)
    return image


class _Drawing:
    """Draws objects of one page onto a canvas."""

    def __init__(self, canvas: Canvas, resources: Resources, base: Matrix) -> None:
        self.canvas, self.resources, self.base = canvas, resources, base
        self.drawn = 0

    def layers(self, content: etree._Element | None) -> None:
        """All layers of a page or template, by their kind."""
        found = list(children(content, "Layer"))
        found.sort(key=lambda layer: _ORDER.get(layer.get("Type", "Body"), 1))
        for layer in found:
            self.objects(layer, self.base, layer.get("DrawParam", ""), 1.0, 0)

    def appearance(self, element: etree._Element | None) -> None:
        """An annotation's appearance: a block at its Boundary."""
        if element is not None:
            self.objects(element, compose(self.base, _offset(element)), "", 1.0, 0)

    def objects(
        self, parent: etree._Element, matrix: Matrix, param: str, alpha: float, depth: int
    ) -> None:
        """Draw the children of a layer, block, unit or appearance."""
        for element in parent:
            name = local(element)
            self.drawn += 1
            if self.drawn > MOST_OBJECTS or depth > MOST_DEPTH:
                return
            if element.get("Visible", "true") == "false":
                continue
            if name == "PageBlock":
                self.objects(element, matrix, param, alpha, depth + 1)
            elif name in ("TextObject", "PathObject", "ImageObject", "CompositeObject"):
                inner = compose(matrix, _object_matrix(element))
                seen = alpha * _object_alpha(element)
                if seen > 0:
                    self._object(element, inner, param, seen, depth)

    def _object(
        self,
        element: etree._Element,
        matrix: Matrix,
        param: str,
        alpha: float,
        depth: int,
    ) -> None:
        name = local(element)
        if name == "TextObject":
            self._text(element, matrix, param, alpha)
        elif name == "PathObject":
            self._path(element, matrix, param, alpha)
        elif name == "ImageObject":
            self._image(element, matrix, alpha)
        else:
            unit = self.resources.composites.get(element.get("ResourceID", ""))
            content = child(unit, "Content")
            if content is not None:
                self.objects(content, matrix, param, alpha, depth + 1)

    def _image(self, element: etree._Element, matrix: Matrix, alpha: float) -> None:
        image = self.resources.image(element.get("ResourceID", ""))
        if image is None:
            return
        if not element.get("CTM"):
            box = numbers(element.get("Boundary", ""), 4) or (0.0, 0.0, 1.0, 1.0)
            matrix = compose(matrix, (box[2], 0, 0, box[3], 0, 0))
        self.canvas.picture(image, matrix, alpha)

    def _path(self, element: etree._Element, matrix: Matrix, param: str, alpha: float) -> None:
        data = child_text(element, "AbbreviatedData")
        paths = [
            ([apply(matrix, point) for point in points], closed)
            for points, closed in subpaths(data)
        ]
        if element.get("Fill", "false") == "true":
            fill = self.resources.parameter(element, param, "FillColor")
            colour, own = self.resources.colour(_as_element(fill), BLACK)
            even_odd = element.get("Rule", "NonZero") == "Even-Odd"
            self.canvas.fill([points for points, _ in paths], colour, alpha * own, even_odd)
        if element.get("Stroke", "true") == "true":
            line = self.resources.parameter(element, param, "StrokeColor")
            colour, own = self.resources.colour(_as_element(line), BLACK)
            width = _number(self.resources.parameter(element, param, "LineWidth"), 0.353)
            self.canvas.stroke(paths, width * scale_of(matrix), colour, alpha * own)

    def _text(self, element: etree._Element, matrix: Matrix, param: str, alpha: float) -> None:
        size = _number(element.get("Size"), 0.0)
        scale = scale_of(matrix)
        pixels = round(size * scale)
        if not 1 <= pixels <= 4_000 or element.get("Fill", "true") == "false":
            if element.get("Stroke", "false") != "true":
                return
            pixels = max(1, min(pixels, 4_000))
        fill = self.resources.parameter(element, param, "FillColor")
        colour, own = self.resources.colour(_as_element(fill), BLACK)
        stretch = _number(element.get("HScale"), 1.0)
        bold = pixels / 28 if _number(element.get("Weight"), 400) >= 600 else 0.0
        slant = 0.2 if element.get("Italic", "false") == "true" else 0.0
        to_mm = size / pixels
        font_id = element.get("Font", "")
        for character, x, y in placed_characters(element, size):
            font = self.resources.fonts.font_for(font_id, character, pixels)
            if font is None or character.isspace():
                continue
            glyph: Matrix = (to_mm * stretch, 0, -slant * to_mm, to_mm, x, y)
            self.canvas.glyph(
                font, character, compose(matrix, glyph), colour, alpha * own, bold=bold
            )


def placed_characters(element: etree._Element, size: float) -> Iterable[tuple[str, float, float]]:
    """(character, x, y) in the object's own space for every TextCode of a TextObject."""
    x = y = 0.0
    for code in children(element, "TextCode"):
        x, y = _number(code.get("X"), x), _number(code.get("Y"), y)
        text = code.text or ""
        across = deltas(code.get("DeltaX", ""), len(text))
        down = deltas(code.get("DeltaY", ""), len(text))
        here_x, here_y = x, y
        for index, character in enumerate(text):
            yield character, here_x, here_y
            if index < len(across):
                here_x += across[index]
            elif not down:
                here_x += advance(character, size)
            if index < len(down):
                here_y += down[index]


def deltas(text: str, most: int) -> list[float]:
    """A DeltaX or DeltaY list with its ``g count value`` runs spread, no longer than needed."""
    found: list[float] = []
    tokens = iter(text.split())
    try:
        for token in tokens:
            if len(found) >= most:
                break
            if token == "g":  # noqa: S105  (a run, not a secret)
                count = int(next(tokens))
                value = float(next(tokens))
                found.extend([value] * max(0, min(count, most)))
            else:
                found.append(float(token))
    except (ValueError, StopIteration):
        pass
    return found[:most]


def _offset(element: etree._Element) -> Matrix:
    box = numbers(element.get("Boundary", ""), 4)
    return (1, 0, 0, 1, box[0], box[1]) if box else IDENTITY


def _object_matrix(element: etree._Element) -> Matrix:
    ctm = numbers(element.get("CTM", ""), 6)
    inner: Any = ctm or IDENTITY
    return compose(_offset(element), inner)


def _object_alpha(element: etree._Element) -> float:
    return min(max(_number(element.get("Alpha"), 255.0) / 255, 0.0), 1.0)


def _as_element(value: Any) -> etree._Element | None:
    return value if isinstance(value, etree._Element) else None


def _number(value: Any, default: float) -> float:
    try:
        found = float(value)
    except (TypeError, ValueError):
        return default
    return found if abs(found) < 1e6 else default
