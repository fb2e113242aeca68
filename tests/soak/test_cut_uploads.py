"""FAULTS 39: one file whose sending is cut a thousand times, by closing the connection."""

from __future__ import annotations

import hashlib
import random
import socket
import struct
import time
from urllib.parse import urlsplit

import pytest
from django.test import Client

from lantai.resources.uploads.receiving import whole_uploads
from tests.people import make_county
from tests.resources.test_uploads import begin, offset

pytestmark = [pytest.mark.soak, pytest.mark.django_db(transaction=True)]
CUTS, SIZE = 1_000, 8 << 20
TOKEN = "k" * 32
LINGER = struct.pack("ii", 1, 0)  # closed at once, what is unsent thrown away


def send_and_cut(server: str, address: str, cookie: str, at: int, data: bytes, cut: int) -> None:
    """A PATCH that promises all that is left, sends ``cut`` bytes of it, and hangs up."""
    host, path = urlsplit(server), urlsplit(address).path
    head = (
        f"PATCH {path} HTTP/1.1\r\nHost: {host.netloc}\r\nCookie: {cookie}\r\nX-CSRFToken: {TOKEN}\r\n"
        f"Tus-Resumable: 1.0.0\r\nUpload-Offset: {at}\r\nContent-Length: {len(data) - at}\r\n"
        "Content-Type: application/offset+octet-stream\r\n\r\n"
    )
    with socket.create_connection((host.hostname, host.port), timeout=30) as line:
        line.sendall(head.encode() + data[at : at + cut])
        if cut % 2:  # half of them by a reset, half in good order
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)


@pytest.mark.timeout(1800)
def test_a_file_cut_a_thousand_times_arrives_whole(live_server, data_folder, settings):
    person = make_county().people["officer"]
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    cookie = f"{name}={client.cookies[name].value}; {settings.CSRF_COOKIE_NAME}={TOKEN}"
    dice = random.Random(39)
    data = dice.randbytes(SIZE)
    address = begin(client, SIZE, sha256=hashlib.sha256(data).hexdigest())["Location"]
    at, seen, cuts = 0, set(), 0
    while cuts < CUTS:
        most = max(2, (SIZE - at) // (CUTS - cuts + 1) * 2)
        send_and_cut(live_server.url, address, cookie, at, data, dice.randrange(most))
        cuts += 1
        at = settled(client, address, at)
        seen.add(at)
    assert len(seen) > CUTS // 4, "hardly a cut left anything: the test met nothing"
    while at < SIZE:
        send_and_cut(live_server.url, address, cookie, at, data, SIZE - at)
        at = settled(client, address, at)
    (row,) = whole_uploads(person, [address])
    assert hashlib.sha256(row.path.read_bytes()).digest() == hashlib.sha256(data).digest()
    print({"cuts": cuts, "offsets met": len(seen)})


def settled(client: Client, address: str, before: int) -> int:
    """The offset, once the server has noticed that the line is cut."""
    found = [before, offset(client, address)]
    for _ in range(200):
        time.sleep(0.002)
        found.append(offset(client, address))
        if found[-1] == found[-2] == found[-3]:
            break
    return found[-1]
