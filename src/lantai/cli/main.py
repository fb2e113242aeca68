"""The `lantai` command 兰台命令: finds the commands by their files and runs one."""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import pkgutil
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

import lantai.cli
from lantai import __version__
from lantai.cli.command import BAD_CALL, DONE, SYSTEM_FAILED, BadCall, Command, say

_NOT_COMMANDS = {"main", "command", "trusting"}
log = logging.getLogger("lantai.cli")


def command_names() -> list[str]:
    """The words of all commands: the files of this folder."""
    names = (info.name for info in pkgutil.iter_modules(lantai.cli.__path__))
    return sorted(n for n in names if n not in _NOT_COMMANDS and not n.startswith("_"))


def load_command(name: str) -> Command:
    """The command of the file `name` (a trailing underscore frees a Python keyword)."""
    module = importlib.import_module(f"lantai.cli.{name}")
    for member in vars(module).values():
        if (
            isinstance(member, type)
            and issubclass(member, Command)
            and member is not Command
            and member.__module__ == module.__name__
        ):
            return member()
    raise LookupError(f"lantai/cli/{name}.py holds no command")


def build_parser(names: Sequence[str]) -> argparse.ArgumentParser:
    """The parser for the commands named (one when the call names it: a quick start)."""
    parser = argparse.ArgumentParser(prog="lantai", description="兰台 · digital archives")
    parser.add_argument("--version", action="version", version=f"lantai {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in names:
        command = load_command(name)
        word = command.id or name.strip("_")
        sub = commands.add_parser(word, help=command.help, description=command.help)
        sub.add_argument("--json", action="store_true", help="one JSON document on stdout")
        sub.add_argument("--data", metavar="DIR", help="data folder (LANTAI_DATA)")
        command.arguments(sub)
        sub.set_defaults(_command=command)
    return parser


def setup_django() -> None:
    """Load Django for commands that need the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantai.web.settings")
    import django

    django.setup()


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; no traceback ever reaches the user: it goes to the log with an id."""
    words = list(sys.argv[1:] if argv is None else argv)
    names = command_names()
    first = next((w for w in words if not w.startswith("-")), "")
    chosen = [n for n in names if n.strip("_") == first] or names
    options = build_parser(chosen).parse_args(words)
    if options.data:
        os.environ["LANTAI_DATA"] = str(Path(options.data).resolve())
    command: Command = options._command
    try:
        if command.needs_django:
            setup_django()
        return command.run(options)
    except BadCall as problem:
        say(f"lantai: {problem}")
        return BAD_CALL
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        say("lantai: 已停止 stopped")
        return SYSTEM_FAILED
    except Exception as failure:
        error_id = secrets.token_hex(4)
        log.exception("error %s", error_id)
        say(
            f"lantai: 系统出错 {type(failure).__name__}: {failure}；错误编号 {error_id}，详见日志 "
            f"/ system failure, see the log for {error_id}"
        )
        return SYSTEM_FAILED


if __name__ == "__main__":
    sys.exit(main())
