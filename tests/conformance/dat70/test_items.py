"""Every recipe gives exactly the faults of cases.toml; every item is seen to pass and to fail."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from lantai.core.checks.messages import all_words
from lantai.core.checks.plan import plans
from lantai.core.checks.runner import check_path, checks

from .recipes import RECIPES

with Path(__file__).with_name("cases.toml").open("rb") as _stream:
    CASES = tomllib.load(_stream)


def _run(name: str, folder: Path):
    maker = RECIPES[name](folder / "Z109-2024-001")
    stage = CASES[name].get("stage", "transfer")
    return check_path(maker.path, stage, facts=maker.facts)


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_package_is_judged_as_the_table_says(name, tmp_path):
    case = CASES[name]
    report = _run(name, tmp_path)
    found: dict[str, str] = {}
    for finding in report.findings:
        if not finding.manual:
            found[f"{finding.check}.{finding.fault}"] = finding.severity
    assert found == case["faults"]
    assert report.verdict == case["verdict"]
    outcomes = {result.check: result.outcome.value for result in report.results}
    for outcome, items in case.get("outcomes", {}).items():
        assert {i: outcomes[i] for i in items} == dict.fromkeys(items, outcome)
    for finding in report.findings:
        assert finding.message_zh and finding.message_en and finding.next_zh and finding.next_en
        assert "?" not in finding.next_en


def test_every_recipe_stands_in_the_table():
    assert set(CASES) == set(RECIPES)


def test_every_item_that_software_judges_is_seen_to_pass_and_to_fail():
    passed = set(CASES["sound-with-all-facts"]["outcomes"]["pass"])
    failed = {
        fault.split(".")[0]
        for case in CASES.values()
        for fault, severity in case["faults"].items()
        if severity == "error" or fault.startswith("2-9")  # 2-9 only warns at transfer
    }
    judged = {key for key, check in checks().all().items() if check.kind != "manual"}
    assert judged == passed
    assert judged <= failed
    assert len(judged) == 35


def test_items_for_a_person_never_pass_without_evidence(tmp_path):
    report = _run("sound-package", tmp_path)
    outcomes = {r.check: r.outcome.value for r in report.results}
    for item in ("1-9", "3-7", "4-1", "4-2", "4-4", "4-5", "4-6", "4-7"):
        assert outcomes[item] in {"manual", "not-applicable"}


@pytest.mark.parametrize("stage", ["filing", "transfer", "preservation"])
def test_every_stage_of_the_document_plan_names_all_items(stage):
    plan = plans().get("document")
    assert set(plan.items) == set(checks().all())
    assert all(stage in severities for severities in plan.items.values())


def test_every_fault_weighed_by_a_plan_has_words():
    for plan in plans().all().values():
        for fault in plan.faults:
            assert fault in all_words(), (plan.id, fault)
