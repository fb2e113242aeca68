"""Reaching the stores 存储库访问: the main one and the others behind one door."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.ocfl.declaration import open_root, write_root
from lantai.core.storage.locate import open_storage
from lantai.core.storage.port import Storage, StorageFailure
from lantai.preservation.depositing.place import storage_root
from lantai.preservation.replication.models import ObjectCopy, Store

OBJECTS, LEDGER = "ocfl", "ledger"
_opened: dict[str, Storage] = {}


def storage_of(store: Store) -> Storage:
    """The storage behind a row; `StorageFailure` when it can not be reached."""
    if store.code == Store.MAIN:
        return storage_root().storage
    found = _opened.get(store.url)
    if found is None:
        found = open_storage(store.url)
        _refuse_bare(store, found)
        _opened[store.url] = found
    return found


def _refuse_bare(store: Store, storage: Storage) -> None:
    """A store that should hold copies and is empty has lost its mount: it is away, not new."""
    held = ObjectCopy.objects.filter(store=store).exists()
    if held and open_root(storage, OBJECTS) is None:
        raise StorageFailure(
            f"存储库“{store.name}”是空的，而登记有副本：请检查磁盘是否已挂载；确已换成空盘的，停用后"
            f"另行登记 / the store {store.code} is empty but copies are recorded: is it mounted?"
        )


def place_in(store: Store, path: str) -> str:
    """Where an object of this path lies in a store."""
    return path if store.code == Store.MAIN else f"{OBJECTS}/{path}"


def prepare(storage: Storage) -> None:
    """Make an empty store an OCFL storage root, laid out as the main one."""
    if open_root(storage, OBJECTS) is None:
        write_root(storage, OBJECTS, storage_root().layout.id)


def copy_stores() -> Iterator[Store]:
    """The stores on line that hold copies, in the order they were added."""
    rows = Store.objects.filter(active=True, offline=False).exclude(code=Store.MAIN)
    yield from rows.order_by("pk")


def forget_opened() -> None:
    """Open anew at the next need: addresses or credentials have changed."""
    _opened.clear()
