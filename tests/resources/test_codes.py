"""档号 under concurrency: no gap and no number twice, whoever files at the same time."""

from __future__ import annotations

import threading

import pytest
from django.db import close_old_connections, connection

from lantai.foundation.refusal import Refusal
from lantai.resources.filing.models import FilingItem
from lantai.resources.filing.operations import file_item
from tests.people import make_county
from tests.resources.office import TITLES, described, draft, put_in_force, work


@pytest.mark.django_db(transaction=True)
def test_codes_run_on_without_gap_when_several_file_at_once(data_folder, tmp_path):
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("threads share an in-memory database: tried on PostgreSQL and on a file")
    county = make_county()
    put_in_force(county)
    rows = [draft(county, tmp_path, TITLES[0], n) for n in range(8)]
    work()
    rows = [described(county, row) for row in rows]
    problems: list[BaseException] = []

    def file_some(mine):
        close_old_connections()
        try:
            for row in mine:
                file_item(county.act("officer"), item=row)
                try:
                    file_item(county.act("officer"), item=row)  # refused, and takes no number
                except Refusal:
                    pass
        except BaseException as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=file_some, args=(rows[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    codes = sorted(FilingItem.objects.values_list("reference_code", flat=True))
    assert codes == [f"J012-WS·2025·Y·SHJZ-{n:04d}" for n in range(1, 9)]
