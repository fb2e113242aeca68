"""Our BagIt judge on the suite, on its bags made anew, and beside the Library of Congress's own."""

import logging

import bagit
import pytest

from lantai.core.packages.bag import validate_bag
from tests.conformance.bagit_fixtures import INVALID, VALID, WARNING
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


def oracle(path):
    """What bagit-python says; it raises many kinds for bags it can not read."""
    logging.disable(logging.CRITICAL)
    try:
        return bagit.Bag(str(path)).is_valid()
    except Exception:
        return False
    finally:
        logging.disable(logging.NOTSET)


ORACLE_PASSES_IT = {
    "bagit_with_invalid_whitespace",
    "missing_from_one_of_two_manifests",
    *(f"out-of-scope-windows_{kind}-for-fetch" for kind in ("absolute_path", "shortcut", "unc")),
    *(f"v0.9{n}-{kind}" for n in "3456" for kind in ("corrupt_tag_file", "missing_baginfo")),
}
"""What bagit-python 1.9 lets pass: it does not look into tag manifests before 0.97, at paths of
other systems in fetch.txt, or at payload that only one of two manifests lists."""

ORACLE_REFUSES_IT = {
    "bag_with_space",  # strips the spaces a name begins or ends with
    "name_with_newline_and_percent",  # does not decode %25
    "same_filename_here_once_listed_twice_with_different_normalization",
    "filename_normalization",
}


def named(name, table):
    return name in table or name.split("-", 1)[1] in table


@pytest.mark.parametrize("name", VALID)
def test_a_valid_bag_made_anew_is_accepted_by_both(tmp_path, name):
    VALID[name](tmp_path)
    assert validate_bag(tmp_path).errors == []
    assert oracle(tmp_path) == (not named(name, ORACLE_REFUSES_IT))


@pytest.mark.parametrize("name", INVALID)
def test_an_invalid_bag_made_anew_is_refused(tmp_path, name):
    INVALID[name](tmp_path)
    assert not validate_bag(tmp_path).valid
    assert oracle(tmp_path) == named(name, ORACLE_PASSES_IT)


@pytest.mark.parametrize("name", WARNING)
def test_a_bag_of_the_warning_kind_is_valid_with_a_word(tmp_path, name):
    WARNING[name](tmp_path)
    verdict = validate_bag(tmp_path)
    assert verdict.errors == []
    assert {found.code for found in verdict.warnings} - {"6-weak"}
    assert oracle(tmp_path) == (not named(name, ORACLE_REFUSES_IT))
