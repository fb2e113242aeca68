"""What is claimed: by definitions on any floor's shelves, and by the floors' ``covers.toml``."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DESKS = {
    "registers": ("test_register_definitions.py", "test_a_register_works_as_its_people"),
    "cases": ("test_case_definitions.py", "test_a_case_works_as_its_people"),
    "evaluations": ("test_evaluation_definitions.py", "test_an_evaluation_works_as_its_people"),
    "returns": ("test_return_definitions.py", "test_a_return_works_as_its_people"),
}
WORKS, PARTLY, NOT_YET = "works", "partly", "not_yet"
KEPT = "kept"  # a register keeps the data of a workflow or a system that nothing carries yet
KEPT_ZH = "台账已建，办理环节尚未由系统承担"
KEPT_EN = "its register is kept; the steps of the work are not carried yet"
#: cases with a feature of their own are shown by that feature's tests
OWN_TESTS = {
    "data_sharing": "tests/access/test_sharing.py::test_a_set_is_offered_asked_for_granted_used_and_ended",
    "opening_review": "tests/access/opening/test_review.py::test_the_whole_path_from_plan_to_publication_by_five_people",
    "request": "tests/access/test_requests.py::test_a_citizen_and_the_reading_room_walk_the_whole_way_by_pages",
}  # fmt: skip


@dataclass(frozen=True)
class Claim:
    """Somebody says a system works, or works in part, and names the tests."""

    system: str
    state: str
    by: str
    tests: tuple[str, ...]
    missing_zh: str = ""
    missing_en: str = ""


@dataclass
class Covered:
    """One system with all that is claimed about it."""

    id: str
    zh: str
    en: str
    claims: list[Claim] = field(default_factory=list)

    @property
    def state(self) -> str:
        """A word that something is missing weighs more than a claim that all works.

        A register alone makes a register 库 work; of anything else it is a part.
        """
        states = {claim.state for claim in self.claims}
        if PARTLY in states or states == {KEPT}:
            return PARTLY
        return WORKS if WORKS in states else NOT_YET


def definition_claims() -> list[Claim]:
    """From ``covers`` of every definition file of the four desks."""
    found = []
    for desk, (file, test) in DESKS.items():
        for path in sorted(ROOT.glob(f"*/{desk}/*.toml")):
            data = tomllib.loads(path.read_text(encoding="utf-8"))
            key = str(data.get("id", path.stem))
            shown = OWN_TESTS.get(key, f"tests/foundation/{file}::{test}[{key}]")
            where = f"{path.parent.parent.name}/{desk}/{path.name}"
            found += [_defined(s, desk, where, shown) for s in data.get("covers", [])]
    return found


def _defined(system: str, desk: str, where: str, shown: str) -> Claim:
    if desk != "registers" or systems().get(system, {}).get("kind") == "register":
        return Claim(system, WORKS, where, (shown,))
    return Claim(system, KEPT, where, (shown,), KEPT_ZH, KEPT_EN)


def feature_claims() -> list[Claim]:
    """From ``covers.toml`` of any floor or feature."""
    found = []
    for path in sorted(ROOT.rglob("covers.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        where = str(path.parent.relative_to(ROOT))
        for row in data.get("claim", []):
            for system in row["systems"]:
                found.append(
                    Claim(system, row.get("state", WORKS), where, tuple(row.get("tests", ())),
                          row.get("missing_zh", ""), row.get("missing_en", ""))
                )  # fmt: skip
    return found


@cache
def systems() -> dict[str, dict[str, str]]:
    """S001–S196 with their names."""
    return tomllib.loads(Path(__file__).with_name("systems.toml").read_text(encoding="utf-8"))


def coverage() -> list[Covered]:
    """Every system in order, with its claims."""
    rows = {key: Covered(key, row["zh"], row["en"]) for key, row in systems().items()}
    for claim in [*definition_claims(), *feature_claims()]:
        if claim.system in rows:
            rows[claim.system].claims.append(claim)
    return list(rows.values())


def tally(rows: list[Covered]) -> dict[str, Any]:
    """How many in each state."""
    counts = Counter(row.state for row in rows)
    return {state: counts.get(state, 0) for state in (WORKS, PARTLY, NOT_YET)}
