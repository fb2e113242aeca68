"""`lantai check PATH`: the four-property checks 四性检测 of a package or folder, no database."""

from __future__ import annotations

import argparse
import datetime
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lantai.cli.command import (
    BAD_CALL,
    DONE,
    FOUND_WANTING,
    BadCall,
    Command,
    emit,
    told_each_second,
)
from lantai.core.checks.report import CheckReport

if TYPE_CHECKING:
    from lantai.engines.sign.pades import SignatureVerdict

_EXITS = {"pass": DONE, "fail": FOUND_WANTING, "unreadable": BAD_CALL}
_SHOWN = 200  # findings printed for a person; all are in --json
_SIGNATURES = {
    "trusted": "签名有效，签发者可信 good, by a signer held to be good",
    "intact": "签名完好，签发者未确认 unchanged; the signer is not confirmed",
    "altered": "签名之后被改动或签名无法验证 changed since it was signed, or unverifiable",
    "unsigned": "没有签名 not signed",
    "revoked": "签名完好，但证书已被吊销 unchanged, but the certificate was revoked",
    "expired": "签名完好，但证书已过期 unchanged, but the certificate has expired",
    "not-yet-valid": "签名完好，但证书尚未生效 unchanged, but the certificate is not valid yet",
}
_MARKS = {"error": "✗ 不通过", "warning": "! 警告", "info": "· 待人工"}


class CheckCommand(Command):
    """Checks what lies at a path and says what is wrong and what to do next."""

    id = "check"
    help = "四性检测 check a package or folder: authenticity, integrity, usability, security"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """PATH, and how to look at it."""
        parser.add_argument(
            "path", metavar="PATH", help="信息包、文件夹、压缩包或文件 package or folder"
        )
        parser.add_argument(
            "--stage", default="transfer", choices=["filing", "transfer", "preservation"],
            help="环节 stage: 归档, 移交与接收, 长期保存",
        )  # fmt: skip
        parser.add_argument(
            "--profile", default="", help="信息包规格 transfer, bagit, eep, eark, plain"
        )
        parser.add_argument("--plan", default="", help="检测方案 plan, by its id")
        parser.add_argument("--package-digest", default="", help="登记表上的信息包摘要 (SM3)")
        parser.add_argument(
            "--report", "--pdf", dest="report", type=Path, metavar="FILE",
            help="检测报告单 the report on paper, signed (verify: lantai check FILE --signature)",
        )  # fmt: skip
        parser.add_argument("--institution", default="", help="报告单上的检测机构 who checks")
        parser.add_argument(
            "--keys",
            type=Path,
            metavar="DIR",
            help="以此处密钥签名报告单，默认数据文件夹的 keys sign with these keys; else the data folder's",
        )
        parser.add_argument(
            "--signature", action="store_true",
            help="PATH 是签名的报告单：验证签名 PATH is a signed report: verify its signature",
        )  # fmt: skip
        parser.add_argument(
            "--trust", type=Path, metavar="CERT", action="append", default=[],
            help="信任的签发证书 certificates held to be good (PEM or DER)",
        )  # fmt: skip
        parser.add_argument(
            "--crl", type=Path, metavar="CRL", action="append", default=[],
            help="吊销列表 lists of revoked certificates (PEM or DER)",
        )  # fmt: skip
        parser.add_argument("--language", default="both", choices=["zh", "en", "both"])

    def run(self, options: argparse.Namespace) -> int:
        """Check, report, exit by the verdict."""
        from lantai.core.checks.facts import CheckFacts
        from lantai.core.checks.runner import check_path
        from lantai.core.registry import UnknownId
        from lantai.engines.scan.clamav import installed_scanner

        if options.signature:
            return _verify(options)
        facts = CheckFacts(package_digest=options.package_digest, antivirus=installed_scanner())
        try:
            report = check_path(
                Path(options.path), options.stage, options.profile, told_each_second(), facts,
                plan=options.plan,
            )  # fmt: skip
        except (UnknownId, ValueError) as problem:
            raise BadCall(f"参数有误 / bad argument: {problem}") from problem
        if options.report:
            _write_pdf(report, options)
        if options.json:
            emit(report.to_json(options.language))
        else:
            _print(report, options.language)
        return _EXITS[report.verdict]


def _write_pdf(report: CheckReport, options: argparse.Namespace) -> None:
    """The report as a signed PDF, by the keys named or those of the data folder."""
    from lantai.core.checks.printed import print_report
    from lantai.core.pdf_fonts import NoChineseFont
    from lantai.engines.sign.pades import SigningUnusable, load_or_create_identity, sign_pdf

    name = options.institution or "未注明检测机构"
    keys = _keys(options)
    try:
        paper = print_report(report, institution=name, made_at=datetime.datetime.now().astimezone())
        if keys is None:
            sys.stderr.write(
                "没有密钥，报告单未签名 no keys: the report is not signed (--keys DIR)\n"
            )
        else:
            identity = load_or_create_identity(keys, name)
            paper = sign_pdf(paper, identity, reason="四性检测报告", place=name)
        options.report.write_bytes(paper)
    except (NoChineseFont, SigningUnusable, OSError) as problem:
        raise BadCall(f"报告单未能写出 / the report was not written: {problem}") from problem


def _keys(options: argparse.Namespace) -> Path | None:
    """The keys named, else those of the data folder when there is one."""
    if options.keys:
        return Path(options.keys)
    keys = Path(options.data or os.environ.get("LANTAI_DATA") or "lantai-data") / "keys"
    return keys if keys.is_dir() else None


def _verify(options: argparse.Namespace) -> int:
    """Off line: is a report as it was signed, and by somebody held to be good?"""
    from lantai.engines.sign.pades import ROOT_NAME, check_pdf, read_certificates

    try:
        document = Path(options.path).read_bytes()
        roots = [one for path in options.trust for one in read_certificates(path.read_bytes())]
        keys = _keys(options)
        if keys is not None and (keys / ROOT_NAME).is_file():
            roots.append((keys / ROOT_NAME).read_bytes())
        revoked = [path.read_bytes() for path in options.crl]
    except (OSError, ValueError) as problem:
        raise BadCall(f"文件读不出 / cannot be read: {problem}") from problem
    found = check_pdf(document, roots, revoked)
    verdict = _verdict_of(found)
    if options.json:
        emit(
            {
                "verdict": verdict, "intact": found.intact, "trusted": found.trusted,
                "signer": found.signer, "fingerprint": found.fingerprint,
                "signed_at": found.signed_at.isoformat() if found.signed_at else "",
                "problem": f"{found.problem_zh} / {found.problem_en}".strip(" /"),
            }
        )  # fmt: skip
    else:
        print(f"{_SIGNATURES[verdict]}　{found.signer}　{found.problem_zh} {found.problem_en}")
    return DONE if verdict in ("trusted", "intact") else FOUND_WANTING


def _verdict_of(found: SignatureVerdict) -> str:
    if not found.signed:
        return "unsigned"
    if not found.intact:
        return "altered"
    return found.chain if found.chain in _SIGNATURES else "intact"


def _print(report: CheckReport, language: str) -> None:
    """The report for a person, grouped by property, gravest first."""
    from lantai.core.checks.finding import Outcome, Property

    shown = 0
    for kind in Property:
        results = [r for r in report.results if r.property == kind.value]
        findings = [f for f in report.findings if f.property == kind.value]
        if results:
            tally = {o: sum(r.outcome is o for r in results) for o in Outcome}
            words = "　".join(f"{o.label_zh} {n}" for o, n in tally.items() if n)
            print(f"\n【{kind.label_zh}】{words}")
        for finding in findings:
            shown += 1
            if shown > _SHOWN:
                continue
            en = language == "en"
            message = finding.message_en if en else finding.message_zh
            print(f"  {_MARKS[finding.severity]} {finding.code} {finding.path}")
            print(f"      {message}")
            print(f"      → {finding.next_en if en else finding.next_zh}")
    if shown > _SHOWN:
        print(f"\n  ……另有 {shown - _SHOWN} 条，用 --json 查看全部")
    print(_verdict(report))


def _verdict(report: CheckReport) -> str:
    from lantai.core.checks.finding import Stage

    words = {"pass": "合格 PASS", "fail": "不合格 FAIL", "unreadable": "无法读取 UNREADABLE"}
    counts = report.counts
    return (
        f"\n结论：{words[report.verdict]}　环节：{Stage(report.stage).label_zh}　"
        f"规格：{report.profile or '-'}　方案：{report.plan or '-'} {report.plan_version}\n"
        f"{counts['items']} 件，{counts['files']} 个文件，{counts['bytes']} 字节；"
        f"错误 {counts['errors']}，警告 {counts['warnings']}"
    )
