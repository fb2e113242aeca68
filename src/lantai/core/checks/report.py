"""The report 检测报告: verdict, counts, findings, and a line an item of the plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lantai.core.checks.finding import Finding, Outcome

MESSAGES = {"zh", "en", "both"}


@dataclass(slots=True)
class CheckResult:
    """One item of the plan: its graver outcome over all records, and how many had which."""

    check: str
    code: str
    property: str
    name_zh: str
    name_en: str
    kind: str
    outcome: Outcome = Outcome.NOT_APPLICABLE
    counts: dict[str, int] = field(default_factory=dict)
    reason: str = ""


@dataclass(slots=True)
class CheckReport:
    """What a run found. ``findings`` are the first of each item; ``counts`` count them all."""

    verdict: str
    profile: str
    stage: str
    counts: dict[str, Any]
    findings: list[Finding]
    results: list[CheckResult]
    package: str = ""
    plan: str = ""
    plan_version: str = ""

    def to_json(self, language: str = "both") -> dict[str, Any]:
        """The document of DESIGN §6 with the plan it went by; ``language`` zh, en, or both (Chinese / English)."""
        return {
            "verdict": self.verdict,
            "profile": self.profile,
            "stage": self.stage,
            "plan": self.plan,
            "plan_version": self.plan_version,
            "counts": self.counts,
            "findings": [
                {
                    "code": f.code,
                    "property": f.property,
                    "clause": f.clause,
                    "severity": f.severity,
                    "path": f.path,
                    "message": _said(f.message_zh, f.message_en, language),
                    "next": _said(f.next_zh, f.next_en, language),
                }
                for f in self.findings
            ],
        }


def unreadable_report(package: str, stage: str, profile: str, reason: str) -> CheckReport:
    """The report of a path that is no package; the reason is "中文 / English"."""
    zh, _, en = reason.partition(" / ")
    finding = Finding(
        code="unreadable", property="usability", clause="DA/T 70-2018 3-1", severity="error",
        path=package, message_zh=zh, message_en=en or zh,
        next_zh="确认路径和信息包是否完整，重新制作或重新上传后再检测",
        next_en="make sure the path and the package are whole, then check again",
    )  # fmt: skip
    counts = {"items": 0, "files": 0, "bytes": 0, "errors": 1, "warnings": 0, "checks": 0}
    return CheckReport("unreadable", profile, stage, counts, [finding], [], package)


def _said(zh: str, en: str, language: str) -> str:
    if language == "zh" or (language == "both" and zh == en):
        return zh
    return en if language == "en" else f"{zh} / {en}"
