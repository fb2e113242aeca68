"""Every recipe gives exactly the faults of cases.toml; every item is seen to pass and to fail."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from lantai.core.checks.messages import all_words
from lantai.core.checks.plan import plans
from lantai.core.checks.runner import check_path, checks

from .class_recipes import RECIPES
from .writing import write_corpus

with Path(__file__).with_name("cases.toml").open("rb") as _stream:
    CASES = tomllib.load(_stream)


STAGES = ("filing", "transfer", "preservation")


def _at(stage: str, told: str | list[str]) -> str:
    """What a word of the table, or a list of three, says of a stage."""
    return told if isinstance(told, str) else told[STAGES.index(stage)]


def _expected(name: str, stage: str) -> tuple[str, dict[str, str]]:
    """The verdict and the faults of a package at a stage."""
    case = CASES[name]
    faults = {fault: _at(stage, told) for fault, told in case["faults"].items()}
    return _at(stage, case["verdict"]), {f: severity for f, severity in faults.items() if severity}


def _found(report) -> tuple[str, dict[str, str]]:
    faults = {f"{one.check}.{one.fault}": one.severity for one in report.findings if not one.manual}
    return report.verdict, faults


def _run(name: str, folder: Path, stage: str = "transfer"):
    maker = RECIPES[name](folder / "Z109-2024-001")
    return check_path(maker.path, stage, facts=maker.facts)


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_package_is_judged_as_the_table_says(name, tmp_path):
    case = CASES[name]
    report = _run(name, tmp_path)
    assert _found(report) == _expected(name, "transfer")
    assert report.plan == case.get("plan", "document")
    outcomes = {result.check: result.outcome.value for result in report.results}
    for outcome, items in case.get("outcomes", {}).items():
        assert {i: outcomes[i] for i in items} == dict.fromkeys(items, outcome)
    for finding in report.findings:
        assert finding.message_zh and finding.message_en and finding.next_zh and finding.next_en
        assert "?" not in finding.next_en


def _differing(stage: str) -> list[str]:
    return [n for n in sorted(CASES) if _expected(n, stage) != _expected(n, "transfer")]


CHANGED = [(name, stage) for stage in ("filing", "preservation") for name in _differing(stage)]
ALL = [(name, stage) for stage in ("filing", "preservation") for name in sorted(CASES)]


@pytest.mark.parametrize(("name", "stage"), CHANGED)
def test_a_package_is_judged_by_its_stage(name, stage, tmp_path):
    assert _found(_run(name, tmp_path, stage)) == _expected(name, stage)


@pytest.mark.soak
@pytest.mark.parametrize(("name", "stage"), sorted(set(ALL) - set(CHANGED)))
def test_a_package_is_judged_alike_at_another_stage(name, stage, tmp_path):
    assert _found(_run(name, tmp_path, stage)) == _expected(name, stage)


def test_every_recipe_stands_in_the_table():
    assert set(CASES) == set(RECIPES)


def test_the_corpus_can_be_written_for_others(tmp_path):
    """Packages in folders, and what must be said of each where no facts are needed from outside."""
    names = ["sound-package", "wrong-digest", "voucher-sound", "virus-by-engine"]
    told = write_corpus(tmp_path / "corpus", names)
    assert [name for name in names if told[name]["facts"]] == ["virus-by-engine"]
    for name in names:
        if not told[name]["facts"]:
            report = check_path(tmp_path / "corpus" / name / "Z109-2024-001", "transfer")
            assert report.verdict == told[name]["transfer"]["verdict"]


OPTIONAL = {  # what DA/T 70 leaves to settings (○) and the plan makes a warning
    "filing": {"1-12"},
    "transfer": {"2-9"},
    "preservation": {
        *(f"1-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 12, 13)),
        *(f"2-{n}" for n in (1, 2, 3, 4, 5, 6, 9, 10)),
        "4-3",
    },
}


@pytest.mark.parametrize("stage", STAGES)
def test_every_item_that_software_judges_is_seen_to_pass_and_to_fail(stage):
    passed = set(CASES["sound-with-all-facts"]["outcomes"]["pass"])
    failed, warned = set(), set()
    for name in CASES:
        for fault, severity in _expected(name, stage)[1].items():
            (failed if severity == "error" else warned).add(fault.split(".")[0])
    judged = {key for key, check in checks().all().items() if check.kind != "manual"}
    assert judged == passed and len(judged) == 35
    assert judged <= failed | warned
    assert judged - failed == OPTIONAL[stage]


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
