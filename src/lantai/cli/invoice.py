"""`lantai invoice read|check FILE…` 电子发票."""

from __future__ import annotations

import argparse
import datetime
from dataclasses import asdict
from pathlib import Path

from lantai.cli.command import DONE, FOUND_WANTING, BadCall, Command, emit, say


class InvoiceCommand(Command):
    """Fields of an e-invoice in XML, OFD or PDF, and whether its sums agree."""

    id = "invoice"
    help = "电子发票 fields of an e-invoice (XML, OFD, PDF)"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """The act and the file."""
        parser.add_argument("act", choices=("read", "check"))
        parser.add_argument("files", type=Path, nargs="+", metavar="FILE")

    def run(self, options: argparse.Namespace) -> int:
        """Exit 1 when the sums do not agree, 2 when there is no invoice."""
        if options.act == "check":
            return self._check(options)
        found = [self._read(file, options) for file in options.files]
        return max(found)

    def _check(self, options: argparse.Namespace) -> int:
        """The rules over all the files together: a line a finding."""
        from lantai.core.invoices import NoInvoice, check_batch, read_forms

        files = []
        for path in options.files:
            try:
                files.append(read_forms(path))
            except NoInvoice as none:
                say(f"{path}: {none}")
        if not files:
            raise BadCall("没有发票 no invoice among the files")
        findings = check_batch(files)
        for finding in findings:
            if options.json:
                emit(asdict(finding))
            else:
                print(f"{finding.severity} {finding.rule} {finding.path}: {finding.message_zh}")
        return FOUND_WANTING if any(f.severity == "error" for f in findings) else DONE

    def _read(self, path: Path, options: argparse.Namespace) -> int:
        from lantai.core.invoices import NoInvoice, check_invoice, read_invoice

        try:
            invoice = read_invoice(path)
        except NoInvoice as none:
            raise BadCall(f"{path}: {none}") from none
        problems = check_invoice(invoice, datetime.datetime.now().astimezone().date())
        if options.json:
            document = invoice.to_json()
            document["problems"] = [asdict(problem) for problem in problems]
            emit({"path": str(path), **document})
        else:
            for name, value in invoice.to_json().items():
                if value and name != "lines":
                    print(f"{name}: {value}")
            print(f"lines: {len(invoice.lines)}")
            for problem in problems:
                print(f"! {problem.message_zh} {problem.message_en}")
        return FOUND_WANTING if any(p.severity == "error" for p in problems) else DONE
