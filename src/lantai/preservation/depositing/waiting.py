"""What is stored and not yet entered 待登记: kept in a file, so that a package may be of any size.

A package is entered whole or not at all, so all of it is stored before its first row is written.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from types import TracebackType

from lantai.preservation.depositing.failing import disk_full, wait_for_space
from lantai.preservation.depositing.items import StoredItem, uid_of

AT_ONCE = 250  # items given back together


class Waiting:
    """Stored items in the order they came; gone when it is closed."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(  # noqa: SIM115 – closed with this
            "w+", encoding="utf-8", prefix="lantai-waiting-"
        )

    def __enter__(self) -> Waiting:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        cause: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._file.close()

    def put(self, items: Sequence[StoredItem]) -> None:
        """Set items aside that are whole in storage; `RetryLater` when the disk is full."""
        rows = (
            [item.key, item.object_id, item.document, dict(item.texts), item.new] for item in items
        )
        try:
            self._file.writelines(json.dumps(row) + "\n" for row in rows)
            self._file.flush()
        except OSError as problem:
            raise (wait_for_space() if disk_full(problem) else problem) from problem

    def groups(self) -> Iterator[list[StoredItem]]:
        """All that were set aside, some at a time."""
        self._file.seek(0)
        group: list[StoredItem] = []
        for line in self._file:
            group.append(_item(line))
            if len(group) >= AT_ONCE:
                yield group
                group = []
        if group:
            yield group


def _item(line: str) -> StoredItem:
    key, object_id, document, texts, new = json.loads(line)
    pages = {path: [(int(n), str(text)) for n, text in found] for path, found in texts.items()}
    uid = uid_of(document["accession"], key)
    return StoredItem(key, uid, object_id, document, pages, new)
