"""Which store an address means 存储定位: ``folder:///srv/lantai/storage``, ``s3://…``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from urllib.parse import urlsplit

from lantai.core.registry import Shelf, UnknownId
from lantai.core.storage.port import Storage, StorageFailure


class StorageEngine(ABC):
    """A kind of store; ``id`` is the scheme of its addresses."""

    id: str = ""

    @classmethod
    @abstractmethod
    def from_url(cls, url: str) -> Storage:
        """The store at this address; `StorageFailure` when it can not be used."""


def storage_engines() -> Shelf[StorageEngine]:
    """Every kind of store this installation knows."""
    return Shelf(StorageEngine, "lantai.engines.storage", group="lantai.storage")  # type: ignore[type-abstract]


def open_storage(url: str, shelf: Shelf[StorageEngine] | None = None) -> Storage:
    """The store at ``url``; a bare path means a folder."""
    scheme = urlsplit(url).scheme if "://" in url else "folder"
    try:
        engine = (shelf or storage_engines()).get(scheme)
    except UnknownId as problem:
        raise StorageFailure(f"不认识的存储地址 unknown kind of store: {url} ({problem})") from None
    return engine.from_url(url)
