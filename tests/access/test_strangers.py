"""Verbs that pages and jobs call in passing: a person without the right is refused by them too."""

from __future__ import annotations

import pytest

from lantai.access.exporting.operations import tell_of_export
from lantai.access.search.operations import tell_of_rebuild
from lantai.foundation.ledger.models import LedgerEntry
from lantai.foundation.refusal import NotPermitted
from lantai.preservation.fixity_audit.operations import begin_run, record_run
from lantai.preservation.quarantine.operations import quarantine_file
from lantai.resources.importing.operations import import_batch
from tests.people import make_county

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "verb",
    [begin_run, record_run, quarantine_file, import_batch, tell_of_export, tell_of_rebuild],
    ids=lambda verb: verb.__name__,
)
def test_a_stranger_is_refused_and_the_ledger_tells_of_it(data_folder, verb):
    county = make_county()
    with pytest.raises(NotPermitted):
        verb(county.act("supervisor"))
    last = LedgerEntry.objects.latest("sequence")
    assert (last.outcome, last.agent) == ("failure", "person:supervisor")
