"""Reading ahead 预读: files of the next records are read while the present one is judged."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from lantai.core.checks.context import CheckContext
from lantai.core.checks.reading import FileReading, warm_together
from lantai.core.formats import identify_many
from lantai.core.packages.package import TransferItem
from lantai.core.proven_copy import Copies

THREADS = 2  # as many as the sandbox keeps workers warm
SMALL = 1 << 20  # bytes of a file that is read together with others
TOGETHER = 16  # small files a call to the sandbox: the way there and back costs as much as a text
BATCH = 64  # files identified in one call, which costs two milliseconds however few they are

Readings = dict[str, FileReading]
_Batch = tuple[list[tuple[TransferItem, Readings]], list["Future[None]"]]


def read_ahead(
    context: CheckContext, *, read_text: bool = False, copies: Copies | None = None
) -> Iterator[tuple[TransferItem, Readings]]:
    """Each item with the readings of its files that are on disk, by path; in order.

    Large files are copied to ``copies`` on the way. One batch is being read while the one before is judged; never more than two are held.
    """
    with ThreadPoolExecutor(THREADS, "read-ahead") as pool:
        try:
            waiting: _Batch = ([], [])
            for items in _batches(context.package.items()):
                following = _start(context, items, pool, read_text, copies)
                yield from _finished(waiting)
                waiting = following
            yield from _finished(waiting)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _batches(items: Iterator[TransferItem]) -> Iterator[list[TransferItem]]:
    batch: list[TransferItem] = []
    files = 0
    for item in items:
        batch.append(item)
        files += max(1, len(item.files))
        if files >= BATCH:
            yield batch
            batch, files = [], 0
    if batch:
        yield batch


def _start(
    context: CheckContext, items: list[TransferItem], pool: ThreadPoolExecutor, read_text: bool,
    copies: Copies | None,
) -> _Batch:  # fmt: skip
    present = [
        [file.path for file in item.files if context.index.file(file.path) is not None]
        for item in items
    ]
    places = [context.package.place(path) for paths in present for path in paths]
    known = identify_many(places)
    batch: list[tuple[TransferItem, Readings]] = []
    for item, paths in zip(items, present, strict=True):
        readings = {
            path: FileReading(
                context.package.place(path), context.algorithms,
                count_pages=bool(item.values.get("pages")), identification=next(known),
                read_text=read_text, copy_to=_copy_to(context, path, copies),
            )
            for path in paths
        }  # fmt: skip
        batch.append((item, readings))
    groups = _groups([pair for _, readings in batch for pair in readings.items()], context)
    return batch, [pool.submit(warm_together, group) for group in groups]


def _copy_to(context: CheckContext, path: str, copies: Copies | None) -> Path | None:
    found = context.index.file(path) if copies is not None else None
    return copies.place(found.size) if copies is not None and found is not None else None


def _groups(
    pairs: list[tuple[str, FileReading]], context: CheckContext
) -> Iterator[list[FileReading]]:
    """Small files some at a time, large ones each by itself."""
    group: list[FileReading] = []
    for path, reading in pairs:
        found = context.index.file(path)
        if found is not None and found.size > SMALL:
            yield [reading]
            continue
        group.append(reading)
        if len(group) >= TOGETHER:
            yield group
            group = []
    if group:
        yield group


def _finished(batch: _Batch) -> Iterator[tuple[TransferItem, Readings]]:
    items, futures = batch
    for future in futures:
        future.result()
    yield from items
