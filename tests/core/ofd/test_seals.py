"""Seals of either standard and key: intact, altered, trusted and not, each for its own reason."""

import json
import zipfile
from itertools import product

import pytest
from asn1crypto import pem

from lantai.cli.main import main
from lantai.core.ofd.document import OfdDocument
from lantai.core.ofd.trust import CertificateUnreadable, TrustList, read_trust
from tests.core.ofd.sealing import NOW, YEAR, Holder, seal_of, sealed_ofd


@pytest.fixture(scope="module")
def houses():
    """By kind of key: the authority, the maker of seals, the signer, somebody else."""
    made = {}
    for kind in ("sm2", "rsa"):
        root = Holder(kind, "示例根", ca=True)
        names = ("制章单位", "示例市档案馆", "别人")
        made[kind] = (root, *(Holder(kind, name, root) for name in names))
    return made


def judged(path, *trusted):
    with OfdDocument.open(path) as document:
        (found,) = document.signatures(TrustList(trusted))
    return found


@pytest.mark.parametrize(("version", "kind"), list(product((1, 4), ("sm2", "rsa"))))
def test_a_seal_is_intact_and_trusted_only_where_its_signer_or_authority_is_listed(
    version, kind, houses, tmp_path
):
    root, maker, signer, other = houses[kind]
    path = tmp_path / "a.ofd"
    seal = seal_of(version, maker, [signer.certificate], NOW + YEAR)
    sealed_ofd(path, version, signer, seal)
    found = judged(path)
    told = (found.verdict, found.value, found.seal_value, found.seal_signer, found.period)
    assert told == ("intact", "valid", "valid", "listed", "valid"), found.notes
    assert (found.seal_name, found.seal_version) == ("示例市档案馆印章", version)
    assert not found.trusted
    assert judged(path, signer.certificate).trusted
    assert judged(path, root.certificate).trusted
    assert not judged(path, other.certificate).trusted
    assert not judged(path, maker.certificate).trusted  # no authority, whatever it signed


@pytest.mark.parametrize("kind", ["sm2", "rsa"])
def test_what_was_changed_after_sealing_is_altered_and_never_trusted(kind, houses, tmp_path):
    root, maker, signer, _ = houses[kind]
    good, bad = tmp_path / "a.ofd", tmp_path / "b.ofd"
    sealed_ofd(good, 4, signer, seal_of(4, maker, [signer.certificate], NOW + YEAR))
    for member, mark in (("Content.xml", b"<ofd:Content>"), ("Signature.xml", b"<ofd:SignedInfo>")):
        with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
            for name in source.namelist():
                data = source.read(name)
                target.writestr(
                    name, data.replace(mark, mark + b" ") if name.endswith(member) else data
                )
        found = judged(bad, root.certificate)
        assert (found.verdict, found.trusted) == ("altered", False), member


def test_a_seal_used_by_one_it_does_not_name_or_after_its_term_is_not_trusted(houses, tmp_path):
    root, maker, signer, other = houses["sm2"]
    path = tmp_path / "a.ofd"
    sealed_ofd(path, 4, other, seal_of(4, maker, [signer.certificate], NOW + YEAR))
    found = judged(path, root.certificate)
    assert (found.verdict, found.seal_signer, found.trusted) == ("intact", "not-listed", False)
    sealed_ofd(path, 4, signer, seal_of(4, maker, [signer.certificate], NOW - YEAR / 2))
    found = judged(path, root.certificate)
    assert (found.verdict, found.seal_period, found.trusted) == ("intact", "expired", False)
    by_digest = seal_of(4, maker, [signer.certificate], NOW + YEAR, by_digest=True)
    sealed_ofd(path, 4, signer, by_digest)
    found = judged(path, root.certificate)
    assert (found.seal_signer, found.trusted) == ("listed", True)


def test_the_command_goes_by_the_certificates_it_is_given(houses, tmp_path, capsys, monkeypatch):
    root, maker, signer, _ = houses["rsa"]
    path, known = tmp_path / "a.ofd", tmp_path / "keys" / "trusted"
    sealed_ofd(path, 1, signer, seal_of(1, maker, [signer.certificate], NOW + YEAR))
    known.mkdir(parents=True)
    (tmp_path / "root.pem").write_bytes(pem.armor("CERTIFICATE", root.certificate))

    def told(*words):
        assert main(["ofd", "info", str(path), "--json", *words]) == 0
        (found,) = json.loads(capsys.readouterr().out)["signatures"]
        return found["verdict"], found["trusted"]

    monkeypatch.setenv("LANTAI_DATA", str(tmp_path))
    assert told() == ("intact", False)
    assert told("--trust", str(tmp_path / "root.pem")) == ("intact", True)
    (known / "root.cer").write_bytes(root.certificate)
    assert told() == ("intact", True)
    (known / "spoilt.cer").write_bytes(b"no certificate")
    assert main(["ofd", "info", str(path)]) == 2
    with pytest.raises(CertificateUnreadable):
        read_trust([known])
