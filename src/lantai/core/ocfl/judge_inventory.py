"""Judging one inventory by itself 清单校验 (OCFL 1.0 and 1.1 §3.5).

The judge shares no code with the writer, or they would agree in error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from lantai.core.ocfl.findings import Report
from lantai.core.ocfl.told import Told

_DIGEST_LENGTH = {"sha512": 128, "sha256": 64}
_FIXITY_NAMES = {
    *("md5", "sha1", "sha256", "sha512", "sha512/256", "size", "crc32"),
    *("blake2b-160", "blake2b-256", "blake2b-384", "blake2b-512"),
}
"""The specification's own and those of extensions 0001 and 0009."""
_VERSION = re.compile(r"^v(0*)([1-9]\d*)$")
_TYPE = re.compile(r"^https://ocfl\.io/(1\.[01])/spec/#inventory$")
_URI = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:\S+$")
_KEYS = {
    "inventory": {
        *("id", "type", "digestAlgorithm", "head", "contentDirectory"),
        *("manifest", "versions", "fixity"),
    },
    "version": {"created", "state", "message", "user"},
}
"""The keys the specification names; E102 forbids any other."""
_TIME = re.compile(
    r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)"
    r"(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$"
)


class _DoubleKey(ValueError):
    """A key that stands twice in one JSON object."""


def parse(data: bytes, where: str, report: Report) -> dict[str, Any] | None:
    """The JSON document, or None with E033."""
    try:
        document = json.loads(data.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as cause:
        report.add("E033", where, cause)
        return None
    if not isinstance(document, dict):
        report.add("E033", where, "not a JSON object")
        return None
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise _DoubleKey("a key stands twice")
    return document


def spec_of(document: dict[str, Any]) -> str:
    """The version of the specification an inventory names ("1.0", "1.1"); empty for none."""
    kind = document.get("type")
    match = _TYPE.match(kind) if isinstance(kind, str) else None
    return match.group(1) if match else ""


def judge_inventory(document: dict[str, Any], where: str, spec: str, report: Report) -> Told:
    """Judge an inventory of an object that declares ``spec`` ("1.0", "1.1").

    The root's own (``where`` without a folder) has the very version that is declared; those of
    older versions may have an earlier one.
    """
    return _Inventory(document, where, spec, report).judge()


class _Inventory:
    def __init__(self, document: dict[str, Any], where: str, spec: str, report: Report) -> None:
        self.document, self.where, self.spec, self.report = document, where, spec, report
        self.told = Told(spec=spec)

    def add(self, code: str, seen: object = "") -> None:
        self.report.add(code, self.where, seen)

    def judge(self) -> Told:
        for key in sorted(set(self.document) - _KEYS["inventory"]):
            self.add("E102", key)
        self.identity()
        self.content_directory()
        versions = self.version_names()
        if "manifest" not in self.document:
            self.add("E041", "manifest")
        else:
            self.manifest(self.document["manifest"])
        self.head(versions)
        for name in versions:
            self.version(name, self.document["versions"][name])
        self.unused()
        if "fixity" in self.document:
            self.fixity(self.document["fixity"])
        return self.told

    def unused(self) -> None:
        """Digests of the manifest that no state uses, where every state could be made out."""
        used = {digest.lower() for digest in self.told.used} | self.told.doubled
        for digest in sorted(self.told.digest_keys) if self.told.states_whole else ():
            if digest.lower() not in used:
                self.add("E107", digest)
                if self.told.spec == "1.0":
                    self.add("E050", digest)

    def identity(self) -> None:
        for key in ("id", "type", "digestAlgorithm", "head"):
            if key not in self.document:
                self.add("E036", key)
        self.object_id(self.document.get("id"))
        kind = self.document.get("type")
        told = spec_of(self.document)
        self.told.spec = told or self.told.spec
        root = "/" not in self.where
        if "type" in self.document and (
            not told or told > self.spec or (root and told != self.spec)
        ):
            self.add("E038", kind)
        algorithm = self.document.get("digestAlgorithm")
        self.told.named_algorithm = algorithm if isinstance(algorithm, str) else ""
        if isinstance(algorithm, str) and algorithm in _DIGEST_LENGTH:
            self.told.algorithm = algorithm
            if algorithm != "sha512":
                self.add("W004", algorithm)
        elif "digestAlgorithm" in self.document:
            self.add("E025", algorithm)

    def object_id(self, value: Any) -> None:
        if isinstance(value, str) and value:
            self.told.id = value
            if not _URI.match(value):
                self.add("W005", value)
        elif "id" in self.document:
            self.add("E037", value)

    def content_directory(self) -> None:
        if "contentDirectory" not in self.document:
            return
        value = self.document["contentDirectory"]
        self.told.sets_content_directory = True
        if not isinstance(value, str) or "/" in value or not value:
            self.add("E017", value)
        elif value in (".", ".."):
            self.add("E018", value)
        else:
            self.told.content_directory = value

    def version_names(self) -> list[str]:
        """The well-named versions in order of their numbers."""
        if "versions" not in self.document:
            self.add("E041", "versions")
            self.add("E043")
            self.told.states_whole = False
            return []
        versions = self.document["versions"]
        if not isinstance(versions, dict):
            self.add("E044")
            self.add("E045")
            self.told.states_whole = False
            return []
        if not versions:
            self.add("E008")
            return []
        numbers: dict[int, str] = {}
        for name in versions:
            match = _VERSION.match(name)
            if match is None:
                self.add("E046", name)
            else:
                numbers[int(match.group(2))] = name
        self.sequence(numbers)
        return [numbers[number] for number in sorted(numbers)]

    def sequence(self, numbers: dict[int, str]) -> None:
        if 1 not in numbers:
            self.add("E009")
        elif sorted(numbers) != list(range(1, len(numbers) + 1)):
            self.add("E010", ", ".join(numbers.values()))
        padded = [name for name in numbers.values() if name.startswith("v0")]
        if not padded:
            return
        self.add("W001", padded[0])
        if len(padded) != len(numbers) or len({len(name) for name in padded}) > 1:
            for code in ("E011", "E012", "E013"):
                self.add(code, ", ".join(numbers.values()))

    def head(self, versions: list[str]) -> None:
        head = self.document.get("head")
        if versions and "head" in self.document and head != versions[-1]:
            self.add("E040", head)
        self.told.head = versions[-1] if versions else ""

    def manifest(self, manifest: Any) -> None:
        if not isinstance(manifest, dict):
            self.add("E041", "manifest")
            self.add("E106", "manifest")
            return
        self.told.has_manifest = True
        every: list[str] = []
        for digest, paths in manifest.items():
            if self.told.algorithm and not self.well_formed(digest):
                self.add("E025", digest)
            if digest.lower() in self.told.manifest:
                self.add("E096", digest)
                self.told.doubled.add(digest.lower())
            self.told.digest_keys.add(digest)
            if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
                self.add("E092", digest)
                self.told.manifest.setdefault(digest.lower(), [])
                continue
            for path in paths:
                self.content_path(path)
            self.told.manifest.setdefault(digest.lower(), []).extend(paths)
            every += paths
        if not self.told.doubled and (doubled := _meeting(every)):
            self.add("E101", doubled)

    def well_formed(self, digest: str) -> bool:
        length = _DIGEST_LENGTH[self.told.algorithm]
        return re.fullmatch(rf"[0-9a-fA-F]{{{length}}}", digest) is not None

    def path_form(self, path: str) -> bool:
        """Whether a content path is well formed."""
        if path.startswith("/") or path.endswith("/"):
            self.add("E100", path)
        elif any(part in ("", ".", "..") for part in path.split("/")):
            self.add("E099", path)
        else:
            return True
        self.told.malformed.add(path)
        return False

    def content_path(self, path: str) -> None:
        parts = path.split("/")
        if self.path_form(path):
            versions = self.document.get("versions")
            known = not isinstance(versions, dict) or parts[0] in versions
            if len(parts) < 3 or not known or parts[1] != self.told.content_directory:
                self.add("E042", path)
                self.told.malformed.add(path)

    def version(self, name: str, version: Any) -> None:
        if not isinstance(version, dict):
            self.add("E047", name)
            self.told.states[name], self.told.states_whole = {}, False
            return
        for key in sorted(set(version) - _KEYS["version"]):
            self.add("E102", f"{name} {key}")
        created = version.get("created")
        if "created" not in version:
            self.add("E048", f"{name} created")
        elif not isinstance(created, str) or not _is_time(created):
            self.add("E049", f"{name} {created}")
        if "state" not in version:
            self.add("E048", f"{name} state")
            self.told.states[name], self.told.states_whole = {}, False
        else:
            self.told.states[name] = self.state(name, version["state"])
        self.account(name, version)
        self.told.accounts[name] = (created, version.get("message"), version.get("user"))

    def state(self, name: str, state: Any) -> dict[str, str]:
        """Logical path → digest."""
        if not isinstance(state, dict):
            self.add("E050", name)
            self.told.states_whole = False
            return {}
        found: dict[str, str] = {}
        every: list[str] = []
        for digest, paths in state.items():
            self.told.used.add(digest)
            if digest not in self.told.digest_keys and self.told.has_manifest:
                self.add("E050", f"{name} {digest}")
            if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
                self.add("E050", f"{name} {digest}")
                continue
            for path in paths:
                if path.startswith("/") or path.endswith("/"):
                    self.add("E053", path)
                elif any(part in ("", ".", "..") for part in path.split("/")):
                    self.add("E052", path)
                found[path] = digest.lower()
            every += paths
        if doubled := _meeting(every):
            self.add("E095", f"{name} {doubled}")
        return found

    def account(self, name: str, version: dict[str, Any]) -> None:
        """Message and user."""
        if "message" not in version:
            self.add("W007", f"{name} message")
        elif not isinstance(version["message"], str):
            self.add("E094", name)
        if "user" not in version:
            self.add("W007", f"{name} user")
            return
        user = version["user"]
        if not isinstance(user, dict) or not isinstance(user.get("name"), str):
            self.add("E054", name)
        elif "address" not in user:
            self.add("W008", name)
        elif not isinstance(user["address"], str):
            self.add("E054", f"{name} address")
        elif not _URI.match(user["address"]):
            self.add("W009", user["address"])

    def fixity(self, fixity: Any) -> None:
        if not isinstance(fixity, dict):
            self.add("E111" if self.told.spec == "1.1" else "E056")
            return
        known = self.told.paths()
        for algorithm, block in fixity.items():
            if algorithm not in _FIXITY_NAMES:
                self.add("E056", algorithm)
            if not isinstance(block, dict):
                self.add("E057", algorithm)
                continue
            self.told.fixity[algorithm] = self.fixity_block(algorithm, block, known)

    def fixity_block(
        self, algorithm: str, block: dict[str, Any], known: set[str]
    ) -> dict[str, list[str]]:
        """Digest in lower case → content paths."""
        seen: dict[str, list[str]] = {}
        every: list[str] = []
        for digest, paths in block.items():
            if digest.lower() in seen:
                self.add("E097", f"{algorithm} {digest}")
            if not isinstance(paths, list) or not all(isinstance(p, str) for p in paths):
                self.add("E057", f"{algorithm} {digest}")
                continue
            for path in paths:
                if self.path_form(path) and path not in known:
                    self.add("E057", f"{algorithm} {path}")
            seen.setdefault(digest.lower(), []).extend(paths)
            every += paths
        if len(seen) == len(block) and (doubled := _meeting(every)):
            self.add("E101", f"{algorithm} {doubled}")
        return seen


def _is_time(text: str) -> bool:
    """Whether it is an RFC 3339 time of a day that is in the calendar."""
    if not _TIME.match(text):
        return False
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True


def _meeting(paths: Iterable[str]) -> str:
    """A path that stands twice, or is a file and a folder at once; empty when none does."""
    seen: set[str] = set()
    folders: set[str] = set()
    for path in paths:
        if path in seen:
            return path
        seen.add(path)
        parts = path.split("/")
        folders.update("/".join(parts[:n]) for n in range(1, len(parts)))
    return min(seen & folders, default="")
