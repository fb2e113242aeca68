"""Preservation migration 格式转换 (DA/T 47, GB/T 18894 8.3): a copy that lasts, with its proof.

A migration writes the new file and reads it back: what the two have in common is measured, and
a copy that lost something is not taken. The original is never touched.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from lantai.core.fixity import digest_file
from lantai.core.formats.format import Unreadable, formats
from lantai.core.formats.identification import Identification, identify
from lantai.core.formats.sandbox import ParseFailed, run_isolated
from lantai.core.registry import Shelf
from lantai.core.text import fold

_LINE = 20  # characters that surely stand on one line
_ZEROS = re.compile(r"(\d)\.0+(?!\d)")
SECONDS = 3_600.0  # a long recording is decoded twice


class MigrationFailed(Exception):
    """No copy was made, or none that proves to be as good."""

    def __init__(self, code: str, message_zh: str, message_en: str) -> None:
        super().__init__(f"{message_zh} {message_en}")
        self.code, self.message_zh, self.message_en = code, message_zh, message_en


@dataclass(frozen=True)
class Proof:
    """One thing measured on both sides; ``kept`` says whether it came through."""

    what: str  # pages, text, pixels, samples, frames, validity …
    before: str
    after: str
    kept: bool


@dataclass(frozen=True)
class Migrated:
    """A copy that was made and proven, JSON-able by `to_json`."""

    migration: str
    target: str
    path: Path
    puid: str
    format_name: str
    mime: str
    size: int
    sha512: str
    sm3: str
    proofs: list[Proof] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Everything but where the copy lies for now."""
        found = asdict(self)
        found.pop("path")
        return found


class Migration(ABC):
    """One way: from the formats of ``sources`` to ``target``, a file with ``extension``.

    `convert` and `prove` run in the sandbox; what they raise or measure decides.
    """

    id: ClassVar[str] = ""
    label_zh: ClassVar[str] = ""
    label_en: ClassVar[str] = ""
    sources: ClassVar[frozenset[str]] = frozenset()
    target: ClassVar[str] = ""
    extension: ClassVar[str] = ""
    puids: ClassVar[frozenset[str]] = frozenset()  # what the copy must turn out to be
    order: ClassVar[int] = 50  # among several ways the lowest is offered first

    def missing(self) -> str:
        """The Debian package that is needed and absent, or empty."""
        return ""

    @abstractmethod
    def convert(self, source: Path, kind: str, target: Path) -> None:
        """Write the copy; `Unreadable` when it can not be made."""

    @abstractmethod
    def prove(self, source: Path, kind: str, target: Path) -> list[Proof]:
        """What is the same and what is not, measured on both files."""


@cache
def migrations() -> Shelf[Migration]:
    """The shelf of ways."""
    return Shelf(
        Migration,  # type: ignore[type-abstract]
        "lantai.core.formats.conversions",
        group="lantai.migrations",
    )


def ways_for(known: Identification) -> list[type[Migration]]:
    """The ways from this format, the one to prefer first."""
    ways = [
        way
        for way in migrations().all().values()
        if known.format_id in way.sources and known.puid not in way.puids
    ]
    return sorted(ways, key=lambda way: (way.order, way.id))


def migrate_file(
    path: Path, folder: Path, way: type[Migration], known: Identification | None = None
) -> Migrated:
    """Make and prove a copy in ``folder``; `MigrationFailed` names what stood in the way."""
    known = known or identify(path)
    if known.format_id not in way.sources:
        raise MigrationFailed(
            "not-for-this", f"“{known.name or known.puid}”不能这样转换", f"no way from {known.puid}"
        )
    if package := way().missing():
        raise MigrationFailed(
            "needs-tool", f"需要安装 Debian 软件包 {package}", f"needs the Debian package {package}"
        )
    target = folder / f"{path.stem[:60]}.{way.id}.{way.extension}"  # never the original's name
    try:
        found = run_isolated(
            perform, way.id, str(path), known.format_id, str(target), seconds=SECONDS
        )
    except ParseFailed as failure:
        raise MigrationFailed(failure.code, failure.message_zh, failure.message_en) from failure
    proofs = [Proof(**one) for one in found]
    _hold(proofs)
    made = identify(target)
    if way.puids and made.puid not in way.puids:
        raise MigrationFailed(
            "not-the-target", f"转换结果是 {made.puid}，不是 {way.target}", f"made {made.puid}"
        )
    digests = digest_file(target)
    return Migrated(
        way.id, way.target, target, made.puid, f"{made.name} {made.version}".strip(), made.mime,
        digests.size, digests.values["sha512"], digests.values["sm3"], proofs,
    )  # fmt: skip


def _hold(proofs: list[Proof]) -> None:
    lost = [proof for proof in proofs if not proof.kept]
    if lost:
        zh = "；".join(f"{p.what}：原 {p.before}，新 {p.after}" for p in lost)
        en = "; ".join(f"{p.what}: {p.before} became {p.after}" for p in lost)
        raise MigrationFailed("lost", f"转换后与原件不一致，没有采用：{zh}", f"not the same: {en}")


def perform(migration_id: str, source: str, kind: str, target: str) -> list[dict[str, Any]]:
    """The sandbox worker's part: convert, read back, measure."""
    way = migrations().get(migration_id)()
    way.convert(Path(source), kind, Path(target))
    if not Path(target).is_file() or Path(target).stat().st_size == 0:
        raise Unreadable("failed", "没有产生转换结果", "nothing was made")
    return [asdict(proof) for proof in way.prove(Path(source), kind, Path(target))]


def text_proof(before: Iterable[str], after: Iterable[str], least: float) -> Proof:
    """How much of the original's text the copy holds, by pairs of characters."""
    old, new = _pairs(before), _pairs(after)
    total = sum(old.values())
    share = sum((old & new).values()) / total if total else 1.0
    return Proof("文本 text", f"{total} 字 characters", f"{share:.1%} 相同 found", share >= least)


def cells_proof(before: Iterable[str], after: Iterable[str], least: float) -> Proof:
    """How many of a table's cells the copy shows, in whatever order; a sheet's name is no cell."""
    shown = _bare("".join(after))
    cells = [cell for text in before for line in text.split("\n")[1:] for cell in line.split("\t")]
    words = [bare for cell in cells if (bare := _bare(cell))]
    pairs = _pairs([shown])
    found = sum(word in shown or _broken_in(word, pairs) for word in words)
    share = found / len(words) if words else 1.0
    return Proof("单元格 cells", str(len(words)), f"{found} 相同 found", share >= least)


def _broken_in(word: str, pairs: Counter[str]) -> bool:
    """A long cell that runs over several lines stands in pieces between its neighbours'."""
    own = _pairs([word])
    return len(word) > _LINE and (own & pairs).total() >= 0.95 * own.total()


def _bare(text: str) -> str:
    """Without spaces, thousands marks and the zeros after a decimal point."""
    joined = "".join(
        character for character in fold(text) if character.isalnum() or character == "."
    )
    return _ZEROS.sub(r"\1", joined)


def texts_of(path: Path, kind: str) -> list[str]:
    """The text of a file by its reader; [] for a format without one."""
    reader = formats().get(kind)
    return [page.text for page in reader().texts(path)] if reader.has_text else []


def _pairs(texts: Iterable[str]) -> Counter[str]:
    joined = "".join(character for text in texts for character in fold(text) if character.isalnum())
    return Counter(joined[i : i + 2] for i in range(max(0, len(joined) - 1)))
