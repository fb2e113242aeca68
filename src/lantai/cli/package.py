"""`lantai package`: read a package of any profile, write its records in another form, sign EEPs."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lantai import __version__
from lantai.cli.command import (
    DONE,
    FOUND_WANTING,
    BadCall,
    Command,
    emit,
    say,
    told_each_second,
)
from lantai.core.packages.form import Form, Making, forms
from lantai.core.packages.opening import open_package
from lantai.core.packages.package import (
    PackageNotWritable,
    PackageUnreadable,
    TransferItem,
    TransferManifest,
)
from lantai.core.packages.records import PackageRecords

if TYPE_CHECKING:
    from lantai.core.packages.eep import EepSigner
    from lantai.core.packages.package import Package

_VERDICTS = {
    "intact": "完好 intact",
    "altered": "已被改动 altered",
    "not-checked": "未能核对 not checked",
    "unreadable": "无法读取 unreadable",
}


class PackageCommand(Command):
    """Packages 信息包 from one form to another, no database needed."""

    id = "package"
    help = "信息包：读出、改装为另一形式、封装包签名 / read, write in another form, sign EEPs"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """What to do with which package."""
        known = ", ".join(one.id for one in _known_forms())
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        read = actions.add_parser("read", help="读出各件和签名 records, files, signatures")
        read.add_argument("path", type=Path, metavar="PATH")
        read.add_argument("--profile", default="", help="信息包规格 transfer, bagit, eep, eark")
        read.add_argument(
            "--trust", type=Path, metavar="CERT", action="append", default=[],
            help="信任的签名证书 certificates held to be good (PEM or DER)",
        )  # fmt: skip
        write = actions.add_parser("write", help="装成另一形式 write in another form")
        write.add_argument("path", type=Path, metavar="PATH")
        write.add_argument("--profile", default="", help="PATH 的规格 how PATH is to be read")
        write.add_argument("--as", dest="form", required=True, metavar="FORM", help=known)
        write.add_argument("--out", type=Path, required=True, metavar="DIR")
        write.add_argument("--content", default="", help="说明文件的内容描述 what is in it")
        write.add_argument("--environment", default="", help="软硬件环境 what it takes to read it")
        sign = actions.add_parser("sign", help="给封装包加签 add a signature to an EEP")
        sign.add_argument("path", type=Path, metavar="FILE")
        for each in (write, sign):
            each.add_argument("--unit", default="", help="制作、签名单位 who makes or signs it")
            each.add_argument(
                "--keys", type=Path, metavar="DIR", action="append", default=[],
                help="签名密钥，可多次给出 signing keys; may be given several times",
            )  # fmt: skip
        for each in (read, write, sign):
            each.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
            each.add_argument("--data", metavar="DIR", default=argparse.SUPPRESS)

    def run(self, options: argparse.Namespace) -> int:
        """Do the one thing asked."""
        try:
            return {"read": self._read, "write": self._write, "sign": self._sign}[options.action](
                options
            )
        except (PackageUnreadable, PackageNotWritable) as problem:
            raise BadCall(str(problem)) from problem

    def _read(self, options: argparse.Namespace) -> int:
        altered = 0
        with open_package(options.path, options.profile) as package:
            if not options.json:
                say(f"{package.profile} {package.item_count()} 件 records")
            for item in package.items():
                _tell(package, item, options)
            for found in _signatures(options):
                altered += found["verdict"] in {"altered", "unreadable"}
                if options.json:
                    emit({"signature": found})
                else:
                    who = found["signer"] or "?"
                    say(f"  {found['package']} {found['id']} {who} {_VERDICTS[found['verdict']]}")
            return FOUND_WANTING if altered or package.faults_seen else DONE

    def _write(self, options: argparse.Namespace) -> int:
        chosen = next((one for one in _known_forms() if one.id == options.form), None)
        if chosen is None:
            raise BadCall(f"没有这种形式 no such form: {options.form}")
        signers = _signers(options)
        with open_package(options.path, options.profile) as package:
            if not package.has_metadata:
                raise BadCall("普通文件没有档号等元数据，不能装成信息包 / no metadata to pack")
            told = package.manifest or TransferManifest()
            making = Making(
                unit=options.unit or told.sender or "未注明单位",
                created=datetime.now().astimezone(),
                version=__version__,
                signers=signers,
                manifest=replace(
                    told,
                    content=options.content or told.content,
                    environment=options.environment or told.environment,
                ),
            )
            records = PackageRecords(package)
            done = chosen.write(records, options.out, making, told_each_second())
        if options.json:
            emit(
                {
                    "form": done.form, "out": str(done.folder), "records": done.records,
                    "files": done.files, "bytes": done.bytes,
                }
            )  # fmt: skip
        say(f"{chosen.label_zh} {chosen.label_en}: {done.records} 件 records, {done.files} files")
        return DONE

    def _sign(self, options: argparse.Namespace) -> int:
        from lantai.core.packages.eep import countersign_eep, looks_like_eep

        signers = _signers(options)
        if not signers or not options.path.is_file() or not looks_like_eep(options.path):
            raise BadCall("须是封装包文件，并给出 --keys / an EEP file and --keys are needed")
        for signer in signers:
            countersign_eep(options.path, signer, datetime.now().astimezone())
        if options.json:
            emit({"path": str(options.path), "signatures": len(signers)})
        return DONE


def _known_forms() -> list[Form]:
    return sorted((kind() for kind in forms().all().values()), key=lambda one: one.order)


def _tell(package: Package, item: TransferItem, options: argparse.Namespace) -> None:
    if not options.json:
        say(f"  {item.name} {item.values.get('title', '')}: {len(item.files)} files")
        return
    shown = ("path", "size", "mime", "format", "puid", "role", "sm3", "sha512")
    emit(
        {
            "profile": package.profile,
            "reference_code": item.reference_code,
            "values": item.values,
            "files": [{name: getattr(file, name) for name in shown} for file in item.files],
            "events": [
                {"act": e.act, "agent": e.agent, "time": e.time, "note": e.note}
                for e in item.events
            ],
        }
    )


def _signatures(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    from lantai.cli._trusting import trust_of
    from lantai.core.packages.eep import check_eep_signatures, looks_like_eep

    path: Path = options.path
    trust = trust_of(options.trust)
    for source in [path] if path.is_file() else sorted(path.glob("*.xml")):
        if not looks_like_eep(source):
            continue
        for one in check_eep_signatures(source, trust):
            yield {
                "package": source.name, "id": one.id, "verdict": one.verdict,
                "trusted": one.trusted, "signer": one.signer, "signed_at": one.signed_at,
                "layer": one.layer, "locks": one.locks, "certificate": one.certificate,
            }  # fmt: skip


def _signers(options: argparse.Namespace) -> list[EepSigner]:
    from lantai.engines.sign.eep_signer import eep_signer
    from lantai.engines.sign.pades import SigningUnusable, load_or_create_identity

    name = options.unit or "未注明单位"
    try:
        return [eep_signer(load_or_create_identity(keys, name), name) for keys in options.keys]
    except (SigningUnusable, OSError, ValueError) as problem:
        raise BadCall(f"密钥无法使用 keys unusable: {problem}") from problem
