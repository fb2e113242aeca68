import bagit
import pytest

from lantai.core.packages.bag import validate_bag
from tests.shared_data import shared_data

SUITE = shared_data("bagit-conformance")


def bags(kind):
    found = SUITE.glob(f"*/{kind}/*/") if SUITE else ()
    return sorted(path for path in found if path.is_dir())


@pytest.mark.skipif(SUITE is None, reason="the BagIt suite is not here")
@pytest.mark.parametrize("path", bags("valid"), ids=lambda path: path.name)
def test_valid_bags_are_accepted(path):
    verdict = validate_bag(path)
    assert verdict.valid, verdict.errors


@pytest.mark.skipif(SUITE is None, reason="the BagIt suite is not here")
@pytest.mark.parametrize("path", bags("invalid"), ids=lambda path: path.name)
def test_invalid_bags_are_refused(path):
    assert not validate_bag(path).valid


@pytest.fixture
def bag(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "甲.txt").write_text("一")
    (tmp_path / "b" / "乙.txt").write_text("二")
    bagit.make_bag(str(tmp_path / "b"), checksums=["sha512", "sm3"])
    return tmp_path / "b"


def codes(path):
    return {found.code for found in validate_bag(path).errors}


def test_a_bag_with_sm3_is_valid_and_its_damage_found(bag):
    assert validate_bag(bag).valid
    (bag / "data" / "甲.txt").write_text("壹")
    assert codes(bag) == {"3-digest"}


def test_missing_extra_doubled_and_escaping_are_each_named(bag):
    (bag / "data" / "乙.txt").unlink()
    (bag / "data" / "丙.txt").write_text("二")
    with (bag / "manifest-sm3.txt").open("a") as stream:
        stream.write("0" * 64 + "  ../outside\n" + "0" * 64 + "  data/甲.txt\nrubbish\n")
    found = codes(bag)
    assert {"3-missing", "3-unlisted", "2.1.3-scope", "2.1.3-duplicate", "2.1.3-manifest"} <= found


def test_upper_case_digests_and_the_wrong_length(bag):
    path = bag / "manifest-sha512.txt"
    digest = path.read_text().split()[0]
    path.write_text(path.read_text().replace(digest, digest.upper()))
    (bag / "tagmanifest-sha512.txt").unlink()
    (bag / "tagmanifest-sm3.txt").unlink()
    assert validate_bag(bag).valid
    path.write_text(path.read_text().replace(digest.upper(), "ab12"))
    assert "2.1.3-manifest" in codes(bag)


def test_a_link_in_a_bag_is_refused(bag):
    (bag / "data" / "链").symlink_to("/etc/passwd")
    assert "6-link" in codes(bag)
