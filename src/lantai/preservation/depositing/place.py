"""Where this installation's objects lie, as settings say."""

from __future__ import annotations

from typing import BinaryIO

from django.conf import settings

from lantai.core.ocfl.root import OcflRoot
from lantai.core.storage.locate import open_storage
from lantai.core.storage.port import Storage

_roots: dict[str, OcflRoot] = {}


def storage() -> Storage:
    """The store of this installation."""
    return storage_root().storage


def storage_root() -> OcflRoot:
    """The OCFL storage root of this installation, opened once a process."""
    url = settings.LANTAI.store_url
    root = _roots.get(url)
    if root is None:
        _roots.clear()
        root = _roots[url] = OcflRoot(open_storage(url))
    return root


def open_object_file(object_id: str, path: str) -> BinaryIO:
    """A file of an object, for reading; `ObjectMissing`, `StorageFailure`."""
    return storage_root().open(object_id, path)
