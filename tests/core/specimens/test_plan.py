"""The play: each record in one place, good packages whole, faulty ones faulty in one way."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from lantai.core.checks.runner import check_path
from lantai.core.identifiers import ReferenceCode, sequences
from lantai.core.specimens.packages import FAULTS, UnknownFault, build_package
from lantai.core.specimens.plan import plan
from lantai.core.specimens.records import records
from lantai.core.text import to_simplified

PLAN = plan()


def test_a_record_lies_at_an_office_or_in_one_package() -> None:
    places = Counter(r.id for office in PLAN.office_files for r in office.records)
    places.update(r.id for package in PLAN.packages for r in package.records)
    assert set(places) == {r.id for r in records()}
    assert set(places.values()) == {1}


def test_each_unit_has_unfiled_documents() -> None:
    assert {office.unit for office in PLAN.office_files} == {"civil", "land", "education"}


def test_good_packages_hold_whole_number_ranges() -> None:
    for package in PLAN.packages:
        codes = [ReferenceCode.parse(r.values["reference_code"]) for r in package.records]
        assert all(report.continuous for report in sequences(codes).values()), package.id


def test_at_least_six_packages_are_faulty_each_in_its_own_way() -> None:
    faults = [package.fault for package in PLAN.packages_for("faulty")]
    assert len(faults) == len(set(faults)) >= 6
    assert set(faults) <= set(FAULTS)


def test_every_record_under_review_has_two_opinions_and_a_ground_when_delayed() -> None:
    opinions = [opinion for batch in PLAN.reviews for opinion in batch.opinions]
    assert len(opinions) >= 50
    assert all(opinion.first and opinion.second for opinion in opinions)
    assert all(bool(o.ground) == (o.conclusion != "开放") for o in opinions)
    assert any(opinion.dispute for opinion in opinions)


def test_published_opinions_agree_with_the_state_a_record_is_in() -> None:
    published = [o for b in PLAN.reviews if b.stage == "published" for o in b.opinions]
    assert all((o.record.state == "open") == (o.conclusion == "开放") for o in published)


def test_a_review_opens_only_what_is_old_enough() -> None:
    assert all(o.record.values["date"] <= "20011122" for b in PLAN.reviews for o in b.opinions)


def test_a_request_leads_to_a_record_that_names_the_applicant() -> None:
    for request in PLAN.requests:
        name = (
            request.values["clues"].get("husband") or request.values["clues"].get("name") or "洪水"
        )
        if request.record:
            text = request.record.body + request.record.title
            assert name in text or name in to_simplified(text), request.id


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packages")
    for package in PLAN.packages_for("faulty"):
        build_package(package, folder)
    return folder


@pytest.mark.parametrize("package", PLAN.packages_for("faulty"), ids=lambda p: p.fault)
def test_a_package_without_its_fault_is_found_better_than_with_it(
    package, built: Path, tmp_path: Path
) -> None:
    good = build_package(replace(package, fault=""), tmp_path)
    assert _errors(built / package.id) - _errors(good), package.fault


@pytest.mark.parametrize("package", PLAN.packages_for("waiting"), ids=lambda p: p.id)
def test_a_good_package_has_no_error(package, tmp_path: Path) -> None:
    report = check_path(build_package(package, tmp_path))
    assert not [f for f in report.findings if str(f.severity) == "error"], report.findings


def test_an_unknown_fault_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    package = replace(PLAN.packages_for("faulty")[0], fault="nonsense")
    with pytest.raises(UnknownFault):
        build_package(package, tmp_path)
    assert not list(tmp_path.iterdir())


def _errors(folder: Path) -> set[tuple[str, str]]:
    return {(finding.code, finding.message_zh) for finding in check_path(folder).findings}
