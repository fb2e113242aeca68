"""`lantai export`: the catalogue, or what a question finds, as a table; or its records as packages."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from lantai.cli.command import DONE, BadCall, Command, emit, say, told_each_second
from lantai.core.packages.form import Making, forms
from lantai.core.packages.package import PackageNotWritable
from lantai.core.tables.forms import CATALOGUE_FORMS, WHOLE_FORMS


class Export(Command):
    """Export 导出目录: as a table, XML or EAD; as the public, as a user, or as the operator."""

    id = "export"
    help = "导出目录（csv、tsv、jsonl、xlsx、xml、ead、dbf） / export the catalogue"
    needs_django = True

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """What, as whom, and where to."""
        parser.add_argument("query", nargs="?", default="")
        parser.add_argument("--fonds", default="", metavar="NO")
        parser.add_argument("--filter", action="append", default=[], metavar="K=V")
        packages = sorted(forms().all())
        parser.add_argument(
            "--format", choices=[*CATALOGUE_FORMS, *packages], default="csv", help="目录表，或连同文件装成信息包 a table, or packages with the files",
        )  # fmt: skip
        parser.add_argument("--text", action="store_true", help="连同随目录导入的全文（ead 除外）")
        parser.add_argument(
            "--out", type=Path, metavar="FILE", help="缺省写到标准输出；信息包须给出目录"
        )
        parser.add_argument("--unit", default="", help="信息包的制作单位 who makes the packages")
        parser.add_argument("--as", dest="viewer", default="system", metavar="USER")

    def run(self, options: argparse.Namespace) -> int:
        """Write the rows; with --json and --out, say how many."""
        from lantai.access.exporting.operations import tell_of_export
        from lantai.access.exporting.queries import rows_of
        from lantai.cli.search import read_filters, viewer_named
        from lantai.foundation.refusal import Refusal
        from lantai.foundation.work import Act

        filters = read_filters(options.filter)
        if options.fonds:
            filters["fonds"] = [options.fonds]
        if options.format in WHOLE_FORMS and not options.out:
            raise BadCall("xlsx、dbf 须用 --out 写到文件 / xlsx and dbf need --out")
        if options.format in forms().all() and not options.out:
            raise BadCall("信息包须用 --out 写到目录 / packages need --out DIR")
        actor = viewer_named(options.viewer)
        question: dict[str, Any] = {"text": options.query, "filters": filters}
        try:
            tell_of_export(Act(by=actor, channel="cli"), question=question, form=options.format)
            if options.format in forms().all():
                return self._pack(options, actor, question)
            count = self._write(options, rows_of(actor, **question, texts=options.text))
        except PackageNotWritable as problem:
            raise BadCall(str(problem)) from problem
        except Refusal as refusal:
            raise BadCall(f"{refusal.zh} / {refusal.en}") from refusal
        if options.json and options.out:
            emit({"rows": count, "file": str(options.out)})
        else:
            say(f"{count} 件 / records")
        return DONE

    def _pack(self, options: argparse.Namespace, actor: Any, question: dict[str, Any]) -> int:
        """The records with their files as packages."""
        from django.utils import timezone

        from lantai import __version__
        from lantai.access.exporting.packing import HeldRecords
        from lantai.access.exporting.queries import records_of
        from lantai.core.packages.package import TransferManifest

        records = HeldRecords(actor, records_of(actor, **question), options.out.name)
        told = TransferManifest(
            content=options.query or "馆藏档案", environment="见各文件格式 as their formats ask"
        )
        making = Making(options.unit or "兰台", timezone.localtime(), __version__, (), told)
        form = forms().get(options.format)()
        done = form.write(records, options.out, making, told_each_second())
        if options.json:
            emit({"rows": done.records, "files": done.files, "bytes": done.bytes,
                  "file": str(options.out)})  # fmt: skip
        else:
            say(f"{done.records} 件 / records, {done.files} files")
        return DONE

    def _write(self, options: argparse.Namespace, rows: Any) -> int:
        from lantai.access.exporting.writing import FILES, STREAMED

        if options.format in FILES:
            return FILES[options.format][0](rows, options.out)
        counted = _Counted(rows)
        write, _kind = STREAMED[options.format]
        if options.out:
            with options.out.open("wb") as stream:
                stream.writelines(write(counted))
        else:
            for block in write(counted):
                sys.stdout.buffer.write(block)
            sys.stdout.buffer.flush()
        return counted.count


class _Counted:
    """Rows that are counted as they pass."""

    def __init__(self, rows: Any) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Any:
        for row in self.rows:
            self.count += 1
            yield row
