"""The holdings 馆藏: packages that came in over the years, checked and deposited."""

from __future__ import annotations

import tempfile
from pathlib import Path

from lantai.access.demonstration.founding import act_of, fonds, institution
from lantai.access.demonstration.stages import Stage
from lantai.core.description import record_type
from lantai.core.packages.opening import open_package
from lantai.core.packages.package import Package
from lantai.core.progress import Progress
from lantai.core.specimens.packages import build_package
from lantai.core.specimens.plan import PlannedPackage, plan
from lantai.preservation.depositing.items import DepositFile, DepositItem
from lantai.preservation.depositing.models import Deposit
from lantai.preservation.depositing.operations import register_deposit
from lantai.preservation.depositing.storing import store_items


class Holdings(Stage):
    """Deposit every good package of the plan."""

    id = "holdings"
    order = 10
    zh = "馆藏入库"
    en = "depositing the holdings"

    def play(self, progress: Progress) -> None:
        """One package after another; a package deposited already is passed over."""
        packages = plan().packages_for("deposit")
        for number, planned in enumerate(packages):
            progress(number, len(packages), planned.work_name)
            if not Deposit.objects.filter(accession=planned.id, complete=True).exists():
                _deposit(planned)


def _deposit(planned: PlannedPackage) -> None:
    place = institution("archives")
    unit = institution(planned.sender)
    maker = unit if unit.kind == "unit" else None
    with tempfile.TemporaryDirectory() as scratch:
        folder = build_package(planned, Path(scratch))
        with open_package(folder, "transfer") as package:
            items = deposit_items(package)
            stored = store_items(
                holder=place,
                accession=planned.id,
                items=items,
                fonds=fonds(planned.fonds),
                creating_unit=maker,
            )
        register_deposit(
            act_of("archivist.a", planned.work_name),
            fonds=fonds(planned.fonds),
            accession=planned.id,
            stored=stored,
            creating_unit=maker,
        )


def deposit_items(package: Package) -> list[DepositItem]:
    """A transfer package's items as the strongroom takes them."""
    found = []
    for item in package.items():
        kind = record_type(item.values.get("record_class", "WS"))
        files = [
            DepositFile(package.folder / file.path, Path(file.path).name, sequence=number)
            for number, file in enumerate(item.files, 1)
        ]
        values = {k: v for k, v in item.values.items() if k != "creating_unit"}
        found.append(DepositItem(item.values["reference_code"], values, kind.id, "item", files))
    return found
