"""Copies against stores 副本与存储库: what is said to be copied is there; what is frozen is told."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.ocfl.copying import held_already
from lantai.core.storage.port import Storage, StorageFailure
from lantai.foundation.jobs.queue import enqueue
from lantai.preservation.depositing.place import storage_root
from lantai.preservation.reconciling.truth import Difference, Options, Truth
from lantai.preservation.replication.models import ObjectCopy, PreservedObject, Store
from lantai.preservation.replication.replicating import missing_in
from lantai.preservation.replication.stores import copy_stores, place_in, storage_of


class CopiesAreThere(Truth):
    """Every copy in the register lies in its store, of the version that was sealed."""

    id = "copies"
    order = 25

    def compare(self, options: Options) -> Iterator[Difference]:
        """Store by store."""
        self.counts = {"copies": 0, "backlog": 0, "frozen": 0}
        lost = 0
        for store in copy_stores():
            self.counts["backlog"] += missing_in(store).count()
            try:
                storage = storage_of(store)
            except StorageFailure as problem:
                yield Difference("store-away", "I3", store.urn, f"存储库“{store.name}”连不上：{problem}",
                                 f"the store can not be reached: {problem}", "warning")  # fmt: skip
                continue
            for difference in self._of_store(store, storage, options):
                lost += 1
                yield difference
        if lost and options.mend:
            enqueue("replication.run", title="补齐副本 Catch up copies", key="replication.run")
        for row in PreservedObject.objects.exclude(frozen_at=None).order_by("pk").iterator():
            self.counts["frozen"] += 1
            yield Difference("object-frozen", "I1", row.urn, f"对象已冻结：{row.frozen_reason}",
                             f"frozen: {row.frozen_reason}")  # fmt: skip

    def _of_store(self, store: Store, storage: Storage, options: Options) -> Iterator[Difference]:
        main = storage_root().storage
        rows = ObjectCopy.objects.filter(store=store).select_related("object").order_by("pk")
        for copy in rows.iterator(chunk_size=500):
            self.counts["copies"] += 1
            place = place_in(store, copy.object.path)
            if held_already(main, copy.object.path, storage, place):
                continue
            if options.mend:
                copy.delete()  # the next round of replication copies it again
            yield Difference(
                "copy-missing", "I3", f"{store.code}:{place}",
                f"存储库“{store.name}”缺此副本或版本不同" + ("，已安排重新复制" if options.mend else ""),
                "not in that store, or of another version" + (": will be copied" if options.mend else ""),
                "warning", options.mend,
            )  # fmt: skip
