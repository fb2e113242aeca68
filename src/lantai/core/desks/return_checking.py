"""Checking a form 审核: what was written becomes figures, formulas are worked out, rules asked."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lantai.core.desks.expressions import Expression, ExpressionError, compile_expression
from lantai.core.desks.return_definition import (
    CHECK_FUNCTIONS,
    LAST,
    Check,
    Indicator,
    ReturnDefinition,
)
from lantai.core.desks.return_reading import FUNCTION_NAMES
from lantai.core.text import strip_controls

LARGEST = 10**15
LONGEST_TEXT = 2_000
Values = dict[str, Any]  # code → number or text; what is empty is not there


@dataclass(frozen=True)
class Finding:
    """What is wrong with a form, or odd: which rule, how grave, which cells."""

    code: str
    severity: str
    message_zh: str
    message_en: str
    cells: tuple[str, ...] = ()


def read_cells(
    definition: ReturnDefinition, given: Mapping[str, Any]
) -> tuple[Values, list[Finding]]:
    """(values, findings) of what was written into a form; formulas' cells are not read."""
    values: Values = {}
    findings: list[Finding] = []
    for code, raw in given.items():
        one = definition.by_code.get(code)
        if one is None:
            findings.append(_finding("unknown", f"没有指标 {code[:40]}", "no such indicator", ""))
        elif not one.formula and raw not in ("", None):
            try:
                values[code] = _read(one, raw)
            except ValueError as wrong:
                zh, en = wrong.args
                findings.append(
                    _finding("form", f"{one.label_zh}：{zh}", f"{one.label_en}: {en}", code)
                )
    return {k: v for k, v in values.items() if v != ""}, findings


def _finding(rule: str, zh: str, en: str, code: str, severity: str = "error") -> Finding:
    return Finding(f"{rule}:{code}" if code else rule, severity, zh, en, (code,) if code else ())


def _read(one: Indicator, raw: Any) -> Any:
    text = strip_controls(str(raw)).strip()
    if not one.is_number:
        if one.type == "choice" and text and text not in {c for pair in one.choices for c in pair}:
            raise ValueError(f"“{text[:40]}”不在选项中", f"{text[:40]!r} is not on the list")
        if one.type == "choice":
            return next((zh for zh, en in one.choices if text in (zh, en)), text)
        if len(text) > LONGEST_TEXT:
            raise ValueError(f"超过 {LONGEST_TEXT} 个字符", "the text is too long")
        return text
    try:
        number = float(text.replace(",", "").replace("，", ""))
    except ValueError:
        raise ValueError(f"“{text[:40]}”不是数字", f"{text[:40]!r} is no number") from None
    if not math.isfinite(number) or abs(number) > LARGEST:
        raise ValueError("数值过大", "the number is too large")
    if one.type == "integer" and not number.is_integer():
        raise ValueError(f"“{text[:40]}”应是整数", f"{text[:40]!r} is no whole number")
    if one.minimum is not None and number < one.minimum:
        raise ValueError(f"小于下限 {one.minimum:g}", f"below {one.minimum:g}")
    if one.maximum is not None and number > one.maximum:
        raise ValueError(f"大于上限 {one.maximum:g}", f"above {one.maximum:g}")
    return int(number) if number.is_integer() else number


def work_out(definition: ReturnDefinition, values: Values, last: Values | None = None) -> Values:
    """The values with every formula worked out; one that cannot be is left empty."""
    made = dict(values)
    for one in definition.indicators:
        if one.formula:
            expression = _compiled(one.formula)
            names = expression.names
            if not any(name in made for name in names):
                continue
            try:
                result = expression.evaluate(_facts(names, made, last), CHECK_FUNCTIONS)
            except ExpressionError:
                continue
            if isinstance(result, (int, float)) and math.isfinite(result):
                made[one.code] = int(result) if float(result).is_integer() else round(result, 6)
    return made


def check_form(
    definition: ReturnDefinition, values: Values, last: Values | None = None
) -> list[Finding]:
    """What stands against a form whose formulas are worked out; ``last`` is the period before."""
    findings = [
        _finding(
            "missing", f"{one.label_zh}：必填，还没有填", f"{one.label_en}: is required", one.code
        )
        for one in definition.indicators
        if one.required and values.get(one.code) in (None, "")
    ]
    for check in definition.checks:
        findings += _checked(definition, check, values, last)
    if last:
        findings += _anomalies(definition, values, last)
    return findings


def _checked(
    definition: ReturnDefinition, check: Check, values: Values, last: Values | None
) -> Iterator[Finding]:
    expression = _compiled(check.rule)
    own = [n for n in expression.names if not n.startswith(LAST) or n in definition.by_code]
    olds = [n for n in expression.names if n not in own]
    if not any(name in values for name in own) or (olds and not last):
        return
    try:
        holds = bool(expression.evaluate(_facts(expression.names, values, last), CHECK_FUNCTIONS))
    except ExpressionError as problem:
        zh, en = (
            f"{check.message_zh}（算不出：{problem.message_zh}）",
            f"{check.message_en} ({problem.message_en})",
        )
        yield Finding(check.id, check.severity, zh, en, tuple(sorted(own)))
        return
    if not holds:
        yield Finding(
            check.id, check.severity, check.message_zh, check.message_en, tuple(sorted(own))
        )


def _anomalies(definition: ReturnDefinition, values: Values, last: Values) -> Iterator[Finding]:
    if not definition.anomaly_ratio:
        return
    for one in definition.numbers:
        before, now = last.get(one.code), values.get(one.code)
        if before is None or now is None or abs(now - before) <= definition.anomaly_floor:
            continue
        if abs(now - before) > abs(before) * definition.anomaly_ratio:
            yield _finding(
                "change",
                f"{one.label_zh}：由上期 {before:g} 变为 {now:g}，变动超过 {definition.anomaly_ratio:.0%}，请核对并说明",
                f"{one.label_en}: from {before:g} to {now:g}, more than {definition.anomaly_ratio:.0%}; check and explain",
                one.code,
                "warning",
            )


def _facts(names: frozenset[str], values: Values, last: Values | None) -> Values:
    """Names to figures; what is empty counts as nothing."""
    facts: Values = {}
    for name in names:
        is_last = name.startswith(LAST) and name not in values
        value = (last or {}).get(name.removeprefix(LAST)) if is_last else values.get(name)
        facts[name] = 0 if value is None else value
    return facts


@lru_cache(maxsize=4096)
def _compiled(rule: str) -> Expression:
    return compile_expression(rule, FUNCTION_NAMES)
