"""What a check may say: findings 检测发现, outcomes 检测结论, and the words they use."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Property(StrEnum):
    """The four properties 四性, in the order of the standard's first number."""

    AUTHENTICITY = "authenticity"
    INTEGRITY = "integrity"
    USABILITY = "usability"
    SECURITY = "security"

    @property
    def label_zh(self) -> str:
        """真实性, 完整性, 可用性, 安全性."""
        return {"authenticity": "真实性", "integrity": "完整性", "usability": "可用性"}.get(
            self.value, "安全性"
        )


class Stage(StrEnum):
    """The three stages 环节; the standard's letters stand before an item's number."""

    FILING = "filing"
    TRANSFER = "transfer"
    PRESERVATION = "preservation"

    @property
    def prefix(self) -> str:
        """GD 归档, YJ 移交与接收, CQ 长期保存 (the last by our own choice: STANDARDS §5.1)."""
        return {"filing": "GD", "transfer": "YJ"}.get(self.value, "CQ")

    @property
    def label_zh(self) -> str:
        """归档, 移交与接收, 长期保存."""
        return {"filing": "归档", "transfer": "移交与接收"}.get(self.value, "长期保存")


class Outcome(StrEnum):
    """The five outcomes 检测结论."""

    PASS = "pass"  # noqa: S105 – a verdict
    WARNING = "warning"
    FAIL = "fail"
    MANUAL = "manual"
    NOT_APPLICABLE = "not-applicable"

    @property
    def label_zh(self) -> str:
        """通过, 警告, 不通过, 待人工, 不适用."""
        return {
            "pass": "通过", "warning": "警告", "fail": "不通过", "manual": "待人工",
        }.get(self.value, "不适用")  # fmt: skip


_WEIGHT = {
    Outcome.NOT_APPLICABLE: 0, Outcome.PASS: 1, Outcome.MANUAL: 2, Outcome.WARNING: 3,
    Outcome.FAIL: 4,
}  # fmt: skip


def worst(first: Outcome, second: Outcome) -> Outcome:
    """The graver of two outcomes; what was judged outweighs what does not apply."""
    return max(first, second, key=_WEIGHT.__getitem__)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found wanting, or left to a person (``manual``), and what to do next.

    ``code`` as shown (`YJ-1-1`), ``check`` the item (`1-1`), ``fault`` the kind of fault
    (`digest-differs`), ``severity`` error, warning or info; ``path`` relative to the package.
    """

    code: str
    property: str
    clause: str
    severity: str
    path: str
    message_zh: str
    message_en: str
    next_zh: str
    next_en: str
    check: str = ""
    fault: str = ""
    reference_code: str = ""
    manual: bool = False


def outcome_of(finding: Finding) -> Outcome:
    """What a finding makes of the item checked."""
    if finding.manual:
        return Outcome.MANUAL
    return {"error": Outcome.FAIL, "warning": Outcome.WARNING}.get(finding.severity, Outcome.PASS)


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The check has nothing to judge here 不适用; never a pass."""

    reason: str = ""


Remark = Finding | NotApplicable
