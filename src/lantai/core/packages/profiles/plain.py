"""A plain folder or file as a profile: what nothing else claims."""

from __future__ import annotations

from pathlib import Path

from lantai.core.packages.opening import Profile
from lantai.core.packages.package import Package
from lantai.core.packages.plain import PlainPackage


class PlainProfile(Profile):
    """Each file is an item; no metadata is expected."""

    id = "plain"
    label_zh = "普通文件"
    label_en = "plain files"
    order = 90

    def fits(self, path: Path) -> bool:
        """Anything that exists."""
        return path.exists()

    def open(self, path: Path) -> Package:
        """Open it."""
        return PlainPackage(path)
