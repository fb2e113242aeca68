"""Jobs of transfers: make the package and check it at the unit."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from lantai.core.packages.package import PackageNotWritable
from lantai.foundation.jobs.tasks_shelf import Running, task
from lantai.resources.transfers.checking import check_package, run_of
from lantai.resources.transfers.models import Transfer
from lantai.resources.transfers.operations import finish_building, give_up_building
from lantai.resources.transfers.packing import pack


@task("transfers.build")
def build(running: Running) -> dict[str, Any]:
    """组包 and the checks of the filing stage 归档环节; run again it begins anew."""
    transfer = Transfer.objects.select_related("unit", "archives", "fonds").get(
        number=running.arguments["transfer"]
    )
    asked = running.arguments["version"]
    if transfer.state != Transfer.BUILDING or transfer.version != asked:
        return {"state": transfer.state}
    started = timezone.now()
    try:
        package = pack(transfer, running.progress)
    except (PackageNotWritable, OSError) as problem:
        give_up_building(running.act, transfer=transfer, reason=str(problem))
        return {"problem": str(problem)}
    transfer.place = package["place"]
    report = check_package(transfer, transfer.package, "filing", running.progress)
    run = run_of(transfer, report, started, package["package_digest"])
    finish_building(running.act, transfer=transfer, package=package, run=run)
    return {"verdict": report.verdict, "items": package["items"]}
