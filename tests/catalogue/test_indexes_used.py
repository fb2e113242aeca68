"""Questions that must not read every record use the index that was made for them."""

from datetime import date

import pytest
from django.db import connection
from django.db.models import Q
from django.db.models.lookups import LessThanOrEqual

from lantai.catalogue.records.models import Record
from lantai.foundation.years import YearOf

pytestmark = pytest.mark.django_db


def due_by(year):
    return Q(LessThanOrEqual(YearOf("opening_due"), year))


MAY = Q(holder=1, secrecy_level__lte=0) | Q(access_status="open")  # as a reader's right is told


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL chooses by its statistics")
@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (Q(parent=5), "record_children"),
        (MAY & Q(parent=5), "record_children"),
        (MAY & Q(parent__in=[5, 6]), "record_children"),
        (MAY & Q(creating_unit=5), "record_made"),
        (Q(next_review__lte=date(2026, 1, 1)), "record_review"),
        (due_by(2026) & Q(holder=1, access_status__in=["not_due", "pending"]), "record_opening"),
    ],
)
def test_the_index_is_used(wanted, index):
    assert index in Record.objects.filter(wanted).explain()
