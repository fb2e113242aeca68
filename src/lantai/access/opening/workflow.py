"""Opening review on the cases desk: facts for its guards, effects of its moves."""

from __future__ import annotations

from typing import Any

from lantai.access.opening import settling
from lantai.access.opening.queries import authority_of, progress_of, unit_of
from lantai.foundation.desks.cases.definitions import CaseKind, case_kind
from lantai.foundation.desks.cases.models import Case


def facts(case: Case) -> dict[str, Any]:
    """Counts of the items, and whom the review concerns."""
    return {
        **progress_of(case),
        "has_unit": unit_of(case) is not None,
        "has_publication": hasattr(case, "publication"),
    }


def targets(case: Case) -> dict[str, Any]:
    """The outside bodies that have a say."""
    return {"unit": unit_of(case), "authority": authority_of(case)}


KIND = case_kind(
    CaseKind(
        definition="opening_review",
        facts=facts,
        targets=targets,
        url_name="opening:review",
        permission="opening.see",
        effects={
            "start_screening": settling.start_screening,
            "release_items": settling.release_items,
            "take_silence": settling.take_silence,
            "settle_conclusions": settling.settle_conclusions,
            "record_consent": settling.record_consent,
            "record_refusal": settling.record_refusal,
        },
    )
)
