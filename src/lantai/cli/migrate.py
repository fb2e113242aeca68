"""`lantai migrate`: bring the database's schema to this version."""

from __future__ import annotations

import argparse

from lantai.cli.command import DONE, Command, emit, say


class Migrate(Command):
    """Schema 数据库结构."""

    id = "migrate"
    help = "更新数据库结构 / bring the database schema up to date"
    needs_django = True

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """None of its own."""

    def run(self, options: argparse.Namespace) -> int:
        """Apply what is not applied yet."""
        from lantai.foundation.site.preparation import migrate

        applied = migrate()
        if options.json:
            emit({"ok": True, "applied": applied})
        else:
            say(f"数据库结构已是最新（本次更新 {applied} 步）/ schema up to date ({applied} steps)")
        return DONE
