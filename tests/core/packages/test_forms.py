"""Packages written in every form from any other: nothing is lost, each judge finds them sound."""

import shutil

import pytest

from lantai.cli.command import BAD_CALL, DONE, FOUND_WANTING
from lantai.cli.main import main
from lantai.core.checks.runner import check_path
from lantai.core.packages.bag import validate_bag
from lantai.core.packages.eark import validate_eark
from lantai.core.packages.eep import check_eep_signatures, validate_eep
from lantai.core.packages.form import forms
from lantai.core.packages.opening import open_package
from lantai.core.packages.records import PackageRecords
from tests.conformance.dat70.maker import NOTE, pdf, sound

FORMS = ("transfer", "bagit", "eep", "eark-sip", "eark-aip", "eark-dip")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Three records as a transfer package, and in every form written from it by the command."""
    top = tmp_path_factory.mktemp("forms")
    source = sound(top / "Z109-2024-001").write()
    for form in FORMS:
        keys = ["--keys", str(top / "one"), "--keys", str(top / "two")]
        call = ["package", "write", str(source), "--as", form, "--out", str(top / form)]
        assert main([*call, "--unit", "云河县水利局", *keys]) == DONE
    return top


def held(path):
    """Reference code → title, acts, and the bytes of the files by name."""
    with open_package(path) as package:
        records = PackageRecords(package)
        return {
            item.reference_code: (
                item.values["title"],
                [event.act for event in item.events if event.act != "packing"],
                {file.path: records.open(file).read() for file in item.files},
            )
            for item in records
        }


def places(folder):
    """A folder of E-ARK packages is many packages; the others are one."""
    return sorted(folder.iterdir()) if folder.name.startswith("eark") else [folder]


def test_every_form_of_the_shelf_is_tried():
    assert set(forms().all()) == set(FORMS)


@pytest.mark.parametrize("form", FORMS)
def test_what_is_written_in_a_form_is_read_back_whole(written, form):
    found = {}
    for place in places(written / form):
        found |= held(place)
    assert found == held(written / "Z109-2024-001")
    assert all(files["附件.txt"] == NOTE for _, _, files in found.values())
    assert all(files["正文.pdf"] == pdf() for _, _, files in found.values())


@pytest.mark.parametrize("form", ["bagit", "eep", "eark-dip"])
def test_a_form_becomes_a_transfer_package_again(written, form, tmp_path):
    for number, place in enumerate(places(written / form)):
        call = ["package", "write", str(place), "--as", "transfer"]
        call += ["--content", "防汛通知", "--environment", "PDF 阅读软件"]
        assert main([*call, "--out", str(tmp_path / f"again-{number}")]) == DONE
        assert check_path(tmp_path / f"again-{number}").verdict == "pass"


def test_each_is_sound_to_the_judge_of_its_form(written):
    assert validate_bag(written / "bagit").document()["errors"] == []
    for form in FORMS[3:]:
        for place in places(written / form):
            verdict = validate_eark(place)
            assert (verdict.errors, verdict.warnings) == ([], [])
    for path in (written / "eep").iterdir():
        assert validate_eep(path).errors == []
    for form in ("transfer", "bagit", "eep"):
        assert check_path(written / form).verdict == "pass"


def test_every_signer_signs_and_one_more_may_be_added(written, tmp_path):
    path = shutil.copy(sorted((written / "eep").iterdir())[0], tmp_path / "a.xml")
    keys = ["--keys", str(tmp_path / "three"), "--unit", "云河县档案馆"]
    assert main(["package", "sign", str(path), *keys]) == DONE
    found = check_eep_signatures(path)
    assert [one.id for one in found] == ["S1", "S2", "S3"]
    assert [one.verdict for one in found] == ["intact"] * 3
    assert [one.signer for one in found] == ["云河县水利局", "云河县水利局", "云河县档案馆"]
    assert validate_eep(path).errors == []


def test_reading_tells_the_records_and_every_signature(written, tmp_path, capsys):
    path = sorted((written / "eep").iterdir())[0]
    trusted = str(written / "one" / "issuing-signer.pem")
    assert main(["package", "read", str(path), "--json", "--trust", trusted]) == DONE
    told = capsys.readouterr().out
    assert '"reference_code": "Z109-WS·2024·D30·办公室-0001"' in told
    assert told.count('"verdict": "intact"') == 2 and told.count('"trusted": true') == 1
    altered = tmp_path / "b.xml"
    altered.write_bytes(path.read_bytes().replace("防汛检查".encode(), "防火检查".encode(), 1))
    assert main(["package", "read", str(altered), "--json"]) == FOUND_WANTING
    assert capsys.readouterr().out.count('"verdict": "altered"') == 2


def test_nothing_is_left_of_what_cannot_be_written(written, tmp_path, capsys):
    source = str(written / "Z109-2024-001")
    call = ["package", "write", source, "--as", "transfer", "--out"]
    assert main([*call, str(written / "bagit")]) == BAD_CALL
    assert "已经存在" in capsys.readouterr().err
    plain = tmp_path / "plain"
    plain.mkdir()
    (plain / "a.txt").write_text("x")
    out = tmp_path / "out"
    assert main(["package", "write", str(plain), "--as", "eep", "--out", str(out)]) == BAD_CALL
    assert main(["package", "write", source, "--as", "none", "--out", str(out)]) == BAD_CALL
    assert [path.name for path in tmp_path.iterdir()] == ["plain"]
