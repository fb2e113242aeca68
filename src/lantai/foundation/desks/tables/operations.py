"""The verb of giving out: who took which list away, as what, stands in the ledger."""

from __future__ import annotations

from collections.abc import Mapping

from lantai.foundation.operation import operation
from lantai.foundation.work import Act, note


@operation(permission="desks.export", event="exporting")
def record_export(
    act: Act, /, *, desk: str, subject: str, form: str, rows: int, narrowed: Mapping[str, str]
) -> None:
    """Note that a list was given out; what is in it was chosen by the list's own rule before."""
    note(desk=desk, list=subject, form=form, rows=rows, narrowed=dict(narrowed))
