"""Walking the objects 巡检: each file read once, both digests, located when wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lantai.core.fixity import digest_stream
from lantai.core.ocfl.root import OcflRoot
from lantai.core.storage.port import StorageFailure


@dataclass(frozen=True)
class FileFound:
    """One file as it was found; ``code`` is empty when it is sound."""

    path: str
    size: int = 0
    code: str = ""
    zh: str = ""
    en: str = ""


def check_object(root: OcflRoot, path: str) -> Iterator[FileFound]:
    """Every content file of the object in this folder of the store, against its inventory."""
    try:
        inventory = root.inventory_at(path)
    except Exception as problem:
        yield FileFound(path, 0, "inventory-damaged", f"清单损坏：{problem}；请由副本恢复",
                        f"the inventory is damaged: {problem}; restore it from a copy")  # fmt: skip
        return
    recorded: dict[str, dict[str, str]] = {}
    for algorithm, block in {inventory.digest_algorithm: inventory.manifest,
                             **inventory.fixity}.items():  # fmt: skip
        for digest, places in block.items():
            for place in places:
                recorded.setdefault(place, {})[algorithm] = digest
    present = {p.removeprefix(f"{path}/") for p in root.storage.walk(path)}
    for place, digests in sorted(recorded.items()):
        yield _check_file(root, f"{path}/{place}", digests)
    for extra in sorted(present - set(recorded)):
        if f"/{inventory.content_directory}/" in f"/{extra}":
            yield FileFound(f"{path}/{extra}", 0, "extra-file", "清单以外的文件",
                            "a file the inventory does not name")  # fmt: skip


def _check_file(root: OcflRoot, path: str, digests: dict[str, str]) -> FileFound:
    if not root.storage.exists(path):
        return FileFound(path, 0, "file-missing", "文件缺失；请由副本恢复",
                         "the file is missing; restore it from a copy")  # fmt: skip
    try:
        size = root.storage.size(path)
        with root.storage.open(path) as stream:
            found = digest_stream(stream, tuple(digests), expected_size=size)
    except (OSError, StorageFailure) as problem:
        return FileFound(path, 0, "file-unreadable", f"文件读不出：{problem}；请检查介质并由副本恢复",
                         f"unreadable: {problem}; check the medium")  # fmt: skip
    wrong = [name for name, value in digests.items() if found.values[name] != value.lower()]
    if not wrong:
        return FileFound(path, found.size)
    what = "文件被清空" if not found.size else "文件内容改变"
    return FileFound(path, found.size, "digest-differs",
                     f"{what}（{'、'.join(wrong)} 不符）；对象已列入警报，请由副本恢复",
                     f"bytes changed ({', '.join(wrong)}); restore the object from a copy")  # fmt: skip
