"""`lantai init`: make a data folder: folders, keys, schema."""

from __future__ import annotations

import argparse
from pathlib import Path

from lantai.cli.command import DONE, Command, emit, say


class Init(Command):
    """A new data folder 新建数据目录."""

    id = "init"
    help = "建立数据目录 / prepare a data folder"
    needs_django = False  # the folder must be there before the settings are read

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Whether the demonstration's county is founded too."""
        parser.add_argument("--demo", action="store_true", help="云溪县示范档案馆 / demonstration")

    def run(self, options: argparse.Namespace) -> int:
        """Make the folders, then the schema, then the demonstration's people when asked for."""
        import os

        from lantai.cli.main import setup_django

        folder = Path(os.environ.get("LANTAI_DATA", "lantai-data")).resolve()
        (folder / "logs").mkdir(parents=True, exist_ok=True)
        setup_django()
        from lantai.foundation.site.preparation import migrate

        applied = migrate()
        accounts = []
        if options.demo:
            from lantai.access.demonstration.loading import begin_demo

            accounts = begin_demo()
        if options.json:
            emit({"ok": True, "data": str(folder), "applied": applied, "accounts": accounts})
        else:
            say(f"数据目录已备好 / data folder ready: {folder}")
            for username, password, who in accounts:
                say(f"  {username:<12} {password:<18} {who}")
        return DONE
