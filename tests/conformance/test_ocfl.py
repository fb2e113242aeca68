"""Our judge and the community's (ocfl-py) on good objects and on many damaged ones."""

import datetime as dt
import hashlib
import json
import logging
import re
import shutil

import pytest

from lantai.core.ocfl.inventory import User
from lantai.core.ocfl.root import NewFile, OcflRoot
from lantai.core.ocfl.validator import validate, validate_object, validate_root
from lantai.engines.storage.folder import FolderStorage
from tests.shared_data import shared_data

GOOD = shared_data("ocfl-1.0-good/good-objects")
WHEN = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
ID = "urn:lantai:测试"


def oracle(path):
    """The codes ocfl-py finds, without its letters for sub-cases."""
    from ocfl.object import Object

    logging.disable(logging.CRITICAL)
    try:
        passed, validator = Object().validate(str(path), log_warnings=True)
    finally:
        logging.disable(logging.NOTSET)
    text = (
        str(validator.log)
        if not hasattr(validator.log, "messages")
        else "\n".join(validator.log.messages)
    )
    return passed, set(re.findall(r"\[([EW]\d{3})", text))


def ours(path):
    report = validate_object(path)
    return report.valid, {finding.code for finding in report.errors + report.warnings}


@pytest.mark.skipif(GOOD is None, reason="the OCFL fixtures are not here")
def test_every_good_fixture_is_valid():
    for path in sorted(GOOD.iterdir()):
        report = validate(path)
        assert report.valid, (path.name, report.errors)


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    store = FolderStorage(tmp_path_factory.mktemp("ocfl") / "root")
    root = OcflRoot(store)
    how = {"message": "m", "user": User("n", "mailto:n@example.org"), "created": WHEN}
    root.create(ID, [NewFile("甲/a.txt", b"one"), NewFile("b.txt", b"two")], **how)
    root.update(ID, [NewFile("甲/a.txt", b"three")], remove=["b.txt"], **how)
    return store.root, store.root / root.path_of(ID)


@pytest.fixture
def thing(pristine, tmp_path):
    shutil.copytree(pristine[1], tmp_path / "o")
    return tmp_path / "o"


def alter(path, change, everywhere=True):
    """Change the root inventory (and its copy in v2) and write the sidecars anew."""
    document = json.loads((path / "inventory.json").read_bytes())
    change(document)
    data = json.dumps(document).encode()
    for folder in (path, path / "v2") if everywhere else (path,):
        (folder / "inventory.json").write_bytes(data)
        (folder / "inventory.json.sha512").write_text(
            hashlib.sha512(data).hexdigest() + " inventory.json\n"
        )


def test_what_our_writer_writes_both_judges_call_valid(pristine):
    report = validate_root(pristine[0])
    assert (report.valid, report.objects) == (True, 1)
    assert {finding.code for finding in report.warnings} == {"W013"}  # our SM3 digests
    assert oracle(pristine[1])[0]


def first(block):
    return next(iter(block))


def set_key(*keys):
    *way, last, value = keys

    def change(document):
        for key in way:
            document = document[key]
        document[last] = value

    return change


def drop_key(*keys):
    *way, last = keys

    def change(document):
        for key in way:
            document = document[key]
        del document[last]

    return change


def rename_in_manifest(new):
    def change(document):
        document["manifest"][first(document["manifest"])] = [new]

    return change


def rename_in_state(new):
    def change(document):
        state = document["versions"]["v2"]["state"]
        state[first(state)] = new

    return change


def upper_twice(document):
    digest = first(document["manifest"])
    document["manifest"][digest.upper()] = document["manifest"][digest]


INVENTORY_DAMAGE = {
    "no-id": (drop_key("id"), "E036"),
    "no-type": (drop_key("type"), "E036"),
    "no-digest-algorithm": (drop_key("digestAlgorithm"), "E036"),
    "no-head": (drop_key("head"), "E036"),
    "no-manifest": (drop_key("manifest"), "E041"),
    "no-versions": (drop_key("versions"), "E041"),
    "empty-id": (set_key("id", ""), "E037"),
    "number-id": (set_key("id", 5), "E037"),
    "no-uri-id": (set_key("id", "x"), "W005"),
    "wrong-type": (set_key("type", "https://ocfl.io/x"), "E038"),
    "md5": (set_key("digestAlgorithm", "md5"), "E025"),
    "slash-content": (set_key("contentDirectory", "a/b"), "E017"),
    "dot-content": (set_key("contentDirectory", ".."), "E018"),
    "head": (set_key("head", "v1"), "E040"),
    "manifest-list": (set_key("manifest", []), "E041"),
    "versions-list": (set_key("versions", []), "E044"),
    "versions-empty": (set_key("versions", {}), "E008"),
    "no-v1": (drop_key("versions", "v1"), "E009"),
    "gap": (lambda d: d["versions"].update(v4=d["versions"]["v2"]), "E010"),
    "no-created": (drop_key("versions", "v2", "created"), "E048"),
    "bad-created": (set_key("versions", "v2", "created", "昨天"), "E049"),
    "day-only": (set_key("versions", "v2", "created", "2026-01-01"), "E049"),
    "no-zone": (set_key("versions", "v2", "created", "2026-01-01T00:00:00"), "E049"),
    "number-created": (set_key("versions", "v2", "created", 3), "E049"),
    "no-state": (drop_key("versions", "v2", "state"), "E048"),
    "state-list": (set_key("versions", "v2", "state", []), "E050"),
    "state-stray": (set_key("versions", "v2", "state", "0" * 128, ["x"]), "E050"),
    "state-no-list": (rename_in_state("x"), "E050"),
    "logical-slash": (rename_in_state(["/x"]), "E053"),
    "logical-dots": (rename_in_state(["a/../x"]), "E052"),
    "logical-twice": (rename_in_state(["x", "x"]), "E095"),
    "logical-both": (rename_in_state(["x", "x/y"]), "E095"),
    "user-text": (set_key("versions", "v2", "user", "n"), "E054"),
    "user-nameless": (set_key("versions", "v2", "user", {}), "E054"),
    "user-address": (set_key("versions", "v2", "user", {"name": "n"}), "W008"),
    "user-address-text": (
        set_key("versions", "v2", "user", {"name": "n", "address": "here"}),
        "W009",
    ),
    "no-user": (drop_key("versions", "v2", "user"), "W007"),
    "no-message": (drop_key("versions", "v2", "message"), "W007"),
    "number-message": (set_key("versions", "v2", "message", 1), "E094"),
    "manifest-no-list": (
        lambda d: d["manifest"].update({first(d["manifest"]): "v1/content/b.txt"}),
        "E092",
    ),
    "content-dots": (rename_in_manifest("v1/content/../x"), "E099"),
    "content-slash": (rename_in_manifest("/v1/content/x"), "E100"),
    "content-elsewhere": (rename_in_manifest("v1/kontent/x"), "E042"),
    "content-other-version": (rename_in_manifest("v9/content/x"), "E042"),
    "content-missing": (rename_in_manifest("v1/content/x"), "E092"),
    "upper-twice": (upper_twice, "E096"),
    "unused": (lambda d: d["manifest"].update({"0" * 128: ["v1/content/z"]}), "E107"),
    "fixity-list": (set_key("fixity", []), "E111"),
    "fixity-block-list": (set_key("fixity", {"md5": []}), "E057"),
    "fixity-sm3": (set_key("fixity", {"sm3": {"0" * 64: ["v1/content/b.txt"]}}), "E056"),
    "fixity-wrong": (set_key("fixity", {"md5": {"0" * 32: ["v1/content/b.txt"]}}), "E093"),
    "fixity-stray": (set_key("fixity", {"md5": {"0" * 32: ["v1/content/zz"]}}), "E057"),
    "history": (set_key("versions", "v1", "state", {}), "E066"),
    "account": (set_key("versions", "v1", "message", "other"), "W011"),
}


ORACLE_SEES_IT_OTHERWISE = {
    "no-manifest",  # ocfl-py 2.1 falls over this one
    "manifest-no-list",  # ocfl-py 2.1 names what follows from it (E050, E066)
}


@pytest.mark.parametrize("name", INVENTORY_DAMAGE)
def test_damage_in_an_inventory_is_judged_as_ocfl_py_does(thing, name):
    change, code = INVENTORY_DAMAGE[name]
    alter(thing, change)
    valid, found = ours(thing)
    assert code in found
    assert valid == (code[0] == "W" and name != "no-uri-id")  # that one contradicts v1's as well
    if name in ORACLE_SEES_IT_OTHERWISE:
        return
    passed, theirs = oracle(thing)
    assert (passed, code in theirs) == (valid, True), theirs


def kill(name):
    return lambda path: (path / name).unlink()


def put(name, data=b"x"):
    def change(path):
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)

    return change


FOLDER_DAMAGE = {
    "no-declaration": (kill("0=ocfl_object_1.1"), "E003"),
    "two-declarations": (put("0=ocfl_object_1.0", b"ocfl_object_1.0\n"), "E003"),
    "declaration-content": (put("0=ocfl_object_1.1", b"no"), "E007"),
    "no-inventory": (kill("inventory.json"), "E063"),
    "no-json": (put("inventory.json", b"{"), "E033"),
    "no-sidecar": (kill("inventory.json.sha512"), "E058"),
    "wrong-sidecar": (put("inventory.json.sha512", b"0" * 128 + b" inventory.json\n"), "E060"),
    "garbled-sidecar": (put("inventory.json.sha512", b"hello there my friend"), "E061"),
    "stray-file": (put("stray"), "E001"),
    "stray-folder": (put("folder/stray"), "E001"),
    "stray-version": (put("v3/content/x"), "E046"),
    "version-gone": (lambda path: shutil.rmtree(path / "v1"), "E046"),
    "file-in-version": (put("v1/stray"), "E015"),
    "folder-in-version": (put("v1/folder/x"), "W002"),
    "extra-content": (put("v2/content/extra"), "E023"),
    "empty-folder": (lambda path: (path / "v2/content/空").mkdir(), "E024"),
    "file-in-extensions": (put("extensions/x"), "E067"),
    "unknown-extension": (put("extensions/mine/x"), "W013"),
    "edited-content": (put("v1/content/b.txt", b"twO"), "E092"),
    "content-gone": (kill("v1/content/b.txt"), "E092"),
    "inventories-differ": (
        lambda path: alter(path, lambda d: d.update(x=1), everywhere=False),
        "E064",
    ),
    "no-version-inventory": (
        lambda path: [kill("v1/inventory.json")(path), kill("v1/inventory.json.sha512")(path)],
        "W010",
    ),
}


@pytest.mark.parametrize("name", FOLDER_DAMAGE)
def test_damage_in_a_folder_is_judged_as_ocfl_py_does(thing, name):
    change, code = FOLDER_DAMAGE[name]
    change(thing)
    valid, found = ours(thing)
    assert code in found
    assert valid == (code[0] == "W")
    passed, theirs = oracle(thing)
    assert (passed, code in theirs) == (valid, True), theirs


def test_a_link_is_no_content(thing):
    (thing / "v1/content/b.txt").unlink()
    (thing / "v1/content/b.txt").symlink_to("/etc/hostname")
    assert "E090" in ours(thing)[1]


ROOT_DAMAGE = {
    "no-declaration": (kill("0=ocfl_1.1"), "E069"),
    "declaration-content": (put("0=ocfl_1.1", b"x"), "E069"),
    "layout": (put("ocfl_layout.json", b"[]"), "E070"),
    "stray": (put("000/stray"), "E072"),
    "empty": (lambda path: (path / "000").mkdir(), "E073"),
    "file-in-extensions": (put("extensions/f"), "E086"),
}


@pytest.mark.parametrize("name", ROOT_DAMAGE)
def test_damage_in_a_root_is_named(pristine, tmp_path, name):
    shutil.copytree(pristine[0], tmp_path / "r")
    change, code = ROOT_DAMAGE[name]
    change(tmp_path / "r")
    assert code in {finding.code for finding in validate_root(tmp_path / "r").errors}


def test_an_object_newer_than_its_root_is_named(pristine, tmp_path):
    shutil.copytree(pristine[0], tmp_path / "r")
    (tmp_path / "r" / "0=ocfl_1.1").unlink()
    put("0=ocfl_1.0", b"ocfl_1.0\n")(tmp_path / "r")
    assert [finding.code for finding in validate_root(tmp_path / "r").errors] == ["E081"]
