"""Questions that must not read every record use the index that was made for them."""

from datetime import date

import pytest
from django.db import connection
from django.db.models import Q

from lantai.catalogue.records.models import Record

pytestmark = pytest.mark.django_db


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
    ],
)
def test_the_index_is_used(wanted, index):
    assert index in Record.objects.filter(wanted).explain()
