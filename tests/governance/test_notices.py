"""Public notices: what a definition lets the public see, and nothing else of a matter."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lantai.foundation.desks.cases.models import Case
from tests.people import make_county

pytestmark = pytest.mark.django_db


def test_an_approval_is_public_with_its_items_and_limits_once_it_is_decided(data_folder: Any):
    county, public = make_county(), Client()
    page = public.get("/notices/?kind=administrative_approval").content.decode()
    assert "档案出境" in page and "20 个工作日" in page and "还没有公示" in page
    unit, boss = Client(), Client()
    unit.force_login(county.people["officer"])
    boss.force_login(county.people["supervisor"])
    given = {"institution": "MZ", "item": "export", "grounds": "赴境外展出", "contact": "甲 139",
             "papers": SimpleUploadedFile("申请书.txt", "申请".encode())}  # fmt: skip
    assert unit.post("/cases/new/administrative_approval/", given).status_code == 302
    case = Case.objects.get()
    move = f"/cases/{case.number}/move"
    assert boss.post(f"{move}/take/", {}).status_code == 302
    assert case.title not in public.get("/notices/?kind=administrative_approval").content.decode()
    sent = {"grant-decision_no": "云档许〔2026〕1号", "grant-conditions": "限期运回"}
    boss.post(f"{move}/grant/", sent)
    case.refresh_from_db()
    assert case.state == "granted", case.state
    page = public.get("/notices/?kind=administrative_approval").content.decode()
    assert "云档许〔2026〕1号" in page and "档案出境" in page
    assert "甲 139" not in page and "赴境外展出" not in page
    assert "红色档案定级" in page and public.get("/notices/?kind=x").status_code == 200
