"""The judge of OCFL objects and roots 校验器, by the specification's own codes (1.0 and 1.1).

It reads folders as they lie and shares no code with the writer, or they would agree in error.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lantai.core.bounded import read_at_most
from lantai.core.ocfl.findings import Report
from lantai.core.ocfl.judge_inventory import judge_inventory, parse, spec_of
from lantai.core.ocfl.judge_places import Places
from lantai.core.ocfl.judge_root import judge_root_files, registered
from lantai.core.ocfl.told import Told
from lantai.core.progress import Progress, silent

__all__ = ["Report", "validate", "validate_object", "validate_root"]

_DECLARATION = re.compile(r"^0=ocfl_object_(1\.[01])$")
_VERSION_LIKE = re.compile(r"^v\d+$")
_MOST_JSON = 1 << 30
_BLOCK = 1 << 20
_CALLED = {
    "md5": "md5",
    "sha1": "sha1",
    "sha256": "sha256",
    "sha512": "sha512",
    "sha512/256": "sha512_256",
    "blake2b-512": "blake2b",
    "sm3": "sm3",
}
"""The fixity algorithms that can be computed, and what hashlib calls them."""


def validate(path: Path, progress: Progress = silent) -> Report:
    """Judge what lies here: a root when it declares one or holds objects, else an object."""
    names = {entry.name for entry in path.iterdir()}
    if any(name.startswith("0=ocfl_object") for name in names):
        return validate_object(path)
    if any(re.match(r"0=ocfl_\d", name) for name in names) or "ocfl_layout.json" in names:
        return validate_root(path, progress)
    if "inventory.json" not in names and _holds_object(path):
        return validate_root(path, progress)
    return validate_object(path)


def _holds_object(top: Path) -> bool:
    """Whether an object lies somewhere below, as in a root that lost its declaration."""
    for _, _, files in os.walk(top):
        if any(name.startswith("0=ocfl_object") for name in files):
            return True
    return False


def validate_object(path: Path) -> Report:
    """Judge one object; `OSError` only when the folder itself can not be read."""
    return _Object(path).judge()


def validate_root(path: Path, progress: Progress = silent) -> Report:
    """Judge a storage root and every object in it."""
    report = Report()
    spec = judge_root_files(path, report)
    places = Places(path, report)
    for count, (place, relative) in enumerate(_objects(path, report), 1):
        judge = _Object(place)
        report.take(judge.judge(), relative)
        places.meet(relative, judge.told.id)
        if spec and judge.spec > spec:
            report.add("E081", relative, judge.spec)
        progress(count, 0, relative)
    places.close()
    return report


def _objects(top: Path, report: Report) -> Iterator[tuple[Path, str]]:
    """The objects below a root, one at a time, and what should not be in the hierarchy."""
    waiting = [(top, "")]
    while waiting:
        folder, relative = waiting.pop()
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        links = [entry.name for entry in entries if entry.is_symlink()]
        for name in links:
            report.add("E090", f"{relative}/{name}".lstrip("/"))
        files = [
            entry.name
            for entry in entries
            if not entry.is_symlink() and not entry.is_dir(follow_symlinks=False)
        ]
        if relative and any(name.startswith("0=ocfl_object") for name in files):
            yield folder, relative
            continue
        if relative and files:
            report.add("E072", relative, files[0])
            report.add("E084", relative, files[0])
            continue
        if relative and not entries:
            report.add("E073", relative)
            report.add("E085", relative)
        for entry in reversed(entries):
            if entry.is_dir(follow_symlinks=False) and (relative or entry.name != "extensions"):
                waiting.append((folder / entry.name, f"{relative}/{entry.name}".lstrip("/")))


class _Object:
    """One object under judgement."""

    def __init__(self, path: Path) -> None:
        self.path, self.report, self.spec = path, Report(objects=1), "1.1"
        self.declared: set[str] = set()
        self.files: set[str] = set()
        self.told = Told()
        self.tellings: list[tuple[str, Told]] = []
        """Every inventory that could be read, with its folder: the root's first."""

    def judge(self) -> Report:
        names = sorted(entry.name for entry in self.path.iterdir())
        self.declaration(names)
        if "inventory.json" not in names:
            self.report.add("E063")
            return self.report
        told, data = self.inventory("")
        if told is None:
            return self.report
        self.told = told
        self.tellings.append(("", told))
        self.root_entries(names)
        self.versions(data)
        self.content()
        return self.report

    def declaration(self, names: list[str]) -> None:
        marks = [name for name in names if re.match(r"\d=", name)]
        known = [name for name in marks if _DECLARATION.match(name)]
        for name in sorted(set(marks) - set(known)):
            self.report.add(_fault_of(name), name)
        if len(known) != 1:
            self.report.add("E003", "", ", ".join(marks))
        self.declared = {name[-3:] for name in known}
        for name in known:
            self.spec = name[-3:]
            if self.read(name) != name[2:].encode() + b"\n":
                self.report.add("E007", name)

    def read(self, relative: str) -> bytes:
        return read_at_most(self.path / relative, _MOST_JSON)

    def inventory(self, folder: str) -> tuple[Told | None, bytes]:
        """Judge the inventory of the root ("") or of a version folder ("v1/")."""
        where = f"{folder}inventory.json"
        data = self.read(where)
        document = parse(data, where, self.report)
        if document is None:
            return None, data
        if not folder:
            self.take_spec(document)
        told = judge_inventory(document, where, self.spec, self.report)
        self.sidecar(folder, told, data)
        return told, data

    def take_spec(self, document: dict[str, Any]) -> None:
        """By no declaration, or by several, the version is the one the inventory names."""
        told = spec_of(document)
        if told and len(self.declared) != 1 and told in (self.declared or {told}):
            self.spec = told

    def sidecar(self, folder: str, told: Told, data: bytes) -> None:
        if not told.algorithm:
            return
        where = f"{folder}inventory.json.{told.algorithm}"
        if not (self.path / where).is_file():
            self.report.add("E058", where)
            return
        text = self.read(where).decode("utf-8", "replace")
        match = re.fullmatch(r"(\w+)[ \t]+inventory\.json\s*", text)
        if match is None:
            self.report.add("E061", where)
        elif match.group(1).lower() != hashlib.new(told.algorithm, data).hexdigest():
            self.report.add("E060", where)

    def root_entries(self, names: list[str]) -> None:
        sidecars = (
            [self.told.named_algorithm] if self.told.named_algorithm else ["sha512", "sha256"]
        )
        allowed = {"inventory.json", *(f"inventory.json.{name}" for name in sidecars)}
        for name in names:
            kind = (self.path / name).lstat().st_mode
            if stat.S_ISDIR(kind):
                self.root_folder(name)
            elif not stat.S_ISREG(kind):
                self.report.add("E090", name)
            elif name not in allowed and not re.match(r"\d=", name):
                self.report.add("E001", name)

    def root_folder(self, name: str) -> None:
        if name == "extensions":
            for entry in sorted(os.scandir(self.path / name), key=lambda entry: entry.name):
                where = f"{name}/{entry.name}"
                if not entry.is_dir(follow_symlinks=False):
                    self.report.add("E067", where)
                elif not registered(entry.name):
                    self.report.add("W013", where)
        elif _VERSION_LIKE.match(name) and not self.told.states and not self.told.states_whole:
            return  # no list of versions to hold it against
        elif name not in self.told.states and name != "logs":
            self.report.add("E046" if _VERSION_LIKE.match(name) else "E001", name)

    def versions(self, root_data: bytes) -> None:
        before: Told | None = None
        for name in self.told.states:
            if not (self.path / name).is_dir():
                self.report.add("E010", name)
                self.report.add("E046", name)
                continue
            own = self.version_folder(name)
            if own is None:
                self.report.add("W010", name)
                continue
            if name == self.told.head:
                if self.read(f"{name}/inventory.json") != root_data:
                    self.report.add("E064", f"{name}/inventory.json")
                    told = self.inventory(f"{name}/")[0]
                else:
                    self.sidecar(f"{name}/", self.told, root_data)
                    told = self.told
            else:
                told = self.inventory(f"{name}/")[0]
            if told is not None:
                self.history(name, told, before)
                before = told
                if told is not self.told:
                    self.tellings.append((f"{name}/", told))

    def version_folder(self, name: str) -> bool | None:
        """Gather the version's files; True when it has its own inventory."""
        own = None
        algorithms = {"sha512", "sha256", self.told.named_algorithm}
        sidecars = {f"inventory.json.{algorithm}" for algorithm in algorithms}
        for entry in sorted(os.scandir(self.path / name), key=lambda entry: entry.name):
            where = f"{name}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                if entry.name == self.told.content_directory:
                    self.content_folder(where)
                else:
                    self.report.add("W002", where)
            elif not entry.is_file(follow_symlinks=False):
                self.report.add("E090", where)
            elif entry.name == "inventory.json":
                own = True
            elif entry.name not in sidecars:
                self.report.add("E015", where)
        return own

    def content_folder(self, top: str) -> None:
        waiting = [top]
        while waiting:
            folder = waiting.pop()
            entries = list(os.scandir(self.path / folder))
            if not entries:
                self.report.add("W003" if folder == top else "E024", folder)
            for entry in entries:
                where = f"{folder}/{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(where)
                elif entry.is_file(follow_symlinks=False):
                    self.files.add(where)
                else:
                    self.report.add("E090", where)

    def history(self, name: str, told: Told, before: Told | None) -> None:
        """A version's own inventory agrees with the root's and follows the one before."""
        where = f"{name}/inventory.json"
        if told.id != self.told.id:
            self.report.add("E037", where, told.id)
            self.report.add("E110", where, told.id)
        if told.content_directory != self.told.content_directory:
            self.report.add("E019", where, told.content_directory)
            if told.sets_content_directory:
                self.report.add("E020", where, told.content_directory)
        if told.head and told.head != name:
            self.report.add("E040", where, told.head)
        if before is not None and told.spec < before.spec:
            self.report.add("E103", where, told.spec)
        lost = {path for path in self.files if _number(path) <= _number(name)} - told.paths()
        for path in sorted(lost & self.told.paths()):
            self.report.add("E023", where, path)
        for version, state in told.states.items():
            self.compare(where, version, state, told)

    def compare(self, where: str, version: str, state: dict[str, str], told: Told) -> None:
        newer = self.told.states.get(version)
        if newer is None or set(newer) != set(state):
            self.report.add("E066", where, version)
            return
        same_algorithm = told.algorithm == self.told.algorithm
        for path, digest in state.items():
            if same_algorithm and digest != newer[path]:
                self.report.add("E066", where, f"{version} {path}")
                return
            old = set(told.manifest.get(digest, ()))
            if not old <= set(self.told.manifest.get(newer[path], ())):
                self.report.add("E066", where, f"{version} {path}")
                return
        if told.accounts.get(version) != self.told.accounts.get(version):
            self.report.add("W011", where, version)

    def content(self) -> None:
        """Every file is in the manifest, and every digest is true."""
        meant = {os.path.normpath(path.strip("/")) for path in self.told.malformed}
        known = self.told.paths() | meant
        if self.told.has_manifest and self.told.states:
            for path in sorted(self.files - known):
                self.report.add("E023", path)
        for path, digests in sorted(self.wanted().items()):
            if path in self.files:
                self.digests(path, digests)
                continue
            blocks = {block for _, block, _ in digests}
            if "manifest" in blocks:
                self.report.add("E092", path)
                self.report.add("E023", path)
            if "fixity" in blocks:
                self.report.add("E093", path)

    def wanted(self) -> dict[str, set[tuple[str, str, str]]]:
        """What each content path must have: (algorithm, block, digest), of every inventory."""
        wanted: dict[str, set[tuple[str, str, str]]] = {}
        for _, told in self.tellings:
            if not told.states:
                continue  # no versions were gathered: nothing is known to be missing
            known = told.paths()
            blocks = [("manifest", told.algorithm, told.manifest)]
            blocks += [("fixity", name, block) for name, block in told.fixity.items()]
            for kind, algorithm, block in blocks:
                for digest, paths in block.items():
                    for path in paths:
                        if path in known and path not in told.malformed:
                            wanted.setdefault(path, set()).add((algorithm, kind, digest))
        return wanted

    def digests(self, path: str, told: set[tuple[str, str, str]]) -> None:
        makers = {
            name: hashlib.new(_CALLED[name])
            for name in {algorithm for algorithm, _, _ in told}
            if name in _CALLED
        }
        size = 0
        with (self.path / path).open("rb") as stream:
            while block := stream.read(_BLOCK):
                size += len(block)
                for maker in makers.values():
                    maker.update(block)
        found = {name: maker.hexdigest() for name, maker in makers.items()}
        found["size"] = str(size)
        wrong = {
            (kind, name) for name, kind, digest in told if name in found and digest != found[name]
        }
        for kind, name in sorted(wrong):
            self.report.add("E092" if kind == "manifest" else "E093", path, name)


def _fault_of(name: str) -> str:
    """Which rule of the NAMASTE pattern a declaration's name breaks."""
    if not name.startswith("0="):
        return "E005"
    return "E004" if name.startswith("0=ocfl_object_") else "E006"


def _number(name: str) -> int:
    """The number of the version a path begins with."""
    match = re.match(r"v0*(\d+)", name)
    return int(match.group(1)) if match else 0
