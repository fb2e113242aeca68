"""The canvas 画布: glyphs, filled and stroked paths and images onto a Pillow picture."""

from __future__ import annotations

import math

import numpy
from PIL import Image, ImageDraw, ImageFont

from lantai.core.ofd.geometry import Matrix, Point, apply, invert, scale_of

Colour = tuple[int, int, int]
_FINE = 4
_MOST_MASK = 60_000_000


class Canvas:
    """A white (or clear) RGBA picture; coordinates are pixels."""

    def __init__(self, width: int, height: int, background: tuple[int, ...]) -> None:
        self.image = Image.new("RGBA", (width, height), background)  # type: ignore[arg-type]

    def ink(self, mask: Image.Image, at: tuple[int, int], colour: Colour, alpha: float) -> None:
        """Lay a colour through a mask (mode L) whose top left is at a pixel."""
        if alpha < 1:
            mask = mask.point(lambda value: int(value * alpha))
        layer = Image.new("RGBA", mask.size, (*colour, 255))
        layer.putalpha(mask)
        self._over(layer, at)

    def _over(self, layer: Image.Image, at: tuple[int, int]) -> None:
        left, top = max(at[0], 0), max(at[1], 0)
        right = min(at[0] + layer.width, self.image.width)
        bottom = min(at[1] + layer.height, self.image.height)
        if right <= left or bottom <= top:
            return
        crop = layer.crop((left - at[0], top - at[1], right - at[0], bottom - at[1]))
        self.image.alpha_composite(crop, (left, top))

    def glyph(
        self,
        font: ImageFont.FreeTypeFont,
        character: str,
        matrix: Matrix,
        colour: Colour,
        alpha: float,
        *,
        bold: float = 0.0,
    ) -> None:
        """Draw one character; ``matrix`` maps font pixels from the baseline origin to pixels."""
        stroke = round(bold)
        left, top, right, bottom = font.getbbox(character, anchor="ls", stroke_width=stroke)
        size = math.ceil(right - left), math.ceil(bottom - top)
        if min(size) <= 0 or max(size) > 8_000:
            return
        origin = math.floor(left), math.floor(top)
        mask = Image.new("L", (size[0] + 2, size[1] + 2), 0)
        ImageDraw.Draw(mask).text(
            (1 - origin[0], 1 - origin[1]), character, 255, font, anchor="ls", stroke_width=stroke
        )
        a, b, c, d, e, f = matrix
        if abs(b) + abs(c) < 1e-6 and abs(a - 1) + abs(d - 1) < 0.02:
            self.ink(mask, (round(e) + origin[0] - 1, round(f) + origin[1] - 1), colour, alpha)
            return
        inner = (a, b, c, d, *apply(matrix, (origin[0] - 1.0, origin[1] - 1.0)))
        self._transformed(mask, inner, colour, alpha)

    def _transformed(self, mask: Image.Image, matrix: Matrix, colour: Colour, alpha: float) -> None:
        """Ink a mask through a transform of its own pixels."""
        placed = self._warp(mask, matrix)
        if placed is not None:
            self.ink(placed[0], placed[1], colour, alpha)

    def _warp(
        self, source: Image.Image, matrix: Matrix
    ) -> tuple[Image.Image, tuple[int, int]] | None:
        corners = [
            apply(matrix, (x, y))
            for x in (0.0, float(source.width))
            for y in (0.0, float(source.height))
        ]
        left, top, right, bottom = self._clamped(corners)
        back = invert(matrix)
        if back is None or right <= left or bottom <= top:
            return None
        a, b, c, d, e, f = back
        coefficients = (a, c, a * left + c * top + e, b, d, b * left + d * top + f)
        size = (right - left, bottom - top)
        warped = source.transform(
            size, Image.Transform.AFFINE, coefficients, Image.Resampling.BILINEAR
        )
        return warped, (left, top)

    def _clamped(self, points: list[Point]) -> tuple[int, int, int, int]:
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        return (
            max(math.floor(min(xs)) - 1, 0),
            max(math.floor(min(ys)) - 1, 0),
            min(math.ceil(max(xs)) + 1, self.image.width),
            min(math.ceil(max(ys)) + 1, self.image.height),
        )

    def picture(self, source: Image.Image, matrix: Matrix, alpha: float) -> None:
        """Draw an image; ``matrix`` maps the unit square to pixels."""
        shrink = scale_of(matrix) / math.sqrt(source.width * source.height)
        if shrink < 0.5:
            source = source.reduce(max(1, math.floor(0.9 / max(shrink, 0.01))))
        a, b, c, d, e, f = matrix
        width, height = source.size
        inner = (a / width, b / width, c / height, d / height, e, f)
        placed = self._warp(source, inner)
        if placed is None:
            return
        layer, at = placed
        if alpha < 1:
            layer.putalpha(layer.getchannel("A").point(lambda value: int(value * alpha)))
        self._over(layer, at)

    def fill(self, paths: list[list[Point]], colour: Colour, alpha: float, even_odd: bool) -> None:
        """Fill closed polylines (pixels) by the nonzero or the even-odd rule."""
        mask = self._mask(paths, 0)
        if mask is None:
            return
        size, box = mask
        winding = numpy.zeros((size[1], size[0]), numpy.int16)
        for path in paths:
            if len(path) < 3:
                continue
            one = Image.new("1", size, 0)
            ImageDraw.Draw(one).polygon(_shifted(path, box), fill=1)
            turn = 1 if even_odd or _area(path) >= 0 else -1
            winding += numpy.asarray(one, numpy.int16) * turn
        inside = winding % 2 != 0 if even_odd else winding != 0
        self._ink_fine(Image.fromarray(inside.astype(numpy.uint8) * 255), box, colour, alpha)

    def stroke(
        self, paths: list[tuple[list[Point], bool]], width: float, colour: Colour, alpha: float
    ) -> None:
        """Stroke polylines (pixels, closed or not) with a line at least a hair wide."""
        mask = self._mask([points for points, _ in paths], width)
        if mask is None:
            return
        size, box = mask
        picture = Image.new("L", size, 0)
        pen = ImageDraw.Draw(picture)
        thick = max(round(width * _FINE), 2)
        for points, closed in paths:
            line = [*points, points[0]] if closed else points
            pen.line(_shifted(line, box), fill=255, width=thick, joint="curve")
        self._ink_fine(picture, box, colour, alpha)

    def _mask(
        self, paths: list[list[Point]], margin: float
    ) -> tuple[tuple[int, int], tuple[int, int, int, int]] | None:
        points = [point for path in paths for point in path]
        if not points:
            return None
        spread = margin + 1
        box = self._clamped(
            [(x - spread, y - spread) for x, y in points]
            + [(x + spread, y + spread) for x, y in points]
        )
        size = ((box[2] - box[0]) * _FINE, (box[3] - box[1]) * _FINE)
        if min(size) <= 0 or size[0] * size[1] > _MOST_MASK:
            return None
        return size, box

    def _ink_fine(
        self, mask: Image.Image, box: tuple[int, int, int, int], colour: Colour, alpha: float
    ) -> None:
        self.ink(mask.reduce(_FINE), (box[0], box[1]), colour, alpha)


def _shifted(path: list[Point], box: tuple[int, int, int, int]) -> list[Point]:
    return [((x - box[0]) * _FINE, (y - box[1]) * _FINE) for x, y in path]


def _area(path: list[Point]) -> float:
    return sum(
        x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(path, [*path[1:], path[0]], strict=True)
    )
