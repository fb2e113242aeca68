"""`lantai docs`: write the generated pages of the manual from the code's own registries."""

from __future__ import annotations

import argparse
from pathlib import Path

from lantai.cli.command import DONE, Command, say


class Docs(Command):
    """Reference pages 参考手册: operations, permissions, checks, formats, commands, terms."""

    id = "docs"
    help = "生成参考手册 / write docs/reference from the registries"
    needs_django = True

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("--out", default="docs/reference", type=Path)

    def run(self, options: argparse.Namespace) -> int:
        """Write every page; one that has not changed is left alone."""
        from lantai.cli.main import command_names, load_command
        from lantai.foundation.reference.pages import all_pages
        from lantai.governance.reporting.report import reports

        options.out.mkdir(parents=True, exist_ok=True)
        commands = [
            (c.id or name, c.help) for name in command_names() for c in [load_command(name)]
        ]
        tables = [(r.id, r.zh, r.en, r.permission) for r in reports().all().values()]
        for name, text in all_pages(commands, tables).items():
            path = options.out / f"{name}.md"
            if not path.exists() or path.read_text() != text:
                path.write_text(text)
                say(f"wrote {path}")
        return DONE
