"""FAULTS 35: a certificate revoked, expired, not yet valid or of no known issuer: each its verdict."""

import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from lantai.cli.main import main
from lantai.engines.sign.pades import SigningIdentity, check_pdf, sign_pdf
from tests.core.formats.test_pdf_signatures import a_page

NOW, DAY = dt.datetime.now(dt.UTC), dt.timedelta(days=1)
PEM = serialization.Encoding.PEM


def named(text):
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


class Authority:
    """An issuer that can date and revoke as it likes."""

    def __init__(self):
        self.key, self.name = ec.generate_private_key(ec.SECP256R1()), named("签发机构")
        self.certificate = self.issue(self.name, self.key.public_key(), authority=True)

    def issue(self, subject, public, first=NOW - 400 * DAY, last=NOW + DAY, *, authority=False):
        built = (
            x509.CertificateBuilder().subject_name(subject).issuer_name(self.name)
            .public_key(public).serial_number(x509.random_serial_number())
            .not_valid_before(first).not_valid_after(last)
            .add_extension(x509.BasicConstraints(authority, None), critical=True)
            .add_extension(x509.KeyUsage(True, True, False, False, False, authority, authority,
                                         False, False), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(
                self.key.public_key()), critical=False)
        )  # fmt: skip
        return built.sign(self.key, hashes.SHA256())

    def signer(self, **dates):
        """(identity, certificate) of somebody issued by this authority."""
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = self.issue(named("示例市档案馆"), key.public_key(), **dates)
        secret = key.private_bytes(
            PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return SigningIdentity(self.root, leaf.public_bytes(PEM), secret), leaf

    @property
    def root(self):
        return self.certificate.public_bytes(PEM)

    def revoking(self, *certificates):
        """The list of revoked certificates as a file."""
        built = x509.CertificateRevocationListBuilder().issuer_name(self.name)
        built = built.last_update(NOW - DAY).next_update(NOW + DAY)
        for one in certificates:
            row = x509.RevokedCertificateBuilder().serial_number(one.serial_number)
            built = built.add_revoked_certificate(row.revocation_date(NOW - DAY).build())
        return built.sign(self.key, hashes.SHA256()).public_bytes(PEM)


@pytest.fixture(scope="module")
def authority():
    return Authority()


def signed_by(identity):
    return sign_pdf(a_page(), identity, reason="出证", place="示例市")


def test_each_reason_has_its_own_verdict(authority):
    good, _ = authority.signer()
    bad, revoked = authority.signer()
    old, _ = authority.signer(first=NOW - 300 * DAY, last=NOW - 30 * DAY)
    early, _ = authority.signer(first=NOW + 30 * DAY, last=NOW + 300 * DAY)
    crl = [authority.revoking(revoked)]
    said = {
        name: check_pdf(signed_by(identity), [authority.root], crl)
        for name, identity in (("good", good), ("bad", bad), ("old", old), ("early", early))
    }
    assert {name: one.chain for name, one in said.items()} == {
        "good": "trusted", "bad": "revoked", "old": "expired", "early": "not-yet-valid",
    }  # fmt: skip
    assert all(one.intact and one.trusted == (name == "good") for name, one in said.items())
    assert all(one.problem_zh and one.problem_en for n, one in said.items() if n != "good")
    stranger, _ = Authority().signer()
    assert check_pdf(signed_by(stranger), [authority.root], crl).chain == "unknown-issuer"
    changed = signed_by(bad).replace(b"an ordinary page", b"an Ordinary page")
    assert not check_pdf(changed, [authority.root], crl).intact


def test_the_command_asks_the_list_off_line(authority, tmp_path, capsys):
    identity, certificate = authority.signer()
    paper, root, crl = tmp_path / "a.pdf", tmp_path / "root.pem", tmp_path / "a.crl"
    paper.write_bytes(signed_by(identity))
    root.write_bytes(authority.root)
    crl.write_bytes(authority.revoking(certificate))
    words = ["check", str(paper), "--signature", "--trust", str(root), "--json"]
    nowhere = ["--data", str(tmp_path / "nowhere")]
    assert main([*words, *nowhere]) == 0 and '"trusted"' in capsys.readouterr().out
    assert main([*words, "--crl", str(crl), *nowhere]) == 1
    assert '"revoked"' in capsys.readouterr().out
