"""The total 总分 of a grading is worked out from its criteria, not written by hand."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from lantai.foundation.desks.cases.definitions import CaseKind, case_kind
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.refusal import Refusal
from lantai.foundation.work import Act, keep, note


@cache
def weights() -> dict[str, int]:
    """Criterion → weight; they make a hundred."""
    path = Path(__file__).with_name("criteria.toml")
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["criterion"]
    return {row["id"]: int(row["weight"]) for row in rows}


def work_out(act: Act, /, *, case: Case, data: dict[str, Any]) -> None:
    """Put the weighted total in the case; an expert named twice counts once."""
    experts = [str(name).strip() for name in data.get("experts") or []]
    if len(set(experts)) < len(experts):
        raise Refusal("评审专家有重名，同一位专家只计一次；请核对名单。",
                      "An expert is named twice: each counts once.")  # fmt: skip
    table = weights()
    total = sum(float(data[name]) * weight for name, weight in table.items())
    score = round(total / sum(table.values()), 2)
    case.data = {**case.data, "score": score}
    case.save(update_fields=["data"])
    keep(case)
    note(score=score, weights=table)


case_kind(CaseKind("red_grading", effects={"grading.work_out": work_out}))
