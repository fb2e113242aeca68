"""Records with real files of several kinds, deposited; and a script that makes a small seed.

``LANTAI_DATA=… python -m tests.access.deposited`` prepares a data folder to look at.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

KINDS = ("pdf", "ofd", "scan_jpeg", "wav", "docx")


def deposit_specimens(county: Any, kinds: tuple[str, ...] = KINDS, most: int = 1) -> list[Any]:
    """Up to ``most`` specimen records of each kind of file, deposited with their files."""
    from lantai.core.specimens.make import make_files
    from lantai.core.specimens.records import records
    from lantai.preservation.depositing.items import DepositFile, DepositItem
    from lantai.preservation.depositing.operations import register_deposit
    from lantai.preservation.depositing.storing import store_items

    chosen = {}
    for kind in kinds:
        known = [r for r in records() if kind in r.kinds and r.state != "filed_only"]
        chosen |= {r.values["reference_code"]: r for r in known[:most]}
    with tempfile.TemporaryDirectory() as folder:
        items = [
            DepositItem(
                code,
                dict(record.values),
                files=[
                    DepositFile(path, path.name, sequence=n)
                    for n, path in enumerate(make_files(record, Path(folder) / str(at)), 1)
                ],
            )
            for at, (code, record) in enumerate(chosen.items())
        ]
        stored = store_items(holder=county.archives, accession="A-1", items=items)
        register_deposit(
            county.act("archivist"), fonds=county.fonds, accession="A-1", stored=stored
        )
    from lantai.catalogue.records.models import Record

    return list(Record.objects.filter(reference_code__in=chosen))


def main() -> None:
    """Prepare the data folder named by LANTAI_DATA."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "lantai.web.settings"
    import django

    django.setup()
    from lantai.access.search.followers import bring_up_to_date
    from lantai.foundation.site.preparation import migrate
    from tests.access.search.holdings import make_holdings
    from tests.people import make_county

    migrate()
    county = make_county()
    make_holdings(county)
    deposit_specimens(county, most=12)
    bring_up_to_date()


if __name__ == "__main__":
    main()
