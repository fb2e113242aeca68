"""The pages of filing, transfers and accession, in both languages, to whom they belong."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from lantai.engines.sign.pades import check_pdf, load_or_create_identity
from lantai.resources.filing.models import FilingItem
from tests.people import make_county
from tests.resources.office import TITLES, put_in_force, submitted, work
from tests.resources.test_uploads import begin, part, signed_in

pytestmark = pytest.mark.django_db


def test_pages_open_to_their_people_and_to_nobody_else(data_folder, tmp_path):
    county = make_county()
    plan = put_in_force(county)
    transfer = submitted(county, tmp_path, 1)
    work()
    item = FilingItem.objects.get()
    run = transfer.runs.latest("pk")
    shared = [
        f"/transfers/{transfer.number}/",
        f"/transfers/{transfer.number}/report/{run.pk}/",
        f"/transfers/{transfer.number}/report/{run.pk}.pdf",
        f"/transfers/{transfer.number}/register/",
        f"/transfers/{transfer.number}/register.pdf",
        f"/schedules/{plan.pk}/",
        "/schedules/",
    ]
    unit = ["/filing/", "/filing/new/", f"/filing/{item.uid}/", "/transfers/"]
    desk = ["/accession/", f"/accession/{transfer.number}/"]
    for language in ("zh-hans", "en"):
        for who, pages in (("officer", shared + unit), ("archivist", shared + desk)):
            client = signed_in(county.people[who])
            client.cookies["lantai_language"] = language
            for page in pages:
                answer = client.get(page)
                assert answer.status_code == 200, (who, page, answer.status_code)
    stranger = signed_in(county.people["other_officer"])
    paper = signed_in(county.people["archivist"]).get(shared[2]).content
    identity = load_or_create_identity(settings.LANTAI.keys, "")
    assert check_pdf(paper, [identity.root]).trusted
    for page in [*shared[:6], f"/filing/{item.uid}/", *desk]:
        assert stranger.get(page).status_code in {403, 404}, page
    for page in shared + unit + desk:
        assert Client().get(page).status_code in {302, 401, 403, 404}, page


def test_files_uploaded_together_are_one_document(data_folder):
    county = make_county()
    client = signed_in(county.people["officer"])
    addresses = []
    for content in (TITLES[0].encode(), b"annex"):
        addresses.append(begin(client, len(content), filename="a.txt")["Location"])
        part(client, addresses[-1], 0, content)
    answer = client.post("/filing/new/", {"uploads": addresses, "together": "on"})
    item = FilingItem.objects.get()
    assert answer.status_code == 302 and str(item.uid) in answer["Location"]
    assert item.files.count() == 2
    work()
    item.refresh_from_db()
    assert item.looked_at is not None
    client.post("/filing/new/", {"uploads": addresses})  # used already
    assert FilingItem.objects.count() == 1


def test_chosen_documents_are_filed_and_handed_over_from_the_list(data_folder, tmp_path):
    county = make_county()
    put_in_force(county)
    from tests.resources.office import draft

    rows = [draft(county, tmp_path, TITLES[n], n + 1) for n in range(2)]
    work()
    client = signed_in(county.people["officer"])
    chosen = {"selected": [row.pk for row in rows]}
    client.post("/filing/bulk/", {**chosen, "action": "advice"})
    client.post("/filing/bulk/", {**chosen, "action": "file"})
    states = set(FilingItem.objects.values_list("state", flat=True))
    assert states == {"filed"}, list(FilingItem.objects.values_list("clause_no", "values"))
    answer = client.post("/transfers/new/", chosen)
    assert "/transfers/T" in answer["Location"]
    assert set(FilingItem.objects.values_list("state", flat=True)) == {"in_transfer"}
