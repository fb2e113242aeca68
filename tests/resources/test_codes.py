"""档号 from fifty clients at once: no gap, no number twice, none given again (FAULTS 42)."""

from __future__ import annotations

import uuid

import pytest

from lantai.catalogue.codes.models import CodeCounter
from lantai.foundation.refusal import Refusal
from lantai.resources.filing.models import FilingFile, FilingItem
from lantai.resources.filing.operations import file_item, file_items
from tests.clients import Clients
from tests.people import make_county
from tests.resources.office import TITLES, described, draft, put_in_force, work

CLIENTS, PAIRS = 50, 10
SCOPE = "J012-WS·2025·Y·SHJZ"


def copies(item: FilingItem, count: int) -> list[FilingItem]:
    """As many drafts, described and read, as if each had been uploaded."""
    file = item.files.get()
    made = []
    for _ in range(count):
        item.pk, item.uid = None, uuid.uuid4()
        item.save(force_insert=True)
        file.pk, file.item = None, item
        file.save(force_insert=True)
        made.append(FilingItem.objects.get(uid=item.uid))
    return made


@pytest.mark.django_db(transaction=True)
def test_fifty_clients_get_codes_without_gap_and_none_is_given_again(data_folder, tmp_path):
    county = make_county()
    put_in_force(county)
    drafts = [draft(county, tmp_path, TITLES[n], n + 1) for n in range(2)]
    work()
    lasting = copies(described(county, drafts[0]), CLIENTS + 1)
    others = copies(described(county, drafts[1], clause_no="2.1"), PAIRS)
    act = county.act("officer")

    def client(n):
        def files():
            if n >= PAIRS:
                file_item(act, item=lasting[n])
                return
            pair = [lasting[n], others[n]]  # of two scopes, in either order
            file_items(act, unit=county.unit, items=pair if n % 2 else pair[::-1])
            with pytest.raises(Refusal):
                file_item(act, item=lasting[n])  # refused, and takes no number

        return files

    clients = Clients(tmp_path)
    clients.together([client(n) for n in range(CLIENTS)])
    assert clients.problems == []

    def after():
        filed = FilingItem.objects.filter(state=FilingItem.FILED)
        codes = sorted(filed.values_list("reference_code", flat=True))
        last = filed.get(reference_code=f"{SCOPE}-{CLIENTS:04d}")
        FilingFile.objects.filter(item=last).delete()
        last.delete()  # not a thing one can do: but were it gone, its code stays its own
        return codes, file_item(act, item=lasting[CLIENTS]).reference_code

    codes, later = clients.looked(after)
    assert codes == [
        *(f"J012-WS·2025·Y·BGS-{n:04d}" for n in range(1, PAIRS + 1)),
        *(f"{SCOPE}-{n:04d}" for n in range(1, CLIENTS + 1)),
    ]
    assert later == f"{SCOPE}-{CLIENTS + 1:04d}"
    last = clients.looked(lambda: sorted(CodeCounter.objects.values_list("last", flat=True)))
    assert last == [PAIRS, CLIENTS + 1]
