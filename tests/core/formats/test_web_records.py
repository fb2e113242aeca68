"""A broken record in a web archive is skipped and counted; the rest stays usable."""

import gzip
import io

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from lantai.core.formats.web_records import Walk, walk


def records(count, packed):
    """The bytes of each record by itself."""
    found = []
    for number in range(count):
        stream = io.BytesIO()
        writer = WARCWriter(stream, gzip=packed)
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        body = io.BytesIO(f"<p>第{number}页</p>".encode() * 50)
        writer.write_record(
            writer.create_warc_record(
                f"http://example.org/{number}", "response", payload=body, http_headers=headers
            )
        )
        found.append(stream.getvalue())
    return found


def walked(data):
    told = Walk()
    uris = [
        record.rec_headers.get_header("WARC-Target-URI")
        for record in walk(io.BytesIO(data), told, digests=True)
    ]
    return told, uris


@pytest.mark.parametrize("packed", [True, False], ids=["gzip", "plain"])
def test_sound_records_are_all_read(packed):
    told, uris = walked(b"".join(records(5, packed)))
    assert (told.records, told.broken, told.digests_wrong, len(uris)) == (5, 0, 0, 5)


@pytest.mark.parametrize("packed", [True, False], ids=["gzip", "plain"])
def test_a_broken_record_is_skipped_and_the_rest_read(packed):
    parts = records(5, packed)
    parts[2] = b"\0\1\2rubbish" + parts[2][11:]
    told, uris = walked(b"".join(parts))
    assert [uri[-1] for uri in uris] == ["0", "1", "3", "4"]
    assert (told.records, told.broken) == (4, 1)
    assert told.fault


@pytest.mark.parametrize("place", [10, 20, 60, 120, 200])
def test_a_garbled_gzip_member_is_skipped_and_the_rest_read(place):
    parts = records(5, True)
    parts[2] = parts[2][:place] + bytes(40) + parts[2][place + 40 :]
    told, uris = walked(b"".join(parts))
    assert {uri[-1] for uri in uris} >= {"0", "1", "3", "4"}
    assert told.broken or told.digests_wrong


def test_a_file_cut_off_gives_what_is_whole():
    data = b"".join(records(4, True))
    _, uris = walked(data[:-30])
    assert {uri[-1] for uri in uris} >= {"0", "1", "2"}


def test_records_in_one_gzip_member_are_read_once_each():
    told, uris = walked(gzip.compress(b"".join(records(6, False))))
    assert [uri[-1] for uri in uris] == list("012345")
    assert (told.records, told.single_member) == (6, True)


def test_a_digest_that_is_not_so_is_counted():
    data = b"".join(records(3, False)).replace("第1页".encode(), "第9页".encode(), 1)
    assert walked(data)[0].digests_wrong == 1


@pytest.mark.parametrize("data", [b"", b"WARC/1.0\r\n", b"\x1f\x8b\x08" * 500, b"\n" * 5000])
def test_rubbish_gives_no_record_and_ends(data):
    assert walked(data)[0].records == 0


def test_a_length_beyond_all_measure_is_a_broken_record():
    data = b"".join(records(3, False)).replace(
        b"Content-Length: ", b"Content-Length: " + b"9" * 30, 1
    )
    told, _ = walked(data)
    assert told.broken >= 1
