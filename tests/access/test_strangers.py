"""Verbs that pages and jobs call in passing: a person without the right is refused by them too."""

from __future__ import annotations

import pytest

from lantai.access.exporting.operations import tell_of_export
from lantai.access.search.operations import tell_of_rebuild
from lantai.access.search.saving import tell_of_new_records
from lantai.catalogue.records.deposited import enter_deposited_records
from lantai.foundation.ledger.models import LedgerEntry
from lantai.foundation.refusal import NotPermitted
from lantai.governance.examinations.operations import (
    close_examination,
    set_examination,
    settle_sheet,
)
from lantai.governance.schedules.operations import review_clauses
from lantai.preservation.fixity_audit.operations import begin_run, record_run
from lantai.preservation.quarantine.operations import quarantine_file
from lantai.resources.importing.operations import import_batch
from tests.people import make_county

pytestmark = pytest.mark.django_db


NOT_A_SUPERVISORS = (
    begin_run, record_run, quarantine_file, import_batch, enter_deposited_records, tell_of_export,
    tell_of_rebuild, tell_of_new_records, set_examination, settle_sheet, close_examination,
)  # fmt: skip


@pytest.mark.parametrize(
    ("verb", "stranger"),
    [*((verb, "supervisor") for verb in NOT_A_SUPERVISORS), (review_clauses, "archivist")],
    ids=lambda given: getattr(given, "__name__", given),
)
def test_a_stranger_is_refused_and_the_ledger_tells_of_it(data_folder, verb, stranger):
    county = make_county()
    with pytest.raises(NotPermitted):
        verb(county.act(stranger))
    last = LedgerEntry.objects.latest("sequence")
    assert (last.outcome, last.agent) == ("failure", f"person:{stranger}")
