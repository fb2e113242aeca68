"""The play 演示安排: who holds which records, which packages are faulty, what is asked for."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import Any

from lantai.core.specimens.records import WORLD, Specimen, load_world, old_enough, records

DEPOSITED = ("deposited", "due", "under_review", "open", "delayed", "controlled")
MOST_IN_PACKAGE = 60


@dataclass(frozen=True)
class OfficeFiles:
    """Unfiled electronic documents 待归档文件 lying at a unit."""

    unit: str
    records: tuple[Specimen, ...]


@dataclass(frozen=True)
class PlannedPackage:
    """One transfer package; ``purpose`` is ``deposit`` (taken in), ``waiting`` or ``faulty``.

    ``sender`` is the id of an institution; ``fault`` the recipe's id, empty for a good one.
    """

    id: str
    sender: str
    fonds: str
    work_name: str
    purpose: str
    records: tuple[Specimen, ...]
    fault: str = ""
    note: str = ""


@dataclass(frozen=True)
class Opinion:
    """What two reviewers say of one record."""

    record: Specimen
    conclusion: str
    ground: str
    first: str
    second: str
    dispute: bool


@dataclass(frozen=True)
class ReviewBatch:
    """One batch of opening review 开放审核批次 and how far the loader plays it (``stage``)."""

    id: str
    title: str
    year: int
    stage: str
    first_reviewer: str
    second_reviewer: str
    approver: str
    opinions: tuple[Opinion, ...]


@dataclass(frozen=True)
class CitizenRequest:
    """A request 查档申请; ``record`` is None where nothing is to be found."""

    id: str
    values: dict[str, Any]
    record: Specimen | None
    outcome: str


@dataclass(frozen=True)
class Plan:
    """All of it. A record is at an office, or in exactly one package."""

    office_files: tuple[OfficeFiles, ...]
    packages: tuple[PlannedPackage, ...]
    reviews: tuple[ReviewBatch, ...]
    requests: tuple[CitizenRequest, ...] = field(default=())

    def packages_for(self, purpose: str) -> tuple[PlannedPackage, ...]:
        """The packages of one purpose."""
        return tuple(package for package in self.packages if package.purpose == purpose)


@cache
def plan() -> Plan:
    """The demonstration's plan, the same in every run."""
    everything = records()
    by_id = {record.id: record for record in everything}
    faulty = _faulty(everything)
    taken = {record.id for package in faulty for record in package.records}
    rest = [record for record in everything if record.id not in taken]
    offices = [record for record in rest if record.state == "filed_only"]
    packages = [
        *_grouped([r for r in rest if r.state in DEPOSITED], "deposit"),
        *_grouped([r for r in rest if r.state == "in_transfer"], "waiting"),
        *faulty,
    ]
    return Plan(
        tuple(
            OfficeFiles(_unit(fonds), tuple(group))
            for fonds, group in groupby(offices, key=lambda r: r.values["fonds"])
        ),
        tuple(packages),
        tuple(_batches(everything)),
        tuple(
            CitizenRequest(
                data["id"],
                {k: v for k, v in data.items() if k not in ("id", "record", "outcome")},
                by_id[data["record"]] if data["record"] else None,
                data["outcome"],
            )
            for data in _read("requests.toml")["request"]
        ),
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((WORLD / name).read_text("utf-8"))


def _unit(fonds: str) -> str:
    """The institution that sends for a fonds; old fonds lie at the archives already."""
    for institution in load_world()["institution"]:
        if institution.get("fonds") == fonds:
            return str(institution["id"])
    return "archives"


def _grouped(held: list[Specimen], purpose: str) -> list[PlannedPackage]:
    """Good packages by fonds and class, whole 档号 scopes together."""
    packages = []
    key = lambda r: (r.values["fonds"], r.values["record_class"])  # noqa: E731 – used once
    for (fonds, record_class), members in groupby(sorted(held, key=key), key=key):
        for number, part in enumerate(_parts(list(members)), 1):
            name = f"{fonds}-{record_class}-{'ZC' if purpose == 'deposit' else 'YJ'}{number:02d}"
            packages.append(
                PlannedPackage(name, _unit(fonds), fonds, _work_name(part), purpose, tuple(part))
            )
    return packages


def _parts(members: list[Specimen]) -> list[list[Specimen]]:
    parts: list[list[Specimen]] = [[]]
    members.sort(key=lambda r: r.values["reference_code"])
    for _, scope in groupby(members, key=lambda r: r.scope):
        group = list(scope)
        if parts[-1] and len(parts[-1]) + len(group) > MOST_IN_PACKAGE:
            parts.append([])
        parts[-1] += group
    return parts


def _work_name(part: list[Specimen]) -> str:
    years = sorted(record.values["year"] for record in part)
    label = load_world()["classes"][part[0].values["record_class"]]
    span = years[0] if years[0] == years[-1] else f"{years[0]}—{years[-1]}"
    return f"{part[0].values['creating_unit']}{span}年{label}档案移交"


def _faulty(everything: tuple[Specimen, ...]) -> list[PlannedPackage]:
    packages = []
    for number, data in enumerate(_read("faults.toml")["package"], 1):
        members = tuple(r for r in everything if r.scope == data["scope"])
        fonds = members[0].values["fonds"]
        packages.append(
            PlannedPackage(
                f"{fonds}-TH{number:02d}",
                _unit(fonds),
                fonds,
                _work_name(list(members)),
                "faulty",
                members,
                data["fault"],
                data["note"],
            )
        )
    return packages


def _batches(everything: tuple[Specimen, ...]) -> list[ReviewBatch]:
    data = _read("opening.toml")
    batches = []
    for batch in data["batch"]:
        members = [
            r
            for r in everything
            if r.state in batch["states"] and r.values["fonds"] in batch["fonds"] and old_enough(r)
        ]
        members.sort(key=lambda r: (batch["states"].index(r.state), r.seed))
        opinions = [
            _opinion(record, data["opinion"]) for record in _spread(members, batch["limit"])
        ]
        fields = {
            name: batch[name]
            for name in (
                "id",
                "title",
                "year",
                "stage",
                "first_reviewer",
                "second_reviewer",
                "approver",
            )
        }
        batches.append(ReviewBatch(**fields, opinions=tuple(opinions)))
    return batches


def _spread(members: list[Specimen], limit: int) -> list[Specimen]:
    step = max(1, len(members) // limit)
    return members[::step][:limit]


def _opinion(record: Specimen, rules: list[dict[str, Any]]) -> Opinion:
    text = record.title + record.body
    for rule in rules:
        words, classes = rule.get("words", []), rule.get("classes", [])
        if not _agrees(record.state, rule["conclusion"]):
            continue
        if classes and record.values["record_class"] not in classes:
            continue
        if rule.get("secrecy") and record.values["secrecy"] not in rule["secrecy"]:
            continue
        if words and not any(word in text for word in words):
            continue
        return Opinion(
            record,
            rule["conclusion"],
            rule["ground"],
            rule["opinion"],
            rule["second"],
            rule.get("dispute", False),
        )
    raise LookupError("opening.toml has no opinion for every record")


def _agrees(state: str, conclusion: str) -> bool:
    """Whether a review that concludes so leaves the record in the state it is in now."""
    if state == "open":
        return conclusion == "开放"
    return state not in ("delayed", "controlled") or conclusion != "开放"
