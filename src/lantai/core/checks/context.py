"""What a check may ask while it runs: the package, the item, the file, the plan, the facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, ClassVar, Protocol

from lantai.core.checks.facts import CheckFacts
from lantai.core.checks.finding import Finding, NotApplicable, Property, Remark, Stage
from lantai.core.checks.messages import words_for
from lantai.core.checks.plan import Plan
from lantai.core.checks.reading import FileReading
from lantai.core.description.record_type import RecordType, record_type
from lantai.core.description.validation import Problem, validate_description
from lantai.core.packages.index import PackageIndex
from lantai.core.packages.package import Package, PackageFault, TransferFile, TransferItem
from lantai.core.packages.transfer.labels import label_of
from lantai.core.registry import UnknownId

DEFAULT_TYPE = "document"
_CHINA = timezone(timedelta(hours=8))


class CheckItem(Protocol):
    """What the context must know of the check that runs."""

    id: ClassVar[str]
    property: ClassVar[Property]
    name_zh: ClassVar[str]
    name_en: ClassVar[str]
    severity: ClassVar[str]
    words: ClassVar[Mapping[str, Mapping[str, str]]]

    def clause(self) -> str:
        """Where the item comes from."""
        ...


class _NoItem:
    """Before the first check runs."""

    id: ClassVar[str] = "0-0"
    property: ClassVar[Property] = Property.AUTHENTICITY
    name_zh: ClassVar[str] = ""
    name_en: ClassVar[str] = ""
    severity: ClassVar[str] = ""
    words: ClassVar[Mapping[str, Mapping[str, str]]] = {}

    def clause(self) -> str:
        """No item, no clause."""
        return ""


@dataclass
class Totals:
    """What the run has met so far."""

    items: int = 0
    files: int = 0
    bytes: int = 0


class CheckContext:
    """The run's present place; ``level`` is file, item or package."""

    def __init__(self, package: Package, stage: Stage, plan: Plan, facts: CheckFacts) -> None:
        self.package, self.stage, self.plan, self.facts = package, stage, plan, facts
        self.index: PackageIndex = package.index
        self.totals = Totals()
        self.level = "package"
        self.check: CheckItem = _NoItem()
        self.item: TransferItem = TransferItem(values={})
        self.file: TransferFile = TransferFile(path="")
        self.reading: FileReading | None = None
        self._typed: TransferItem | None = None
        self._validated: TransferItem | None = None
        self._type: RecordType = record_type(DEFAULT_TYPE)
        self._problems: list[Problem] = []
        self.today: date = facts.today or datetime.now(_CHINA).date()
        self.algorithms = tuple(sorted({"sm3", "sha512", *self.index.algorithms()}))

    @property
    def values(self) -> dict[str, str]:
        """The present item's values."""
        return self.item.values

    @property
    def has_metadata(self) -> bool:
        """Whether the profile carries metadata at all."""
        return self.package.has_metadata

    def parameter(self, name: str, default: Any) -> Any:
        """A parameter of the present check from the plan."""
        return self.plan.parameter(self.check.id, name, default)

    def label(self, name: str) -> str:
        """The Chinese name of an element."""
        return label_of(name) or name

    def record_type(self) -> RecordType:
        """The record type of the present item; documents 文书 for a class nobody knows."""
        if self._typed is not self.item:
            self._type = _type_of(self.values)
            self._typed = self.item
        return self._type

    def problems(self, codes: frozenset[str]) -> list[Problem]:
        """What validation of the present item's description says, of these codes."""
        if self._validated is not self.item:
            self._problems = validate_description(self.record_type(), self.values)
            self._validated = self.item
        return [problem for problem in self._problems if problem.code in codes]

    def by_evidence(self, fault: str) -> Iterator[Remark]:
        """Judge by what a person entered for the present check, or leave it to a person."""
        evidence = self.facts.evidence.get(self.check.id)
        if evidence is None:
            yield self.manual(fault)
        elif not evidence.passed:
            yield self.finding("evidence-against", note=evidence.note, by=evidence.by)

    def by_carrier_evidence(self) -> Iterator[Remark]:
        """As `by_evidence`; handed over on line there is no carrier to judge."""
        if self.facts.carrier == "online" and self.check.id not in self.facts.evidence:
            yield NotApplicable("handed over on line")
        else:
            yield from self.by_evidence("needs-person")

    def faults(self, *codes: str) -> Iterable[PackageFault]:
        """The reader's faults of these codes: the item's at item level, else the package's."""
        known = self.item.faults if self.level == "item" else self.package.faults
        return [fault for fault in known if fault.code in codes]

    def finding(self, fault: str, path: str = "", **values: Any) -> Finding:
        """A finding of the present check, with severity by the plan and words by its code."""
        return self._made(fault, path, self._severity(fault), False, values)

    def manual(self, fault: str, path: str = "", **values: Any) -> Finding:
        """A finding left to a person 待人工."""
        return self._made(fault, path, "info", True, values)

    def _severity(self, fault: str) -> str:
        own = self.check.severity if self.check.id not in self.plan.items else ""
        return own or self.plan.severity(self.check.id, fault, self.stage)

    def _made(
        self, fault: str, path: str, severity: str, manual: bool, values: dict[str, Any]
    ) -> Finding:
        where = path or self._here()
        code = self.item.reference_code if self.level != "package" else ""
        words = words_for(
            self.check.id, fault,
            {"path": where, "code": code, "name": self.check.name_zh,
             "name_en": self.check.name_en, **values},
            self.check.words,
        )  # fmt: skip
        return Finding(
            code=f"{self.stage.prefix}-{self.check.id}",
            property=self.check.property.value,
            clause=self.check.clause(),
            severity=severity,
            path=where,
            message_zh=words.zh,
            message_en=words.en,
            next_zh=words.next_zh,
            next_en=words.next_en,
            check=self.check.id,
            fault=fault,
            reference_code=code,
            manual=manual,
        )

    def _here(self) -> str:
        if self.level == "file":
            return self.file.path
        if self.level == "item":
            return self.item.metadata_path or self.item.folder or self.item.name
        return ""


def _type_of(values: dict[str, str]) -> RecordType:
    try:
        return record_type(values.get("record_class") or DEFAULT_TYPE, values.get("class2", ""))
    except UnknownId:
        return record_type(DEFAULT_TYPE)
