"""Page images 页面图像, made once and kept in the cache folder of the data folder."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from lantai.catalogue.records.models import Component
from lantai.core.formats.access_copy import NotAvailable, page_count, render_page
from lantai.core.formats.sandbox import ParseFailed
from lantai.foundation.refusal import NotFound
from lantai.preservation.depositing.queries import component_file, open_component

WIDTHS = (160, 1_200, 2_000)  # thumbnail, page, close look; no others, so the cache stays small
CHUNK = 1 << 20


class NoPageImage(NotFound):
    """此文件没有页面图像: the words say why, and what would help."""

    code = "no-page-image"


@contextmanager
def local_copy(component: Component) -> Iterator[Path]:
    """The component as a local file; a passing copy when the store is no folder."""
    path = component_file(component)
    if path is not None:
        yield path
        return
    with tempfile.NamedTemporaryFile(suffix=Path(component.name).suffix[:12]) as copy:
        with open_component(component) as stream:
            while block := stream.read(CHUNK):
                copy.write(block)
        copy.flush()
        yield Path(copy.name)


def page_image(component: Component, page: int, width: int) -> Path:
    """The PNG of a page (from 1); `NoPageImage` when there is none."""
    width = min(WIDTHS, key=lambda known: abs(known - width))
    target = cache_folder(component) / f"{page}-{width}.png"
    if not target.exists():
        with _told(), local_copy(component) as path:
            keep_file(target, render_page(path, page, width))
    return target


def pages_in(component: Component) -> int:
    """How many pages can be shown; 0 when none can."""
    if component.pages:
        return component.pages
    known = cache_folder(component) / "pages"
    if known.exists():
        return int(known.read_text())
    try:
        with local_copy(component) as path:
            count = page_count(path)
    except (NotAvailable, ParseFailed, NotFound):
        count = 0
    keep_file(known, str(count).encode())
    return count


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (NotAvailable, ParseFailed) as fault:
        raise NoPageImage(fault.message_zh, fault.message_en) from fault


def cache_folder(component: Component) -> Path:
    """Where what is made of a file is kept, by its digest."""
    digest = component.sha512[:40]
    return settings.LANTAI.data / "cache" / "pages" / digest[:2] / digest


def keep_file(target: Path, data: bytes) -> None:
    """Put it there whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
    Path(name).replace(target)
