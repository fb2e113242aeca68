"""Roll-up 汇总: figures of thousands of forms added up the tree of institutions, a change at once."""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantai.core.desks.return_checking import Values
from lantai.core.desks.return_definition import ReturnDefinition

Row = NDArray[np.float64]  # one figure an indicator that is a number; NaN is empty
_START = {"max": -np.inf, "min": np.inf}
_WHOLE, _FLOATS = "#", "~"  # no letters of base64
_EMPTY = -(2**31)
_LARGEST = 2**31  # of a figure kept in four bytes


@dataclass
class Total:
    """What stands below an institution: sums (or extremes), how many gave a figure, forms."""

    figures: Row
    counts: Row
    forms: int = 0


def nothing(definition: ReturnDefinition) -> Total:
    """The total of no form."""
    size = len(definition.numbers)
    return Total(np.zeros(size), np.zeros(size))


def pack(definition: ReturnDefinition, values: Mapping[str, object]) -> str:
    """A form's figures as text (`write_row`)."""
    row = np.full(len(definition.numbers), np.nan, dtype="<f8")
    for code, place in definition.place.items():
        value = values.get(code)
        if isinstance(value, (int, float)):
            row[place] = value
    return write_row(row)


def write_row(row: Row) -> str:
    """Figures as text: see `write_rows`."""
    return write_rows(row[np.newaxis, :])[0]


def write_rows(rows: Row) -> list[str]:
    """A text a row: base64 of little-endian figures, ``#`` int32 where all are whole and small
    (`_EMPTY` is empty), ``~`` float64 otherwise. Packed no further: reading and writing thousands
    of forms would cost more than what is saved.
    """
    empty = np.isnan(rows)
    whole = empty | ((np.trunc(rows) == rows) & (np.abs(rows) < _LARGEST))
    short = np.where(whole & ~empty, rows, _EMPTY).astype("<i4")
    long = np.ascontiguousarray(rows, dtype="<f8")
    return [
        _WHOLE + b64encode(short[n].tobytes()).decode("ascii")
        if fits
        else _FLOATS + b64encode(long[n].tobytes()).decode("ascii")
        for n, fits in enumerate(whole.all(axis=1).tolist())
    ]


def read_row(text: str, size: int) -> Row:
    """Figures from text; a shorter row (an older version) is filled up with nothing."""
    row = _read(text)
    if len(row) < size:
        row = np.concatenate([row, np.full(size - len(row), np.nan)])
    return row[:size]


def read_rows(texts: Sequence[str], size: int) -> Row:
    """`read_row` of many, a row each."""
    made = np.full((len(texts), size), np.nan)
    for n, text in enumerate(texts):
        row = _read(text)[:size]
        made[n, : len(row)] = row
    return made


def _read(text: str) -> Row:
    kind, packed = text[:1], text[1:]
    if kind == _WHOLE:
        whole = np.frombuffer(b64decode(packed), dtype="<i4").astype(np.float64)
        whole[whole == _EMPTY] = np.nan
        return whole
    if kind == _FLOATS:
        return np.frombuffer(b64decode(packed), dtype="<f8")
    old = zlib.decompress(b64decode(text)) if text else b""  # as the first forms were kept
    return np.frombuffer(old, dtype="<f8")


def unpack(definition: ReturnDefinition, text: str) -> Values:
    """A form's figures by code; what is empty is not there."""
    row = read_row(text, len(definition.numbers))
    return {
        one.code: int(value) if float(value).is_integer() else float(value)
        for one, value in zip(definition.numbers, row, strict=True)
        if not np.isnan(value)
    }


def roll_up(
    definition: ReturnDefinition,
    forms: Sequence[tuple[int, str]],
    parents: Mapping[int, int | None],
) -> dict[int, Total]:
    """Totals of every institution above a form. ``forms``: (body, packed figures) each.

    A body's own form counts towards the body's total as well, so that a level shows both.
    """
    size = len(definition.numbers)
    nodes = _with_those_above([body for body, _cells in forms], parents)
    index = {node: n for n, node in enumerate(nodes)}
    matrix = read_rows([cells for _body, cells in forms], size)
    given = ~np.isnan(matrix)
    at = np.array([index[body] for body, _cells in forms], dtype=np.intp)
    figures, counts = np.zeros((len(nodes), size)), np.zeros((len(nodes), size))
    held = np.zeros(len(nodes), dtype=np.int64)
    kinds = _kinds(definition)
    for kind, columns in kinds.items():
        figures[:, columns] = _START.get(kind, 0.0)
    _gather(figures, at, matrix, given, kinds)
    count = {"sum": np.arange(size, dtype=np.intp)}
    _gather(counts, at, given.astype(np.float64), np.ones_like(given), count)
    np.add.at(held, at, 1)
    for level in _levels(nodes, parents):
        rows = np.array([index[node] for node in level], dtype=np.intp)
        above = np.array([index[parents[node]] for node in level], dtype=np.intp)  # type: ignore[index]
        _gather(figures, above, figures[rows], counts[rows] > 0, kinds)
        _gather(counts, above, counts[rows], np.ones((len(rows), size), dtype=bool), count)
        np.add.at(held, above, held[rows])
    figures[counts == 0] = 0.0
    return {node: Total(figures[n], counts[n], int(held[n])) for node, n in index.items()}


def _kinds(definition: ReturnDefinition) -> dict[str, NDArray[np.intp]]:
    kinds: dict[str, list[int]] = {}
    for place, one in enumerate(definition.numbers):
        kinds.setdefault(one.rollup if one.rollup in _START else "sum", []).append(place)
    return {kind: np.array(columns, dtype=np.intp) for kind, columns in kinds.items()}


def _gather(
    into: NDArray[np.float64],
    at: NDArray[np.intp],
    rows: NDArray[np.float64],
    given: NDArray[np.bool_],
    kinds: Mapping[str, NDArray[np.intp]],
) -> None:
    """Join rows into the rows ``at`` which they belong to; what was not given counts as nothing."""
    if not len(at):
        return
    order = np.argsort(at, kind="stable")
    nodes, starts = np.unique(at[order], return_index=True)
    join = {"sum": np.add, "max": np.maximum, "min": np.minimum}
    for kind, columns in kinds.items():
        every = len(columns) == rows.shape[1]
        some = slice(None) if every else columns
        part = np.where(given[:, some], rows[:, some], _START.get(kind, 0.0))[order]
        if len(nodes) < len(order):  # reduceat is quick along what lies together
            across = np.ascontiguousarray(part.T)
            part = join[kind].reduceat(across, starts, axis=1).T
        place = nodes if every else np.ix_(nodes, columns)
        into[place] = join[kind](into[place], part)


def _with_those_above(bodies: Sequence[int], parents: Mapping[int, int | None]) -> list[int]:
    found: dict[int, None] = {}
    for body in bodies:
        node: int | None = body
        while node is not None and node not in found:
            found[node] = None
            node = parents.get(node)
    return list(found)


def _levels(nodes: Sequence[int], parents: Mapping[int, int | None]) -> list[list[int]]:
    """The nodes that have one above them, deepest first."""
    depths: dict[int, int] = {}
    for node in nodes:
        way: list[int] = []
        here: int | None = node
        while here is not None and here not in depths:
            way.append(here)
            here = parents.get(here)
        depth = depths[here] if here is not None else -1
        for one in reversed(way):
            depth += 1
            depths[one] = depth
    by_depth: dict[int, list[int]] = {}
    for node in nodes:
        if parents.get(node) is not None:
            by_depth.setdefault(depths[node], []).append(node)
    return [by_depth[depth] for depth in sorted(by_depth, reverse=True)]


def change(total: Total, before: Row | None, after: Row | None) -> Total:
    """A total after one form's figures changed (None: it counted, or counts, no more).

    For sums only; a definition with extremes is rolled up anew.
    """
    figures, counts, forms = total.figures.copy(), total.counts.copy(), total.forms
    for row, sign in ((before, -1), (after, 1)):
        if row is not None:
            given = ~np.isnan(row)
            figures[given] += sign * row[given]
            counts[given] += sign
            forms += sign
    figures[counts == 0] = 0.0
    return Total(figures, counts, forms)


def has_extremes(definition: ReturnDefinition) -> bool:
    """Does an indicator roll up to the largest or the smallest?"""
    return any(one.rollup in _START for one in definition.numbers)


def shown_total(definition: ReturnDefinition, total: Total) -> Values:
    """A total by code: sums, extremes, means; what does not add up is left out."""
    found: Values = {}
    for place, one in enumerate(definition.numbers):
        count = total.counts[place]
        if one.rollup == "none" or not count:
            continue
        value = total.figures[place] / (count if one.rollup == "mean" else 1)
        found[one.code] = int(value) if float(value).is_integer() else round(float(value), 4)
    return found
