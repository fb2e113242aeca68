"""E-ARK packages still in zip, tar or 7z 压缩的 E-ARK 包: unpacked safely, then judged."""

from __future__ import annotations

import tempfile
from pathlib import Path

from lantai.core.packages.eark import validate_eark
from lantai.core.packages.unpack import UnpackLimits, unpack
from lantai.core.verdict import Verdict


def validate_eark_archive(path: Path) -> Verdict:
    """Judge a package within an archive, or raise `PackageRefused`.

    The archive holds one root folder (CSIPSTR1); one that holds the package without it is judged
    all the same.
    """
    with tempfile.TemporaryDirectory(prefix="lantai-eark-") as scratch:
        unpack(path, Path(scratch), UnpackLimits())
        top = sorted(Path(scratch).iterdir())
        if len(top) == 1 and top[0].is_dir():
            return validate_eark(top[0])
        verdict = validate_eark(Path(scratch))
        verdict.add("CSIPSTR1", "", ", ".join(entry.name for entry in top[:5]))
        return verdict
