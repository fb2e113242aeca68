"""The report of a run on paper 检测报告单: drawn from the row, signed with the installation's key."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.timezone import localtime

from lantai.core.checks.finding import Finding, Outcome
from lantai.core.checks.printed import print_report
from lantai.core.checks.report import CheckReport, CheckResult
from lantai.core.pdf_fonts import NoChineseFont
from lantai.engines.sign.pades import (
    SigningUnusable,
    check_pdf,
    load_or_create_identity,
    sign_pdf,
)
from lantai.foundation.refusal import Refusal
from lantai.resources.transfers.models import CheckRun

COUNTS = ("items", "files", "bytes", "errors", "warnings")


def signed_report(run: CheckRun) -> bytes:
    """The form as a PDF whose signature was looked at before it is given out; `Refusal`."""
    transfer = run.transfer
    checker = transfer.unit if run.stage == "filing" else transfer.archives
    try:
        paper = print_report(
            report_of_run(run), institution=checker.name, made_at=localtime(run.finished_at)
        )
        identity = load_or_create_identity(settings.LANTAI.keys, transfer.archives.name)
        reason = f"四性检测报告 {transfer.number} 第 {run.version} 版"
        signed = sign_pdf(paper, identity, reason=reason, place=transfer.archives.name)
    except (NoChineseFont, SigningUnusable) as problem:
        raise Refusal(f"报告单未能制作：{problem}", f"The report was not made: {problem}") from None
    if not check_pdf(signed, [identity.root]).trusted:
        raise RuntimeError("a report just signed does not verify")
    return signed


def report_of_run(run: CheckRun) -> CheckReport:
    """The report as the run wrote it down; the runs of older versions lack what they lack."""
    findings = [Finding(**found) for found in run.findings]
    return CheckReport(
        verdict=run.verdict,
        profile="transfer",
        stage=run.stage,
        counts={name: run.counts.get(name, 0) for name in COUNTS} | run.counts,
        findings=findings,
        results=[_result(result) for result in run.results],
        package=run.transfer.number,
        plan=run.plan,
        plan_version=run.plan_version,
    )


def _result(result: dict[str, Any]) -> CheckResult:
    return CheckResult(
        check=result["code"].partition("-")[2],
        code=result["code"],
        property=result["property"],
        name_zh=result["name_zh"],
        name_en=result["name_en"],
        kind="",
        outcome=Outcome(result["outcome"]),
        counts=result["counts"],
        reason=result["reason"],
    )
