"""Objects against rows 对象与目录."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.catalogue.records.models import Component, Record
from lantai.core.ocfl.examining import examine_object
from lantai.core.progress import silent
from lantai.preservation.depositing.place import storage_root
from lantai.preservation.rebuilding.objects import adopt_objects, orphans
from lantai.preservation.reconciling.truth import Difference, Options, Truth
from lantai.preservation.replication.models import PreservedObject
from lantai.preservation.replication.sealing import sealed_of

AT_ONCE = 500


class RowsHaveObjects(Truth):
    """Every record that says it is stored is stored, with every file its components name."""

    id = "rows"
    order = 10

    def compare(self, options: Options) -> Iterator[Difference]:
        """Row by row."""
        self.counts = {"records": 0, "components": 0, "files_read": 0}
        rows = Record.objects.exclude(object_id="").prefetch_related("components").order_by("pk")
        for record in rows.iterator(chunk_size=AT_ONCE):
            self.counts["records"] += 1
            yield from self._one(record, options)
            options.progress(self.counts["records"], 0, record.object_id)

    def _one(self, record: Record, options: Options) -> Iterator[Difference]:
        root = storage_root()
        try:
            root.repair(record.object_id)
            inventory = root.read_inventory(record.object_id)
        except Exception as problem:
            yield Difference(
                "object-missing", "I1", record.urn,
                f"“{record.title[:40]}”的存储对象不在或不可读：{problem}；请由副本恢复",
                f"its object is missing or unreadable: {problem}; restore it from a copy",
            )  # fmt: skip
            return
        paths = inventory.version().paths()
        for component in record.components.all():
            self.counts["components"] += 1
            if paths.get(component.path) != component.sha512:
                yield _differs(record, component)
        if options.digests:
            seal = PreservedObject.objects.filter(object_id=record.object_id).first()
            found = examine_object(
                root.storage, root.path_of(record.object_id), sealed_of(seal, record.object_id)
            )
            self.counts["files_read"] += found.files
            for damage in found.damages:
                self.counts[damage.code] = self.counts.get(damage.code, 0) + 1
                yield Difference(damage.code, "I1", damage.path, damage.zh, damage.en)


class ObjectsHaveRows(Truth):
    """Every object is spoken for: adopted when it describes itself, else listed."""

    id = "objects"
    order = 20

    def compare(self, options: Options) -> Iterator[Difference]:
        """Object by object."""
        self.counts = {"objects": 0}
        root, batch = storage_root(), []
        lost: list[str] = []
        for path in root.object_paths():
            self.counts["objects"] += 1
            try:
                batch.append(root.inventory_at(path).id)
            except Exception as problem:
                yield Difference("object-unreadable", "I1", path, f"对象不可读：{problem}",
                                 f"the object is unreadable: {problem}")  # fmt: skip
            if len(batch) >= AT_ONCE:
                lost += orphans(batch)
                batch = []
        lost += orphans(batch)
        if lost and options.mend:
            adopt_objects(silent)
        left = set(orphans(lost))
        for object_id in lost:
            healed = object_id not in left
            yield Difference(
                "object-without-row", "I3", object_id,
                "存储中有此对象而目录没有" + ("，已登记入目录" if healed else "；请核对后登记或销毁"),
                "in storage and not in the catalogue" + (": adopted" if healed else ""),
                "warning", healed,
            )  # fmt: skip


def _differs(record: Record, component: Component) -> Difference:
    return Difference(
        "component-differs", "I1", record.urn,
        f"组件“{component.name[:60]}”与存储对象的清单不符或不在其中",
        "the component is not what the object's inventory says",
    )  # fmt: skip
