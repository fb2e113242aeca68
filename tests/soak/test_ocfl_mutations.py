"""Every good OCFL object spoilt in every known way: each must give its code (1.0 and 1.1)."""

from __future__ import annotations

import hashlib
import json

import pytest

from lantai.core.ocfl.validator import validate
from tests.conformance.ocfl_fixtures import GOOD


def head(document):
    return document["versions"][document["head"]]


def first(block, change):
    """Change the paths of a block's first digest; nothing where it has none."""
    for digest, paths in list(block.items())[:1]:
        block[digest] = change(paths)


MUTATIONS = {
    "E100": lambda d: first(d["manifest"], lambda paths: [f"/{p}" for p in paths]),
    "E099": lambda d: first(d["manifest"], lambda paths: [f"v1/content/../{p}" for p in paths]),
    "E092": lambda d: first(d["manifest"], lambda paths: paths[0]),
    "E053": lambda d: first(head(d)["state"], lambda paths: [f"{p}/" for p in paths]),
    "E052": lambda d: first(head(d)["state"], lambda paths: [f"a//{p}" for p in paths]),
    "E095": lambda d: first(head(d)["state"], lambda paths: [*paths, f"{paths[0]}/x"]),
    "E050": lambda d: head(d)["state"].update({"ab" * 64: ["zz"]}),
    "E094": lambda d: head(d).update(message=["x"]),
    "E054": lambda d: head(d).update(user={"address": "mailto:a@b"}),
    "E049": lambda d: head(d).update(created="2021-02-30T00:00:00Z"),
    "E048": lambda d: head(d).pop("created"),
    "E047": lambda d: d["versions"].update({d["head"]: []}),
    "E046": lambda d: d["versions"].update({"version9": head(d)}),
    "E044": lambda d: d.update(versions=[]),
    "E041": lambda d: d.update(manifest="x"),
    "E040": lambda d: d.update(head=1),
    "E038": lambda d: d.update(type="https://ocfl.io/1.0/spec/#inventory2"),
    "E037": lambda d: d.update(id=""),
    "E036": lambda d: d.pop("head"),
    "E025": lambda d: d.update(digestAlgorithm="SHA512"),
    "E018": lambda d: d.update(contentDirectory="."),
    "E017": lambda d: d.update(contentDirectory="a/b"),
    "E102": lambda d: d.update(extra=1),
    "E057": lambda d: d.update(fixity={"md5": {"0" * 32: "v1/content/x"}}),
    "E056": lambda d: d.update(fixity={"md6": {}}),
}


def mutate(folder, change):
    """The root's inventory and those like it changed, with true sidecars; whether it changed."""
    old = (folder / "inventory.json").read_bytes()
    document = json.loads(old)
    algorithm = document["digestAlgorithm"]
    change(document)
    if document == json.loads(old):
        return False
    new = json.dumps(document).encode()
    alike = [path for path in folder.glob("v*/inventory.json") if path.read_bytes() == old]
    for path in (folder / "inventory.json", *alike):
        path.write_bytes(new)
        sidecar = f"{hashlib.new(algorithm, new).hexdigest()} inventory.json\n"
        path.with_name(f"inventory.json.{algorithm}").write_text(sidecar)
    return True


@pytest.mark.soak
@pytest.mark.parametrize("code", MUTATIONS)
def test_a_known_fault_gives_its_code_in_every_good_object(code, tmp_path):
    tried = 0
    for name, (make, specs, *_) in GOOD.items():
        for spec in specs:
            folder = tmp_path / f"{name}-{spec}"
            make(folder, spec)
            if mutate(folder, MUTATIONS[code]):
                tried += 1
                assert code in {found.code for found in validate(folder).errors}, (name, spec)
    assert tried > 10
