"""BagIt bags BagIt 包 judged by RFC 8493 and its drafts 0.93 to 0.97.

The judge shares no code with what writes bags; the Library of Congress's own program is its
oracle in the tests, for it lets some broken bags pass and does not know SM3.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import posixpath
import re
import stat
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import bagit

from lantai.core.bounded import read_at_most
from lantai.core.fixity import DigestUnavailable, Hasher, new_hasher
from lantai.core.packages.verdict import Verdict

# The library that writes our bags makes SM3 manifests and then calls its own bag invalid, unless told of it.
if "sm3" in hashlib.algorithms_available:
    bagit.CHECKSUM_ALGOS.add("sm3")

_MANIFEST = re.compile(r"^(tag)?manifest-([a-z0-9-]+)\.txt$")
_DECLARATION = re.compile(
    r"\ABagIt-Version: (\S+)[ \t]*(?:\r\n|\n|\r)"
    r"Tag-File-Character-Encoding: (\S+)\s*\Z"
)
_SYSTEM_FILE = re.compile(
    r"(?i)(^|/)(\.ds_store|thumbs\.db|desktop\.ini|\._[^/]*|\.spotlight-v100|\.trashes"
    r"|\.fseventsd|\$recycle\.bin|ehthumbs\.db|\.directory)(/|$)"
)
"""Files an operating system leaves lying about."""
_VERSIONS = {"0.93", "0.94", "0.95", "0.96", "0.97", "1.0"}
_TAG_LIMIT = 1 << 30
_BLOCK = 1 << 20


def validate_bag(path: Path) -> Verdict:
    """Judge a bag; never raises for what the bag holds."""
    words = tomllib.loads(Path(__file__).with_name("bag_codes.toml").read_text("utf-8"))
    judge = _Bag(path, Verdict(words))
    try:
        judge.judge()
    except OSError as cause:
        judge.verdict.add("3-missing", Path(str(cause.filename)).name, cause.strerror)
    return judge.verdict


class _Bag:
    def __init__(self, path: Path, verdict: Verdict) -> None:
        self.path, self.verdict = path, verdict
        self.encoding, self.version = "utf-8", "1.0"
        self.payload: dict[str, dict[str, str]] = {}
        self.tags: dict[str, dict[str, str]] = {}
        self.algorithms: set[str] = set()
        self.twins: dict[str, str] = {}
        """Listed name → the file whose name differs from it only in Unicode normal form."""

    def judge(self) -> None:
        if not self.declaration():
            return
        if not (self.path / "data").is_dir():
            self.verdict.add("2.1.2-payload")
        files = set(self.files())
        self.manifests()
        self.match_normal_forms(files)
        self.portability(files)
        self.metadata(files)
        self.fetch(files)
        for manifest in self.present(files):
            self.complete(manifest, files)
        self.digests(files)
        if self.algorithms and self.algorithms <= {"md5", "sha1"}:
            self.verdict.add("6-weak")

    def present(self, files: set[str]) -> Iterator[str]:
        """Every payload file must be in each payload manifest (0.97: in at least one)."""
        listed = [set(entries) for entries in self.payload.values()]
        payload = {name for name in files if name.startswith("data/")}
        payload -= set(self.twins.values())
        in_all = self.version == "1.0" and bool(listed)
        together = set.intersection(*listed) if in_all else set[str]().union(*listed)
        for name in sorted(payload - together):
            self.verdict.add("3-unlisted", name)
        yield from [*self.payload, *self.tags]

    def complete(self, manifest: str, files: set[str]) -> None:
        entries = self.payload.get(manifest) or self.tags.get(manifest) or {}
        for name in sorted(set(entries) - files - set(self.twins)):
            self.verdict.add("3-missing", name, manifest)

    def match_normal_forms(self, files: set[str]) -> None:
        """Find listed files that lie here under another normal form of their name.

        File systems and transfers change between NFC and NFD (RFC 8493 §5.1.1): advice, no breach.
        """
        listed = {
            name for entries in (*self.payload.values(), *self.tags.values()) for name in entries
        }
        lost = listed - files
        if not lost:
            return
        here = {unicodedata.normalize("NFC", name): name for name in files}
        for name in sorted(lost):
            twin = here.get(unicodedata.normalize("NFC", name))
            if twin is not None:
                self.twins[name] = twin
                self.verdict.add("5-normal-form", name, twin)

    def portability(self, files: set[str]) -> None:
        """Names that will not survive another system (RFC 8493 §5.1)."""
        names = {name for entries in self.payload.values() for name in entries}
        names |= {name for name in files if name.startswith("data/")}
        for name in sorted(name for name in names if _SYSTEM_FILE.search(name)):
            self.verdict.add("5-system-file", name)
        forms = Counter(unicodedata.normalize("NFC", name) for name in names)
        for name in sorted(form for form, count in forms.items() if count > 1):
            self.verdict.add("5-normal-form", name)
        cases = Counter(form.casefold() for form in forms)
        for name in sorted(form for form, count in cases.items() if count > 1):
            self.verdict.add("5-case", name)

    def declaration(self) -> bool:
        path = self.path / "bagit.txt"
        if not path.is_file():
            self.verdict.add("2.1.1-declaration", "bagit.txt")
            return False
        raw = path.read_bytes()[:10_000]
        if raw.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            self.verdict.add("2.1.1-bom", "bagit.txt")
            return False
        match = _DECLARATION.match(raw.decode("utf-8", "replace"))
        if match is None:
            self.verdict.add("2.1.1-declaration", "bagit.txt", raw[:80])
            return False
        self.version = match.group(1)
        if self.version not in _VERSIONS:
            self.verdict.add("2.1.1-version", "bagit.txt", self.version)
            return False
        try:
            "".encode(match.group(2))  # zlib and the like are codecs, but no encodings of text
            self.encoding = codecs.lookup(match.group(2)).name
        except (LookupError, ValueError):
            self.verdict.add("2.1.1-encoding", "bagit.txt", match.group(2))
            return False
        return True

    def files(self) -> Iterator[str]:
        """Every file of the bag; links and special files are reported and left out."""
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            for entry in os.scandir(self.path / folder):
                name = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(name)
                elif stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
                    yield name
                else:
                    self.verdict.add("6-link", name)

    def text(self, name: str) -> list[str] | None:
        """The lines of a tag file, or None when they can not be read."""
        raw = read_at_most(self.path / name, _TAG_LIMIT)
        try:
            text = raw.decode(self.encoding)
        except UnicodeDecodeError as cause:
            self.verdict.add("2.1.1-encoding", name, cause.reason)
            return None
        return re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff"))

    def manifests(self) -> None:
        for path in sorted(self.path.iterdir()):
            match = _MANIFEST.match(path.name)
            if match is None or not path.is_file():
                continue
            entries = self.manifest(path.name, match.group(2), tag=bool(match.group(1)))
            (self.tags if match.group(1) else self.payload)[path.name] = entries
            if not match.group(1):
                self.algorithms.add(match.group(2))
        if not self.payload:
            self.verdict.add("2.1.3-manifest")

    def manifest(self, name: str, algorithm: str, *, tag: bool) -> dict[str, str]:
        entries: dict[str, str] = {}
        length = _digest_length(algorithm)
        if not length:
            self.verdict.add("2.1.3-algorithm", name, algorithm)
            return entries
        for line in self.text(name) or ():
            if not line.strip():
                continue
            match = re.match(r"^([0-9A-Fa-f]+)[ \t]+(\*?)(.+)$", line)
            if match is None or len(match.group(1)) != length:
                self.verdict.add("2.1.3-manifest", name, line[:100])
                continue
            if match.group(2):
                self.verdict.add("5-asterisk", name, line[:100])
            self.entry(entries, name, match.group(3), match.group(1).lower(), tag=tag)
        return entries

    def entry(
        self, entries: dict[str, str], manifest: str, listed: str, digest: str, *, tag: bool
    ) -> None:
        path = self.decoded(listed)
        if not _outside(path) and path != posixpath.normpath(path):
            path = posixpath.normpath(path)
            self.verdict.add("5-relative", manifest, listed)
        if _outside(path):
            self.verdict.add("2.1.3-scope", manifest, listed)
        elif not tag and not path.startswith("data/"):
            self.verdict.add("2.1.3-not-payload", manifest, listed)
        elif entries.get(path, digest) != digest or (path in entries and self.version == "1.0"):
            self.verdict.add("2.1.3-duplicate", manifest, listed)
        else:
            if path in entries:
                self.verdict.add("5-twice", manifest, listed)
            entries[path] = digest

    def decoded(self, listed: str) -> str:
        """RFC 8493 encodes CR, LF and percent only; a name may also be listed as it stands.

        Drafts before 1.0 encode nothing, and some writers of 1.0 leave the percent alone.
        """
        path = re.sub("%(0[aAdD]|25)", lambda found: unquote(found.group(0)), listed)
        if path == listed or _outside(listed) or "\0" in listed:
            return path
        as_listed = os.path.exists(self.path / listed)  # noqa: PTH110 – no error for a name too long
        if as_listed and (self.version != "1.0" or not os.path.exists(self.path / path)):  # noqa: PTH110
            return listed
        return path

    def metadata(self, files: set[str]) -> None:
        """bag-info.txt; package-info.txt until 0.95."""
        for name in ("bag-info.txt", "package-info.txt"):
            if name in files and (name == "bag-info.txt" or self.version < "0.96"):
                self.metadata_file(name, files)

    def metadata_file(self, name: str, files: set[str]) -> None:
        for number, line in enumerate(self.text(name) or []):
            continued = number > 0 and line[:1] in (" ", "\t")
            if line.strip() and not continued and not re.match(r"^[^:]+:.*$", line):
                self.verdict.add("2.2.2-metadata", name, line[:100])
            match = re.match(r"(?i)^payload-oxum\s*:\s*(\d{1,18})\.(\d{1,18})\s*$", line)
            if match:
                self.oxum(files, int(match.group(1)), int(match.group(2)))

    def oxum(self, files: set[str], size: int, count: int) -> None:
        payload = [name for name in files if name.startswith("data/")]
        found = sum((self.path / name).stat().st_size for name in payload)
        if (found, len(payload)) != (size, count):
            self.verdict.add("3-oxum", "bag-info.txt", f"{found}.{len(payload)}")

    def fetch(self, files: set[str]) -> None:
        for line in (self.text("fetch.txt") or []) if "fetch.txt" in files else []:
            if not line.strip():
                continue
            match = re.match(r"^(\S+)[ \t]+(\d+|-)[ \t]+(.+)$", line)
            path = self.decoded(match.group(3)) if match else ""
            path = path if _outside(path) else posixpath.normpath(path)
            if match is None:
                self.verdict.add("2.2.3-fetch", "fetch.txt", line[:100])
            elif _outside(path) or not path.startswith("data/"):
                self.verdict.add("2.1.3-scope", "fetch.txt", path)
            elif path not in files:
                self.verdict.add("2.2.3-not-fetched", path)

    def digests(self, files: set[str]) -> None:
        """Each listed file read once for all the manifests that list it."""
        wanted: dict[str, dict[str, str]] = {}
        for manifest, entries in {**self.payload, **self.tags}.items():
            algorithm = re.sub(r"^(tag)?manifest-", "", manifest).removesuffix(".txt")
            for listed, digest in entries.items():
                path = self.twins.get(listed, listed)
                wanted.setdefault(path, {})[algorithm] = digest
        for path, told in sorted(wanted.items()):
            if path in files:
                self.one_file(path, told)

    def one_file(self, path: str, told: dict[str, str]) -> None:
        hashers: dict[str, Hasher] = {name: new_hasher(name) for name in told}
        with (self.path / path).open("rb") as stream:
            while block := stream.read(_BLOCK):
                for hasher in hashers.values():
                    hasher.update(block)
        for name, hasher in hashers.items():
            if hasher.hexdigest() != told[name]:
                self.verdict.add("3-digest", path, name)


def _digest_length(algorithm: str) -> int:
    try:
        return len(new_hasher(algorithm).hexdigest())
    except (DigestUnavailable, TypeError):
        return 0


def _outside(path: str) -> bool:
    """Whether a listed path leads out of the bag, on this system or on another."""
    return (
        path.startswith(("/", "~", "\\"))
        or posixpath.normpath(path).split("/")[0] == ".."
        or re.match(r"^([A-Za-z]:|%\w+%)", path) is not None
    )
