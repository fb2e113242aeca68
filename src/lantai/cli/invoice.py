"""`lantai invoice read FILE` 电子发票."""

from __future__ import annotations

import argparse
import datetime
from dataclasses import asdict
from pathlib import Path

from lantai.cli.command import DONE, FOUND_WANTING, BadCall, Command, emit


class InvoiceCommand(Command):
    """Fields of an e-invoice in XML, OFD or PDF, and whether its sums agree."""

    id = "invoice"
    help = "电子发票 fields of an e-invoice (XML, OFD, PDF)"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """The act and the file."""
        parser.add_argument("act", choices=("read",))
        parser.add_argument("file", type=Path, metavar="FILE")

    def run(self, options: argparse.Namespace) -> int:
        """Exit 1 when the sums do not agree, 2 when there is no invoice."""
        from lantai.core.invoices import NoInvoice, check_invoice, read_invoice

        try:
            invoice = read_invoice(options.file)
        except NoInvoice as none:
            raise BadCall(f"{options.file}: {none}") from none
        problems = check_invoice(invoice, datetime.datetime.now().astimezone().date())
        if options.json:
            document = invoice.to_json()
            document["problems"] = [asdict(problem) for problem in problems]
            emit({"path": str(options.file), **document})
        else:
            for name, value in invoice.to_json().items():
                if value and name != "lines":
                    print(f"{name}: {value}")
            print(f"lines: {len(invoice.lines)}")
            for problem in problems:
                print(f"! {problem.message_zh} {problem.message_en}")
        return FOUND_WANTING if any(p.severity == "error" for p in problems) else DONE
