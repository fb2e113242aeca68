"""The run holds: whatever a check or a package does, there is a report."""

from __future__ import annotations

import json
import os

import pytest

from lantai.cli.main import main
from lantai.core.checks.check import Check
from lantai.core.checks.finding import Outcome
from lantai.core.checks.runner import check_path, checks
from lantai.core.progress import Stopped
from tests.conformance.dat70.maker import sound
from tests.shared_data import shared_data


def test_a_check_that_raises_becomes_a_finding(tmp_path, monkeypatch):
    broken = checks().get("1-2")

    def boom(self, context):
        raise RuntimeError("boom")

    monkeypatch.setattr(broken, "examine_item", boom)
    report = check_path(sound(tmp_path / "P1").write())
    assert report.verdict == "fail"
    assert {(f.check, f.fault) for f in report.findings if f.severity == "error"} == {
        ("1-2", "check-broke")
    }


def test_stop_passes_through(tmp_path):
    def stop(done, total, note=""):
        if done == 2:
            raise Stopped

    with pytest.raises(Stopped):
        check_path(sound(tmp_path / "P1").write(), progress=stop)


def test_each_record_is_told_with_its_outcomes(tmp_path):
    told: dict[str, dict[str, Outcome]] = {}
    check_path(
        sound(tmp_path / "P1").write(),
        "filing",
        on_result=lambda record, code, outcome, found: told.setdefault(record, {}).update(
            {code: outcome}
        ),
    )
    assert len(told) == 4  # three records and the package itself
    assert told["Z109-WS·2024·D30·办公室-0001"]["GD-1-1"] is Outcome.PASS


def test_plain_files_need_no_metadata(tmp_path):
    (tmp_path / "甲.txt").write_text("正文" * 100)
    report = check_path(tmp_path)
    assert (report.verdict, report.profile) == ("pass", "plain")
    outcomes = {r.check: r.outcome for r in report.results}
    assert outcomes["2-4"] is Outcome.NOT_APPLICABLE


def test_every_check_has_names_and_a_clause():
    for key, kind in checks().all().items():
        assert kind.name_zh and kind.name_en and kind().clause(), key
        assert issubclass(kind, Check)


def test_the_command_speaks_json_and_exits_by_the_verdict(tmp_path, capsys):
    folder = sound(tmp_path / "P1").write()
    assert main(["check", str(folder), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    of_the_contract = {"verdict", "profile", "stage", "counts", "findings"}
    assert set(document) == of_the_contract | {"plan", "plan_version"}
    assert set(document["findings"][0]) == {
        "code", "property", "clause", "severity", "path", "message", "next",
    }  # fmt: skip
    next(folder.rglob("附件.txt")).write_bytes(b"changed")
    assert main(["check", str(folder)]) == 1
    assert "YJ-1-1" in capsys.readouterr().out
    assert main(["check", str(tmp_path / "absent"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["verdict"] == "unreadable"
    assert main(["check", str(folder), "--plan", "none-such"]) == 2


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("说明文件.txt", b"\xff\xff\xff\x81"),
        ("说明文件.txt", "档案数量：9999999999999999999999999999件\n".encode()),
        ("目录文件.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"),
        ("目录文件.xml", b""),
        ("目录文件.txt", b"\x00" * 5000),
        ("目录文件.txt", "档号\t题名\n\t\n".encode()),
        ("manifest-sm3.txt", b"a" * 20000),
    ],
)
def test_hostile_lists_give_a_report(tmp_path, name, raw):
    (tmp_path / "P").mkdir()
    (tmp_path / "P" / name).write_bytes(raw)
    (tmp_path / "P" / "a.txt").write_text("x")
    report = check_path(tmp_path / "P")
    assert report.verdict in {"fail", "pass"}
    assert not any(f.fault in {"check-broke", "run-broke"} for f in report.findings)
    json.dumps(report.to_json())


def test_names_that_are_no_text_are_told(tmp_path):
    (tmp_path / "a.txt").write_text("x")
    with open(os.fsencode(tmp_path) + b"/\xb5\xb5.txt", "wb") as stream:
        stream.write(b"x")
    report = check_path(tmp_path)
    assert "name-not-text" in {f.fault for f in report.findings}
    json.dumps(report.to_json()).encode()


@pytest.mark.parametrize("name", ["ofd", "einvoice", "exif", "email"])
def test_real_files_get_a_verdict(name):
    folder = shared_data(name)
    if folder is None:
        pytest.skip("the data set is not beside this checkout")
    report = check_path(folder)
    assert report.verdict in {"pass", "fail"}
    assert not any(f.fault in {"check-broke", "run-broke"} for f in report.findings)
