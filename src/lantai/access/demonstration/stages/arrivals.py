"""Arrivals 到馆的信息包: good ones that wait, faulty ones that go back with each fault named."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings

from lantai.access.demonstration.founding import act_of, institution
from lantai.access.demonstration.stages import Stage
from lantai.core.progress import Progress
from lantai.core.specimens.packages import build_package
from lantai.core.specimens.plan import PlannedPackage, plan
from lantai.resources.accession.models import Reception
from lantai.resources.accession.operations import receive_package


class Arrivals(Stage):
    """Packages arrive at the archives; the worker opens and checks them."""

    id = "arrivals"
    order = 40
    zh = "到馆的移交信息包"
    en = "packages that arrive"

    def play(self, progress: Progress) -> None:
        """Those of the units; old fonds without a unit send nothing any more."""
        packages = [*plan().packages_for("faulty"), *plan().packages_for("waiting")]
        for number, planned in enumerate(packages):
            progress(number, len(packages), planned.work_name)
            if institution(planned.sender).kind == "unit":
                _arrive(planned)


def _arrive(planned: PlannedPackage) -> None:
    if Reception.objects.filter(name=planned.id).exists():
        return
    parent = Path(settings.LANTAI.incoming) / "demonstration"
    shutil.rmtree(parent / planned.id, ignore_errors=True)
    folder = build_package(planned, parent)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    receive_package(
        act_of("archivist.a", planned.note or planned.work_name),
        archives=institution("archives"),
        unit=institution(planned.sender),
        name=planned.id,
        place=str(folder.relative_to(settings.LANTAI.incoming)),
        size=size,
        channel="page",
    )
