"""One object in all its stores 对象及其副本: examined side by side, measured by its seal."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from lantai.catalogue.records.models import Component
from lantai.core.ocfl.examining import Examination, Pace, Sealed, examine_object
from lantai.core.storage.port import Storage, StorageFailure
from lantai.preservation.depositing.place import storage_root
from lantai.preservation.replication.models import ObjectCopy, PreservedObject, Store
from lantai.preservation.replication.stores import copy_stores, place_in, storage_of

WORKERS = os.cpu_count() or 1
BIG = 1 << 20  # bytes of an object that are worth a thread


@dataclass
class Copy:
    """One copy as it was found: where, and what is wanting."""

    store: str
    storage: Storage
    place: str
    found: Examination


@dataclass
class Holding:
    """One object: its seal, and its copies, the main one first."""

    path: str
    row: PreservedObject | None
    sealed: Sealed
    copies: list[Copy] = field(default_factory=list)
    away: list[str] = field(default_factory=list)

    @property
    def good(self) -> list[Copy]:
        """The copies with nothing wanting."""
        return [copy for copy in self.copies if copy.found.sound]

    @property
    def bad(self) -> list[Copy]:
        """The copies that something is wrong with."""
        return [copy for copy in self.copies if not copy.found.sound]


class Examiner:
    """Examines objects a batch at a time, in all stores on line, several at once."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.stores: dict[int, tuple[Store, Storage]] = {}
        self.away: list[str] = []
        for store in copy_stores():
            try:
                self.stores[store.pk] = (store, storage_of(store))
            except StorageFailure:
                self.away.append(store.code)

    def examine(self, paths: Sequence[str]) -> list[Holding]:
        """The objects of these folders of the main store, in order."""
        rows = {row.path: row for row in PreservedObject.objects.filter(path__in=paths)}
        seals = _seals([row.object_id for row in rows.values()])
        holdings = []
        for path in paths:
            row = rows.get(path)
            sealed = Sealed(row.inventory_sha512, *seals[row.object_id]) if row else Sealed()
            holdings.append(Holding(path, row, sealed, away=list(self.away)))
        places = [(h, Store.MAIN, storage_root().storage, h.path) for h in holdings]
        by_pk = {row.pk: path for path, row in rows.items()}
        of_path = {h.path: h for h in holdings}
        for copy in ObjectCopy.objects.filter(object__in=by_pk, store__in=self.stores).order_by(
            "pk"
        ):
            store, storage = self.stores[copy.store_id]
            path = by_pk[copy.object_id]
            places.append((of_path[path], store.code, storage, place_in(store, path)))
        for holding, copy in self._side_by_side(places):
            holding.copies.append(copy)
        return holdings

    def _side_by_side(
        self, places: Sequence[tuple[Holding, str, Storage, str]]
    ) -> Iterator[tuple[Holding, Copy]]:
        def look(entry: tuple[Holding, str, Storage, str]) -> Copy:
            holding, code, storage, place = entry
            return Copy(
                code, storage, place, examine_object(storage, place, holding.sealed, self.pace)
            )

        big = [e for e in places if sum(e[0].sealed.sizes.values()) >= BIG]
        with ThreadPoolExecutor(WORKERS, "audit") as pool:  # small ones cost less in one thread
            answers = {id(e): pool.submit(look, e) for e in big} if len(big) > 1 else {}
            for entry in places:
                ahead = answers.get(id(entry))
                yield entry[0], ahead.result() if ahead else look(entry)


def _seals(object_ids: Sequence[str]) -> dict[str, tuple[dict[str, str], dict[str, int]]]:
    """Digests by logical path, and sizes by digest, as they were when taken in."""
    found: dict[str, tuple[dict[str, str], dict[str, int]]] = defaultdict(lambda: ({}, {}))
    rows = Component.objects.filter(record__object_id__in=object_ids).order_by("pk")
    for object_id, path, digest, size in rows.values_list(
        "record__object_id", "path", "sha512", "size"
    ):
        found[object_id][0][path] = digest
        found[object_id][1][digest] = size
    return found
