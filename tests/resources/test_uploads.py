"""Uploads: the tus protocol, cut, repeated, out of order and wrong."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as quickly
from hypothesis import strategies as st

from lantai.resources.uploads.models import Upload
from lantai.resources.uploads.receiving import UploadGone, expire, whole_uploads
from tests.people import make_county

pytestmark = pytest.mark.django_db
TUS = {"HTTP_TUS_RESUMABLE": "1.0.0"}
PART = "application/offset+octet-stream"


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def begin(client, size, **metadata):
    words = {"filename": "请示.pdf", **metadata}
    header = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in words.items())
    return client.post("/uploads/", HTTP_UPLOAD_LENGTH=str(size),
                       HTTP_UPLOAD_METADATA=header, **TUS)  # fmt: skip


def part(client, address, offset, data, **more):
    return client.patch(address, data, content_type=PART, CONTENT_TYPE=PART,
                        HTTP_UPLOAD_OFFSET=str(offset), **TUS, **more)  # fmt: skip


def offset(client, address):
    return int(client.head(address, **TUS)["Upload-Offset"])


def test_a_file_arrives_in_parts_and_is_whole(data_folder):
    county = make_county()
    client = signed_in(county.people["officer"])
    made = begin(client, 11)
    assert made.status_code == 201 and made["Tus-Resumable"] == "1.0.0"
    address = made["Location"]
    assert part(client, address, 0, b"hello ").status_code == 204
    assert offset(client, address) == 6
    with pytest.raises(UploadGone):
        whole_uploads(county.people["officer"], [address])
    assert part(client, address, 6, b"world")["Upload-Offset"] == "11"
    (row,) = whole_uploads(county.people["officer"], [address])
    assert row.path.read_bytes() == b"hello world"
    assert row.name == "请示.pdf"


@quickly(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    data=st.binary(max_size=400),
    steps=st.lists(st.tuples(st.integers(-50, 450), st.integers(0, 120)), max_size=12),
)
def test_whatever_is_sent_the_bytes_stand_in_their_order(data_folder, data, steps):
    county_person = _person()
    client = signed_in(county_person)
    address = begin(client, len(data))["Location"]
    for start, length in steps:
        at = offset(client, address)
        answer = part(client, address, max(0, start), data[max(0, start) :][:length])
        if max(0, start) != at:
            assert answer.status_code == 409
            assert offset(client, address) == at
        else:
            assert answer.status_code == 204
    while (at := offset(client, address)) < len(data):
        assert part(client, address, at, data[at : at + 97]).status_code == 204
    (row,) = whole_uploads(county_person, [address])
    assert row.path.read_bytes() == data


def _person():
    from lantai.foundation.accounts.models import Person

    return Person.objects.filter(username="officer").first() or make_county().people["officer"]


def test_an_upload_whose_last_answer_was_cut_off_is_whole(data_folder):
    """Killed between the last byte and the note of it; the wrong bytes are still refused."""
    county = make_county()
    client, person = signed_in(county.people["officer"]), county.people["officer"]
    for data, promised, good in ((b"abc", b"abc", True), (b"abd", b"abc", False)):
        made = begin(client, 3, sha256=hashlib.sha256(promised).hexdigest())["Location"]
        Upload.objects.latest("pk").path.write_bytes(data)
        assert offset(client, made) == 3
        if good:
            assert whole_uploads(person, [made])[0].state == Upload.COMPLETE
        else:
            with pytest.raises(UploadGone):
                whole_uploads(person, [made])


def test_a_replayed_part_and_one_too_long_change_nothing(data_folder):
    client = signed_in(make_county().people["officer"])
    address = begin(client, 4)["Location"]
    assert part(client, address, 0, b"ab").status_code == 204
    assert part(client, address, 0, b"ab").status_code == 409
    assert part(client, address, 2, b"cdef").status_code == 413
    assert offset(client, address) == 2


def test_a_wrong_checksum_undoes_the_part(data_folder):
    client = signed_in(make_county().people["officer"])
    address = begin(client, 3)["Location"]
    wrong = "sha256 " + base64.b64encode(b"0" * 32).decode()
    assert part(client, address, 0, b"abc", HTTP_UPLOAD_CHECKSUM=wrong).status_code == 460
    assert offset(client, address) == 0
    right = "sha256 " + base64.b64encode(hashlib.sha256(b"abc").digest()).decode()
    assert part(client, address, 0, b"abc", HTTP_UPLOAD_CHECKSUM=right).status_code == 204


def test_a_file_with_another_digest_than_promised_does_not_stay(data_folder):
    client = signed_in(make_county().people["officer"])
    address = begin(client, 3, sha256="00" * 32)["Location"]
    assert part(client, address, 0, b"abc").status_code == 460
    assert Upload.objects.count() == 0
    assert client.head(address, **TUS).status_code == 404


def test_malformed_requests_are_answered_by_the_protocol(data_folder):
    client = signed_in(make_county().people["officer"])
    assert client.options("/uploads/")["Tus-Version"] == "1.0.0"
    assert client.post("/uploads/", HTTP_UPLOAD_LENGTH="3").status_code == 412
    assert client.post("/uploads/", **TUS).status_code == 400
    assert client.post("/uploads/", HTTP_UPLOAD_LENGTH=str(1 << 41), **TUS).status_code == 413
    assert client.post("/uploads/", HTTP_UPLOAD_LENGTH="3", HTTP_UPLOAD_METADATA="a !!",
                       **TUS).status_code == 400  # fmt: skip
    address = begin(client, 3)["Location"]
    assert client.patch(address, b"abc", content_type="text/plain", HTTP_UPLOAD_OFFSET="0",
                        **TUS).status_code == 415  # fmt: skip
    assert client.delete(address, **TUS).status_code == 204
    assert client.head(address, **TUS).status_code == 404


def test_an_upload_is_its_persons_own(data_folder):
    county = make_county()
    address = begin(signed_in(county.people["officer"]), 3)["Location"]
    other = signed_in(county.people["other_officer"])
    assert part(other, address, 0, b"abc").status_code == 404
    assert signed_in(county.people["clerk"]).post("/uploads/", **TUS).status_code == 403
    assert Client().post("/uploads/", **TUS).status_code in {302, 401, 403}


def test_abandoned_uploads_are_removed(data_folder):
    client = signed_in(make_county().people["officer"])
    address = begin(client, 3)["Location"]
    row = Upload.objects.get()
    assert expire(timezone.now()) == 0
    assert expire(timezone.now() + timedelta(hours=49)) == 1
    assert not row.path.exists()
    assert client.head(address, **TUS).status_code == 404
