"""Affine transforms and path data 图元几何 (GB/T 33190-2016 §8.3, §9.3)."""

from __future__ import annotations

import math
from collections.abc import Iterator

#: x' = a·x + c·y + e, y' = b·x + d·y + f.
Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_STEPS = 16
MAX_POINTS = 200_000


def compose(outer: Matrix, inner: Matrix) -> Matrix:
    """The transform that applies ``inner`` first."""
    a1, b1, c1, d1, e1, f1 = outer
    a2, b2, c2, d2, e2, f2 = inner
    return (
        a1 * a2 + c1 * b2,
        b1 * a2 + d1 * b2,
        a1 * c2 + c1 * d2,
        b1 * c2 + d1 * d2,
        a1 * e2 + c1 * f2 + e1,
        b1 * e2 + d1 * f2 + f1,
    )


def apply(matrix: Matrix, point: Point) -> Point:
    """The point transformed."""
    a, b, c, d, e, f = matrix
    return a * point[0] + c * point[1] + e, b * point[0] + d * point[1] + f


def invert(matrix: Matrix) -> Matrix | None:
    """The inverse, or None for a flat transform."""
    a, b, c, d, e, f = matrix
    det = a * d - b * c
    if abs(det) < 1e-12:
        return None
    return (
        d / det,
        -b / det,
        -c / det,
        a / det,
        (c * f - d * e) / det,
        (b * e - a * f) / det,
    )


def scale_of(matrix: Matrix) -> float:
    """How much lengths grow, as the root of the area."""
    a, b, c, d, _, _ = matrix
    return math.sqrt(abs(a * d - b * c))


def subpaths(data: str) -> list[tuple[list[Point], bool]]:
    """Polylines of an AbbreviatedData with whether each is closed; broken data ends it."""
    paths: list[tuple[list[Point], bool]] = []
    points: list[Point] = []
    for count, (command, values) in enumerate(_commands(data)):
        if command in "SM":
            if len(points) > 1:
                paths.append((points, False))
            points = [(values[0], values[1])]
        elif command == "C":
            if points:
                paths.append((points, True))
                points = [points[0]]
        else:
            start = points[-1] if points else (0.0, 0.0)
            points = points or [start]
            points.extend(_segment(command, start, values))
        if count > MAX_POINTS or len(points) > MAX_POINTS:
            break
    if len(points) > 1:
        paths.append((points, False))
    return paths


_LENGTHS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}


def _commands(data: str) -> Iterator[tuple[str, list[float]]]:
    tokens = data.replace(",", " ").split()
    index = 0
    while index < len(tokens):
        command = tokens[index]
        length = _LENGTHS.get(command)
        if length is None:
            index += 1
            continue
        try:
            values = [float(token) for token in tokens[index + 1 : index + 1 + length]]
        except ValueError:
            return
        if len(values) < length or not all(math.isfinite(v) and abs(v) < 1e6 for v in values):
            return
        yield command, values
        index += 1 + length


def _segment(command: str, start: Point, values: list[float]) -> list[Point]:
    if command == "L":
        return [(values[0], values[1])]
    if command == "A":
        return _arc(start, values)
    x, y = start
    points = []
    for step in range(1, _STEPS + 1):
        t = step / _STEPS
        u = 1 - t
        if command == "Q":
            x1, y1, x2, y2 = values
            points.append(
                (u * u * x + 2 * u * t * x1 + t * t * x2, u * u * y + 2 * u * t * y1 + t * t * y2)
            )
        else:
            x1, y1, x2, y2, x3, y3 = values
            k0, k1, k2, k3 = u**3, 3 * u * u * t, 3 * u * t * t, t**3
            points.append(
                (k0 * x + k1 * x1 + k2 * x2 + k3 * x3, k0 * y + k1 * y1 + k2 * y2 + k3 * y3)
            )
    return points


def _arc(start: Point, values: list[float]) -> list[Point]:
    """An elliptic arc by end points, as in SVG's implementation notes F.6."""
    rx, ry, angle, large, sweep, x2, y2 = values
    x1, y1 = start
    rx, ry = abs(rx), abs(ry)
    if rx < 1e-9 or ry < 1e-9 or (x1, y1) == (x2, y2):
        return [(x2, y2)]
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    dx, dy = (x1 - x2) / 2, (y1 - y2) / 2
    xp, yp = cos * dx + sin * dy, -sin * dx + cos * dy
    grow = math.sqrt(max(1.0, (xp / rx) ** 2 + (yp / ry) ** 2))
    rx, ry = rx * grow, ry * grow
    denominator = (rx * yp) ** 2 + (ry * xp) ** 2
    root = math.sqrt(max(0.0, (rx * ry) ** 2 / denominator - 1)) if denominator else 0.0
    sign = 1 if (large != 0) != (sweep != 0) else -1
    cxp, cyp = sign * root * rx * yp / ry, -sign * root * ry * xp / rx
    cx = cos * cxp - sin * cyp + (x1 + x2) / 2
    cy = sin * cxp + cos * cyp + (y1 + y2) / 2
    begin = math.atan2((yp - cyp) / ry, (xp - cxp) / rx)
    span = math.atan2((-yp - cyp) / ry, (-xp - cxp) / rx) - begin
    if sweep and span < 0:
        span += 2 * math.pi
    elif not sweep and span > 0:
        span -= 2 * math.pi
    steps = max(4, int(abs(span) * 12))
    points = []
    for step in range(1, steps + 1):
        theta = begin + span * step / steps
        ex, ey = rx * math.cos(theta), ry * math.sin(theta)
        points.append((cos * ex - sin * ey + cx, sin * ex + cos * ey + cy))
    return points
