"""Reading 阅看: what must be opened of a record, and whether a person has opened it.

A record's content is its page texts and its files. Each page must have been shown to the
person as text or as an image (or the whole file handed over); a record with no content counts
by its description page, and the page says so. Titles in a list count for nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from lantai.access.opening.models import OpeningItem, ReadingProof
from lantai.catalogue.records.models import Component, PageText, Record
from lantai.foundation.accounts.models import Person

MOST_PAGES = 5_000  # of one component asked for page by page
_DRAWN = {".pdf", ".ofd", ".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".gif", ".webp", ".jp2"}
_READ_ROLES = (Component.ORIGINAL, Component.TEXT)


@dataclass(frozen=True)
class Unit:
    """One thing to be opened: a page of a component (0: the whole), and what shows it."""

    component: int | None
    page: int
    shown_as: frozenset[str]


def is_drawn(component: Component) -> bool:
    """Whether pages of this file can be shown as images."""
    return PurePosixPath(component.name.lower()).suffix in _DRAWN


def units_of(components: Iterable[Component], texts: Iterable[PageText]) -> list[Unit]:
    """Everything a reviewer has to open of a record with these files and texts."""
    written: dict[int | None, set[int]] = defaultdict(set)
    for text in texts:
        written[text.component_id].add(text.page)
    found = [
        Unit(None, page, frozenset({ReadingProof.TEXT})) for page in sorted(written.pop(None, ()))
    ]
    files = list(components)
    for component in [c for c in files if c.role in _READ_ROLES] or files:
        found += _units_of_file(component, written.get(component.pk, set()))
    return found or [Unit(None, 0, frozenset({ReadingProof.DESCRIPTION}))]


def _units_of_file(component: Component, written: set[int]) -> list[Unit]:
    pages = min(component.pages or (1 if is_drawn(component) else 0), MOST_PAGES)
    if is_drawn(component) and pages:
        text, image = ReadingProof.TEXT, ReadingProof.IMAGE
        return [
            Unit(component.pk, n, frozenset({image, text} if n in written else {image}))
            for n in range(1, pages + 1)
        ]
    if written:
        return [Unit(component.pk, n, frozenset({ReadingProof.TEXT})) for n in sorted(written)]
    return [Unit(component.pk, 0, frozenset({ReadingProof.FILE}))]


def unread_of(items: Iterable[OpeningItem], person: Person) -> dict[int, list[Unit]]:
    """For each item (by pk) what the person has not opened yet; an empty list: all opened."""
    rows = list(items)
    records = [item.record_id for item in rows]
    components: Mapping[int, list[Component]] = _grouped(
        Component.objects.filter(record__in=records).order_by("sequence", "pk")
    )
    texts: Mapping[int, list[PageText]] = _grouped(
        PageText.objects.filter(record__in=records).only("record_id", "component_id", "page")
    )
    proofs: dict[int, set[tuple[int | None, int, str]]] = defaultdict(set)
    for proof in ReadingProof.objects.filter(item__in=rows, person=person):
        proofs[proof.item_id].add((proof.component_id, proof.page, proof.shown_as))
    return {
        item.pk: [
            unit
            for unit in units_of(components[item.record_id], texts[item.record_id])
            if not _opened(unit, proofs[item.pk])
        ]
        for item in rows
    }


def has_opened(item: OpeningItem, person: Person) -> bool:
    """Has the person opened the item's text, or every page image?"""
    return not unread_of([item], person)[item.pk]


def path_of(text: PageText) -> str:
    """What a hit in this text names as its path: the file, or ``text`` when there is none."""
    return text.component.name if text.component else "text"


def has_content(record: Record) -> bool:
    """Whether there is more than the description."""
    return record.components.exists() or record.texts.exists()


def _opened(unit: Unit, proofs: set[tuple[int | None, int, str]]) -> bool:
    if any((unit.component, unit.page, way) in proofs for way in unit.shown_as):
        return True
    return unit.component is not None and (unit.component, 0, ReadingProof.FILE) in proofs


def _grouped(rows: Iterable[object]) -> defaultdict[int, list]:  # type: ignore[type-arg]
    found: defaultdict[int, list] = defaultdict(list)  # type: ignore[type-arg]
    for row in rows:
        found[row.record_id].append(row)  # type: ignore[attr-defined]
    return found
