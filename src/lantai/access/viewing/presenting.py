"""Viewers 阅览器: which component of the page shows a file, with what."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from lantai.access.viewing.page_images import pages_in
from lantai.access.viewing.queries import texts_of
from lantai.catalogue.records.models import Component, Record

PAGED = (".pdf", ".ofd", ".tif", ".tiff", ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp",
         ".jp2", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".odt", ".ods", ".odp",
         ".rtf")  # fmt: skip
MOST_PAGES = 400  # shown in one viewer
MOST_TEXT = 300_000  # characters shown of a text


def viewer(record: Record, component: Component) -> dict[str, Any]:
    """What the ``c-viewer`` component is given for a file."""
    where = [record.uid, component.pk]
    address = reverse("viewing:file", args=where)
    shown: dict[str, Any] = {
        "id": f"component-{component.pk}",
        "title": component.name,
        "src": address,
        "download": f"{address}?download=1",
        "kind": "download",
        "size": component.size,
        "note": component.format_name or component.mime,
        "pages": [],
        "text": "",
    }
    family = component.mime.split("/")[0]
    texts = texts_of(component)
    if family in {"audio", "video"}:
        shown["kind"] = family
    elif component.name.lower().endswith(PAGED) and (count := pages_in(component)):
        shown["kind"] = "images"
        shown["pages"] = [
            {
                "image": reverse("viewing:page", args=[*where, number]),
                "thumb": reverse("viewing:page", args=[*where, number]) + "?width=160",
                "label": str(number),
                "text": texts.get(number, ""),
            }
            for number in range(1, min(count, MOST_PAGES) + 1)
        ]
    elif texts:
        shown["kind"] = "text"
        shown["text"] = "\n\n".join(texts.values())[:MOST_TEXT]
    return shown
