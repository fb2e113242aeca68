"""Records of the holdings as packages 馆藏件装包: described, with their files and their history."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from lantai.access.viewing.queries import components_for
from lantai.catalogue.records.fields import description_of
from lantai.catalogue.records.models import Component, Record
from lantai.core.packages.package import ProcessEvent, TransferFile, TransferItem
from lantai.core.packages.records import Records
from lantai.governance.access_rules.public_description import public_values
from lantai.governance.access_rules.visibility import public_reader, reads_as_public
from lantai.preservation.depositing.queries import open_component, process_of

ANNEX = {Component.ORIGINAL: "主文档"}


class HeldRecords(Records):
    """What a viewer may have of these records: who reads as the public gets what the public gets.

    A record without files is left out: there is nothing to pack.
    """

    def __init__(self, actor: Any, records: Iterator[Record], identifier: str) -> None:
        self.actor, self.records, self.identifier = actor, records, identifier
        self._parts: dict[str, Component] = {}

    def __iter__(self) -> Iterator[TransferItem]:
        as_public = public_reader(self.actor)
        for record in self.records:
            parts = components_for(self.actor, record)
            if not parts:
                continue
            values = description_of(record)
            if as_public(record):
                values = public_values(record, values)
            unit = record.creating_unit.name if record.creating_unit else record.fonds.name
            values.setdefault("creating_unit", unit)
            hidden = reads_as_public(self.actor, record)
            yield TransferItem(
                {name: str(value) for name, value in values.items()},
                self._files(parts),
                [] if hidden else [ProcessEvent(**event) for event in process_of(record)],
            )

    def _files(self, parts: list[Component]) -> list[TransferFile]:
        self._parts = {}
        files = []
        for part in parts:
            name = part.name.rpartition("/")[2] or str(part.sequence)
            path = f"{part.sequence:03d}-{name}" if name in self._parts else name
            self._parts[path] = part
            role = ANNEX.get(part.role, "附属文档")
            given = (part.size, part.sm3, part.sha512, part.mime, part.puid)
            files.append(TransferFile(path, *given, role, part.format_name))
        return files

    def open(self, file: TransferFile) -> BinaryIO:
        return open_component(self._parts[file.path])
