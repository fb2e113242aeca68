"""Viewers 阅览器: which component of the page shows a file, with what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from lantai.access.viewing.inner_parts import file_name, parts_of
from lantai.access.viewing.page_images import pages_in
from lantai.access.viewing.queries import texts_of
from lantai.access.viewing.sealing_words import signature_lines
from lantai.catalogue.records.models import Component, Record

PAGED = (".pdf", ".ofd", ".tif", ".tiff", ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp",
         ".jp2", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".odt", ".ods", ".odp",
         ".rtf")  # fmt: skip
MOST_PAGES = 400  # shown in one viewer
MOST_ATTACHMENTS = 100
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
        **inner_parts(component, where),
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


def inner_parts(component: Component, where: list[Any]) -> dict[str, Any]:
    """Seals, attachments and outlines of an OFD or PDF; empty of anything else."""
    parts = parts_of(component)
    listed = parts.get("attachments", [])[:MOST_ATTACHMENTS]
    return {
        "signatures": signature_lines(parts.get("signatures", [])),
        "attachments": [
            {
                "name": file_name(one),
                "size": one["size"],
                "hidden": not one["visible"],
                "url": reverse("viewing:attachment", args=[*where, number]) if one["entry"] else "",
            }
            for number, one in enumerate(listed, 1)
        ],
        "outline": list(_outline(parts.get("outlines", []))),
        "versions": parts.get("versions", []),
        "tags": [one["type"] for one in parts.get("custom_tags", []) if one["type"]],
    }


def _outline(nodes: list[dict[str, Any]], depth: int = 0) -> Iterator[dict[str, Any]]:
    """The outline as lines, each with how deep it stands."""
    for node in nodes:
        index = node["page"] - 1 if node["page"] and node["page"] <= MOST_PAGES else None
        yield {"title": node["title"], "index": index, "depth": min(depth, 5)}
        yield from _outline(node["children"], depth + 1)
