"""Re-issuing codes as a job; run again, it passes over what has its new code."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lantai.catalogue.arranging.models import Move
from lantai.catalogue.arranging.operations import RECODE, finish_move, recode_batch
from lantai.catalogue.arranging.queries import judged, recoder_for
from lantai.catalogue.arranging.recoding import rules_of
from lantai.catalogue.arranging.subtree import pages_below
from lantai.foundation.jobs.tasks_shelf import Running, task


@task(RECODE)
def recode(running: Running) -> dict[str, Any]:
    """Arguments: move (key)."""
    move = Move.objects.select_related("fonds__holder", "fonds__creator", "record").get(
        pk=running.arguments["move"]
    )
    act = replace(running.act, reason=move.reason)
    fonds = move.fonds
    recoder = recoder_for(fonds, rules_of(fonds), move.from_category, move.to_category)
    seen = changed = 0
    if move.state == Move.RUNNING:
        for keys in pages_below(move.record_id):
            left = [row["pk"] for row, verdict in judged(recoder, keys)
                    if verdict.wanted is not None or recoder.moves(row)]  # fmt: skip
            if left:
                changed += recode_batch(act, move=move, keys=left)
            seen += len(keys)
            running.progress(seen, max(move.records, seen), str(changed))
        finish_move(act, move=move)
    return {"records": seen, "changed": changed}
