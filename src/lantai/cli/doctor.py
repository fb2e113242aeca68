"""`lantai doctor`: what is wrong with this installation, and the one command that mends it."""

from __future__ import annotations

import argparse

from lantai.cli.command import DONE, FOUND_WANTING, Command, emit, say


class Doctor(Command):
    """Looks at the data folder, database, index, queue, ledger and optional tools."""

    id = "doctor"
    help = "检查本系统：哪里不对、怎样修好 / what is wrong and how to mend it"
    needs_django = True

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """None of its own."""

    def run(self, options: argparse.Namespace) -> int:
        """Ask every examination; an absent optional tool is told, not counted as a fault."""
        from lantai.foundation.site.examinations import examine

        findings = examine()
        wrong = [f for f in findings if f["severity"] == "error"]
        if options.json:
            emit({"ok": not wrong, "findings": findings})
        else:
            for f in findings:
                say(
                    f"[{f['severity']}] {f['message']}"
                    + (f"\n        → {f['next']}" if f["next"] else "")
                )
            say(
                "没有发现问题 / nothing is wrong"
                if not wrong
                else f"{len(wrong)} 处需要处理 / to mend"
            )
        return FOUND_WANTING if wrong else DONE
