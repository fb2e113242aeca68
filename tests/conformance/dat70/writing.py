"""Writes the corpus out for other programs: ``python -m tests.conformance.dat70.writing FOLDER``.

``<name>/Z109-2024-001`` is a transfer package; ``expected.json`` says what must be found in each, stage
by stage, and whether that needs facts from outside the package (the register, the catalogue…).
"""

from __future__ import annotations

import json
import shutil
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

from lantai.core.checks.facts import CheckFacts

from .class_recipes import RECIPES
from .maker import TODAY

STAGES = ("filing", "transfer", "preservation")


def write_corpus(folder: Path, names: Iterable[str] = ()) -> dict[str, Any]:
    """Write these packages (all by default) and what must be said of them."""
    with Path(__file__).with_name("cases.toml").open("rb") as stream:
        cases = tomllib.load(stream)
    told = {name: _written(folder / name, name, cases[name]) for name in names or sorted(cases)}
    text = json.dumps(told, ensure_ascii=False, indent=1)
    (folder / "expected.json").write_text(text + "\n", "utf-8")
    return told


def _written(folder: Path, name: str, case: dict[str, Any]) -> dict[str, Any]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    maker = RECIPES[name](folder / "Z109-2024-001")
    facts = {key for key in _FACTS if getattr(maker.facts, key) != getattr(_NO_FACTS, key)}
    said: dict[str, Any] = {"plan": case.get("plan", "document"), "facts": sorted(facts)}
    for number, stage in enumerate(STAGES):
        at = {fault: _at(number, severity) for fault, severity in case["faults"].items()}
        faults = {fault: severity for fault, severity in at.items() if severity}
        said[stage] = {"verdict": _at(number, case["verdict"]), "faults": faults}
    return said


def _at(number: int, told: str | list[str]) -> str:
    return told if isinstance(told, str) else told[number]


_NO_FACTS = CheckFacts(today=TODAY)
_FACTS = [one.name for one in fields(CheckFacts)]


if __name__ == "__main__":
    print(len(write_corpus(Path(sys.argv[1]))), "packages")
