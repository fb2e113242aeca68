"""The bag (RFC 8493) as a form: BagIt 1.0 around a transfer package, with SHA-512 and SM3."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lantai.core.fixity import digest_file
from lantai.core.packages.form import Form, Making, Written
from lantai.core.packages.forms.transfer import TransferForm
from lantai.core.packages.records import Records
from lantai.core.progress import Progress

ALGORITHMS = ("sha512", "sm3")


class BagForm(Form):
    """``data/`` is a transfer package, so that nothing of it is lost."""

    id = "bagit"
    label_zh = "BagIt 包"
    label_en = "bag (BagIt 1.0)"
    order = 20

    def build(self, records: Records, folder: Path, making: Making, progress: Progress) -> Written:
        folder.mkdir(parents=True)
        inner = TransferForm().build(records, folder / "data", making, progress)
        count, size = _manifests(folder, "", _below(folder, folder / "data"))
        declared = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
        (folder / "bagit.txt").write_text(declared, "utf-8", newline="\n")
        about = {
            "Source-Organization": making.unit,
            "Bagging-Date": making.created.date().isoformat(),
            "External-Identifier": records.identifier,
            "Bag-Software-Agent": f"Lantai {making.version}",
            "Payload-Oxum": f"{size}.{count}",
        }
        lines = "".join(f"{key}: {_line(value)}\n" for key, value in about.items() if value)
        (folder / "bag-info.txt").write_text(lines, "utf-8", newline="\n")
        tags = [path.name for path in folder.iterdir() if path.is_file()]
        _manifests(folder, "tag", iter(sorted(tags)))
        return Written(self.id, folder, inner.records, inner.files, inner.bytes)


def _below(top: Path, folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(top).as_posix()


def _manifests(folder: Path, kind: str, names: Iterator[str]) -> tuple[int, int]:
    """A manifest an algorithm, every file read once; how many files, and their bytes."""
    count = size = 0
    streams = {
        name: (folder / f"{kind}manifest-{name}.txt").open("w", encoding="utf-8", newline="\n")
        for name in ALGORITHMS
    }
    try:
        for name in names:
            found = digest_file(folder / name, ALGORITHMS)
            count, size = count + 1, size + found.size
            for algorithm, stream in streams.items():
                stream.write(f"{found.values[algorithm]}  {_encoded(name)}\n")
    finally:
        for stream in streams.values():
            stream.close()
    return count, size


def _encoded(name: str) -> str:
    """RFC 8493 §2.1.3: percent, CR and LF."""
    return name.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _line(value: str) -> str:
    return " ".join(value.split())
