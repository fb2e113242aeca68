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
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import bagit

from lantai.core.fixity import DigestUnavailable, digest_file, new_hasher
from lantai.core.packages.bag_lists import BagLists
from lantai.core.packages.names import leads_out
from lantai.core.verdict import Verdict

# The library that writes our bags makes SM3 manifests and then calls its own bag invalid, unless told of it.
if "sm3" in hashlib.algorithms_available:
    bagit.CHECKSUM_ALGOS.add("sm3")

_MANIFEST = re.compile(r"^(tag)?manifest-([a-z0-9-]+)\.txt$")
_LINE = re.compile(r"^([0-9A-Fa-f]+)[ \t]+(\*?)(.+)$")
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
_LINE_LIMIT = 1 << 20
_BLOCK = 1 << 20


def validate_bag(path: Path) -> Verdict:
    """Judge a bag; never raises for what the bag holds."""
    words = tomllib.loads(Path(__file__).with_name("bag_codes.toml").read_text("utf-8"))
    judge = _Bag(path, Verdict(words))
    try:
        judge.judge()
    except OSError as cause:
        judge.verdict.add("3-missing", Path(str(cause.filename)).name, cause.strerror)
    finally:
        judge.lists.close()
    return judge.verdict


class _Bag:
    def __init__(self, path: Path, verdict: Verdict) -> None:
        self.path, self.verdict = path, verdict
        self.encoding, self.version = "utf-8", "1.0"
        self.algorithms: set[str] = set()
        self.lists = BagLists()

    def judge(self) -> None:
        if not self.declaration():
            return
        if not (self.path / "data").is_dir():
            self.verdict.add("2.1.2-payload")
        self.lists.add_files(self.files())
        self.manifests()
        self.match_normal_forms()
        self.portability()
        self.metadata()
        self.fetch()
        self.present()
        self.digests()
        if self.algorithms and self.algorithms <= {"md5", "sha1"}:
            self.verdict.add("6-weak")

    def present(self) -> None:
        """Every payload file in each payload manifest (0.97: in at least one), and all listed here."""
        in_all = self.version == "1.0" and bool(self.lists.payload)
        for name in self.lists.unlisted(in_all=in_all):
            self.verdict.add("3-unlisted", name)
        for manifest in (*self.lists.payload, *self.lists.tags):
            for name in self.lists.missing(manifest):
                self.verdict.add("3-missing", name, manifest)

    def match_normal_forms(self) -> None:
        """Find listed files that lie here under another normal form of their name.

        File systems and transfers change between NFC and NFD (RFC 8493 §5.1.1): advice, no breach.
        """
        for name, twin in self.lists.find_twins():
            self.verdict.add("5-normal-form", name, twin)

    def portability(self) -> None:
        """Names that will not survive another system (RFC 8493 §5.1)."""
        for name in self.lists.payload_names():
            if _SYSTEM_FILE.search(name):
                self.verdict.add("5-system-file", name)
        for name in self.lists.met_after_normalising():
            self.verdict.add("5-normal-form", name)
        for name in self.lists.met_after_folding():
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

    def files(self) -> Iterator[tuple[str, int]]:
        """Every file of the bag with its size; links and special files are reported and left out."""
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            for entry in os.scandir(self.path / folder):
                name = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(name)
                elif stat.S_ISREG((found := entry.stat(follow_symlinks=False)).st_mode):
                    yield name, found.st_size
                else:
                    self.verdict.add("6-link", name)

    def lines(self, name: str) -> Iterator[str]:
        """The lines of a tag file, one at a time; none when it can not be read."""
        if not self.readable(name):
            return
        with (self.path / name).open("r", encoding=self.encoding, newline=None) as stream:
            first, left = True, _TAG_LIMIT
            while left > 0 and (line := stream.readline(_LINE_LIMIT)):
                left -= len(line)
                yield (line.removeprefix("\ufeff") if first else line).rstrip("\n")
                first = False

    def readable(self, name: str) -> bool:
        """Whether all of a tag file is in the encoding declared."""
        decoder = codecs.getincrementaldecoder(self.encoding)()
        try:
            with (self.path / name).open("rb") as stream:
                while block := stream.read(_BLOCK):
                    decoder.decode(block)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError as cause:
            self.verdict.add("2.1.1-encoding", name, cause.reason)
            return False
        return True

    def manifests(self) -> None:
        for path in sorted(self.path.iterdir()):
            match = _MANIFEST.match(path.name)
            if match is None or not path.is_file():
                continue
            self.manifest(path.name, match.group(2), tag=bool(match.group(1)))
            (self.lists.tags if match.group(1) else self.lists.payload).append(path.name)
            if not match.group(1):
                self.algorithms.add(match.group(2))
        if not self.lists.payload:
            self.verdict.add("2.1.3-manifest")

    def manifest(self, name: str, algorithm: str, *, tag: bool) -> None:
        length = _digest_length(algorithm)
        if not length:
            self.verdict.add("2.1.3-algorithm", name, algorithm)
            return
        for line in self.lines(name):
            if not line.strip():
                continue
            match = _LINE.match(line)
            if match is None or len(match.group(1)) != length:
                self.verdict.add("2.1.3-manifest", name, line[:100])
                continue
            if match.group(2):
                self.verdict.add("5-asterisk", name, line[:100])
            self.entry(name, match.group(3), match.group(1).lower(), tag=tag)

    def entry(self, manifest: str, listed: str, digest: str, *, tag: bool) -> None:
        path = self.decoded(listed)
        if not leads_out(path) and path != posixpath.normpath(path):
            path = posixpath.normpath(path)
            self.verdict.add("5-relative", manifest, listed)
        if leads_out(path):
            self.verdict.add("2.1.3-scope", manifest, listed)
        elif not tag and not path.startswith("data/"):
            self.verdict.add("2.1.3-not-payload", manifest, listed)
        elif known := self.lists.add_line(manifest, path, digest):
            twice = known == digest and self.version != "1.0"
            self.verdict.add("5-twice" if twice else "2.1.3-duplicate", manifest, listed)

    def decoded(self, listed: str) -> str:
        """RFC 8493 encodes CR, LF and percent only; a name may also be listed as it stands.

        Drafts before 1.0 encode nothing, and some writers of 1.0 leave the percent alone.
        """
        path = re.sub("%(0[aAdD]|25)", lambda found: unquote(found.group(0)), listed)
        if path == listed or leads_out(listed) or "\0" in listed:
            return path
        as_listed = os.path.exists(self.path / listed)  # noqa: PTH110 – no error for a name too long
        if as_listed and (self.version != "1.0" or not os.path.exists(self.path / path)):  # noqa: PTH110
            return listed
        return path

    def metadata(self) -> None:
        """bag-info.txt; package-info.txt until 0.95."""
        for name in ("bag-info.txt", "package-info.txt"):
            if self.lists.has_file(name) and (name == "bag-info.txt" or self.version < "0.96"):
                self.metadata_file(name)

    def metadata_file(self, name: str) -> None:
        for number, line in enumerate(self.lines(name)):
            continued = number > 0 and line[:1] in (" ", "\t")
            if line.strip() and not continued and not re.match(r"^[^:]+:.*$", line):
                self.verdict.add("2.2.2-metadata", name, line[:100])
            match = re.match(r"(?i)^payload-oxum\s*:\s*(\d{1,18})\.(\d{1,18})\s*$", line)
            if match:
                self.oxum(int(match.group(1)), int(match.group(2)))

    def oxum(self, size: int, count: int) -> None:
        found = self.lists.payload_size()
        if found != (size, count):
            self.verdict.add("3-oxum", "bag-info.txt", f"{found[0]}.{found[1]}")

    def fetch(self) -> None:
        if not self.lists.has_file("fetch.txt"):
            return
        for line in self.lines("fetch.txt"):
            if not line.strip():
                continue
            match = re.match(r"^(\S+)[ \t]+(\d+|-)[ \t]+(.+)$", line)
            path = self.decoded(match.group(3)) if match else ""
            path = path if leads_out(path) else posixpath.normpath(path)
            if match is None:
                self.verdict.add("2.2.3-fetch", "fetch.txt", line[:100])
            elif leads_out(path) or not path.startswith("data/"):
                self.verdict.add("2.1.3-scope", "fetch.txt", path)
            elif not self.lists.has_file(path):
                self.verdict.add("2.2.3-not-fetched", path)

    def digests(self) -> None:
        """Each listed file read once for all the manifests that list it."""
        for path, lines in self.lists.wanted():
            told = {_algorithm(manifest): digest for manifest, digest in lines}
            found = digest_file(self.path / path, tuple(told)).values
            for name, digest in found.items():
                if digest != told[name]:
                    self.verdict.add("3-digest", path, name)


def _algorithm(manifest: str) -> str:
    return manifest.removeprefix("tag").removeprefix("manifest-").removesuffix(".txt")


def _digest_length(algorithm: str) -> int:
    try:
        return len(new_hasher(algorithm).hexdigest())
    except (DigestUnavailable, TypeError):
        return 0
