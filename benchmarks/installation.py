"""An installation of its own for one measure: data folder, schema, one archives with a fonds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any


@contextmanager
def installation() -> Iterator[tuple[Path, Any]]:
    """(folder, the operator's act) with Django ready; taken away at the end."""
    with TemporaryDirectory(prefix="lantai-bench-") as place:
        yield Path(place), installed(Path(place))


def installed(folder: Path) -> Any:
    """The operator's act in an installation in this folder, made or found there."""
    (folder / "data" / "logs").mkdir(parents=True, exist_ok=True)
    os.environ["LANTAI_DATA"] = str(folder / "data")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantai.web.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from lantai.foundation.policy import Operator
    from lantai.foundation.work import Act

    call_command("migrate", verbosity=0)
    return Act(by=Operator(), channel="cli")


def archives_and_fonds(act: Any) -> tuple[Any, Any]:
    """One archives, one fonds."""
    from lantai.catalogue.fonds.operations import register_fonds
    from lantai.foundation.institutions.operations import register_institution

    holder = register_institution(act, code="BM", name="基准档案馆", kind="archives")
    return holder, register_fonds(act, holder=holder, code="Z001", name="基准全宗")
