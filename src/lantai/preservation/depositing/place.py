"""Where this installation's objects lie, as settings say."""

from __future__ import annotations

from typing import BinaryIO

from django.conf import settings

from lantai.catalogue.records.models import Record
from lantai.core.ocfl.declaration import open_root
from lantai.core.ocfl.root import OcflRoot
from lantai.core.storage.locate import open_storage
from lantai.core.storage.port import Storage, StorageFailure

_roots: dict[str, OcflRoot] = {}


def storage() -> Storage:
    """The store of this installation."""
    return storage_root().storage


def storage_root() -> OcflRoot:
    """The OCFL storage root of this installation, opened once a process.

    An empty place is made one, unless the catalogue knows objects: then `StorageFailure`.
    """
    url = settings.LANTAI.store_url
    root = _roots.get(url)
    if root is None:
        _roots.clear()
        store = open_storage(url)
        if open_root(store, "") is None and Record.objects.exclude(object_id="").exists():
            raise StorageFailure(
                f"存储库是空的，而目录里有已入库的档案：请检查磁盘是否已挂载；确已损失的，用 "
                f"lantai restore 从副本恢复 / the store is empty but the catalogue knows objects: "
                f"is its disk mounted? ({url})"
            )
        root = _roots[url] = OcflRoot(store)
    return root


def open_object_file(object_id: str, path: str) -> BinaryIO:
    """A file of an object, for reading; `ObjectMissing`, `StorageFailure`."""
    return storage_root().open(object_id, path)
